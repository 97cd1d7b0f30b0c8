import { BuiltinError } from "@flyball/engine";
import {
  canonicalNumber,
  compareNumbers,
  isArray,
  isInteger,
  isNumber,
  isObject,
  isSet,
  isString,
  numberText,
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

const LEAST_INTEGER = canonicalNumber(-(2n ** 63n));
const GREATEST_INTEGER = canonicalNumber(2n ** 63n - 1n);

/** An integer of 64 bits; one that a double does not hold exactly is the nearest end of those that one does: places and counts end long before. */
export function integerAt(args: readonly RegoValue[], index: number): number {
  const value = operandAt(args, index);
  if (!isNumber(value)) return wrongType(index, "number", value);
  const isInRange = compareNumbers(value, LEAST_INTEGER) >= 0 && compareNumbers(value, GREATEST_INTEGER) <= 0;
  if (!isInteger(value) || !isInRange)
    throw new BuiltinError(`operand ${index + 1} must be integer number but got floating-point number`);
  const number = Number(numberText(value));
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(number, Number.MAX_SAFE_INTEGER));
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
