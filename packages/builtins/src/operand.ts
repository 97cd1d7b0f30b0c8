import { BuiltinError } from "@flyball/engine";
import {
  isArray,
  isInteger,
  isNumber,
  isObject,
  isSet,
  isString,
  type RegoNumeric,
  type RegoObject,
  type RegoTypeName,
  type RegoValue,
  typeName,
} from "@flyball/engine/values";

/** Reads the operands of a built-in: each answers the operand in its type or throws the error that OPA words the same way. */

export function stringAt(args: readonly RegoValue[], index: number): string {
  const value = operandAt(args, index);
  return isString(value) ? value : wrongType(index, "string", value);
}

export function numberAt(args: readonly RegoValue[], index: number): RegoNumeric {
  const value = operandAt(args, index);
  return isNumber(value) ? value : wrongType(index, "number", value);
}

/** An integer that a double holds exactly. */
export function integerAt(args: readonly RegoValue[], index: number): number {
  const value = operandAt(args, index);
  if (!isNumber(value)) return wrongType(index, "number", value);
  const number = typeof value === "number" ? value : Number(value.toString());
  if (!isInteger(value) || !Number.isSafeInteger(number))
    throw new BuiltinError(`operand ${index + 1} must be integer number but got floating-point number`);
  return number;
}

export function arrayAt(args: readonly RegoValue[], index: number): readonly RegoValue[] {
  const value = operandAt(args, index);
  return isArray(value) ? value : wrongType(index, "array", value);
}

export function setAt(args: readonly RegoValue[], index: number): ReadonlySet<RegoValue> {
  const value = operandAt(args, index);
  return isSet(value) ? value : wrongType(index, "set", value);
}

export function objectAt(args: readonly RegoValue[], index: number): RegoObject {
  const value = operandAt(args, index);
  return isObject(value) ? value : wrongType(index, "object", value);
}

/** The elements of an array or a set, the set's in order. */
export function elementsAt(args: readonly RegoValue[], index: number): readonly RegoValue[] {
  const value = operandAt(args, index);
  if (isArray(value)) return value;
  return isSet(value) ? [...value] : wrongType(index, "{array, set}", value);
}

/** Strings of an array or a set. */
export function stringsAt(args: readonly RegoValue[], index: number): readonly string[] {
  return elementsAt(args, index).map((element) => {
    if (isString(element)) return element;
    throw new BuiltinError(
      `operand ${index + 1} must be array of strings but got array containing ${typeName(element)}`,
    );
  });
}

export function operandAt(args: readonly RegoValue[], index: number): RegoValue {
  const value = args[index];
  if (value === undefined) throw new BuiltinError(`operand ${index + 1} is missing`);
  return value;
}

export function wrongType(
  index: number,
  expected: RegoTypeName | "{array, set}" | `one of ${string}`,
  value: RegoValue,
): never {
  throw new BuiltinError(`operand ${index + 1} must be ${expected} but got ${typeName(value)}`);
}
