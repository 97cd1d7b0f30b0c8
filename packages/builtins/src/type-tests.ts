import { BuiltinError, type BuiltinFunction } from "@flyball/engine";
import {
  canonicalNumber,
  isArray,
  isNumber,
  isObject,
  isSet,
  isString,
  makeSet,
  type RegoValue,
  typeName,
} from "@flyball/engine/values";
import type { BuiltinTable } from "./builtin-table.ts";
import { elementsAt, operandAt, wrongType } from "./operand.ts";

/** A decimal as Go's strconv.ParseFloat takes it, within the range of doubles but kept exactly. What else that function takes (`0x1p-2`, `1_000`, `Inf`) is no number of JSON. */
function numberFromText(text: string): RegoValue {
  const match = /^([+-]?)0*(\d*)\.?(\d*)((?:[eE][+-]?\d+)?)$/.exec(text);
  if (match === null || !/^[+-]?\.?\d/.test(text))
    throw new BuiltinError(`cannot parse ${JSON.stringify(text)} as a number`);
  if (!Number.isFinite(Number(text))) throw new BuiltinError(`${JSON.stringify(text)} is beyond the range of numbers`);
  const [, sign, whole, fraction, exponent] = match;
  return canonicalNumber(
    `${sign === "-" ? "-" : ""}${whole === "" ? "0" : whole}${fraction === "" ? "" : `.${fraction}`}${exponent}`,
  );
}

/** Answers the operand itself where it is of the type. */
function cast(test: (value: RegoValue) => boolean, name: "boolean" | "null" | "object" | "string"): BuiltinFunction {
  return (args) => (test(operandAt(args, 0)) ? operandAt(args, 0) : wrongType(0, name, operandAt(args, 0)));
}

/** Types: tests, names, conversions. */
export const typeTests: BuiltinTable = {
  is_array: (args) => isArray(operandAt(args, 0)),
  is_boolean: (args) => typeof operandAt(args, 0) === "boolean",
  is_null: (args) => operandAt(args, 0) === null,
  is_number: (args) => isNumber(operandAt(args, 0)),
  is_object: (args) => isObject(operandAt(args, 0)),
  is_set: (args) => isSet(operandAt(args, 0)),
  is_string: (args) => isString(operandAt(args, 0)),
  type_name: (args) => typeName(operandAt(args, 0)),
  cast_array: (args) => elementsAt(args, 0),
  cast_boolean: cast((value) => typeof value === "boolean", "boolean"),
  cast_null: cast((value) => value === null, "null"),
  cast_object: cast(isObject, "object"),
  cast_set: (args) => makeSet(elementsAt(args, 0)),
  cast_string: cast(isString, "string"),
  to_number: (args) => {
    const value = operandAt(args, 0);
    if (value === null) return 0;
    if (typeof value === "boolean") return value ? 1 : 0;
    if (isNumber(value)) return value;
    if (!isString(value)) return wrongType(0, "one of {null, boolean, number, string}", value);
    return numberFromText(value);
  },
};
