import { BuiltinError } from "@flyball/engine";
import { isArray, isString, type RegoValue, typeName } from "@flyball/engine/values";
import type { BuiltinTable } from "../builtin-table.ts";
import { operandAt, stringAt, wrongType } from "../operand.ts";
import { compileExpression } from "./compiled-expressions.ts";
import { globExpression } from "./glob-expression.ts";

/** Globs, matched by RE2 in linear time. */
export const globs: BuiltinTable = {
  "glob.match": (args) => {
    const pattern = stringAt(args, 0);
    const separators = separatorsAt(args);
    return compileExpression(globExpression(pattern, separators)).matcher(stringAt(args, 2)).find();
  },
  "glob.quote_meta": (args) => stringAt(args, 0).replace(/[*?\\[\]{}]/g, "\\$&"),
};

/** Null means none, an empty array the point. */
function separatorsAt(args: readonly RegoValue[]): readonly string[] {
  const value = operandAt(args, 1);
  if (value === null) return [];
  if (!isArray(value)) return wrongType(1, "one of {array, null}", value);
  const separators = value.map((each) => {
    if (isString(each) && [...each].length === 1) return each;
    const expected = isString(each) ? "runes" : "strings";
    throw new BuiltinError(`operand 2 must be array of ${expected} but got array containing ${typeName(each)}`);
  });
  return separators.length === 0 ? ["."] : separators;
}
