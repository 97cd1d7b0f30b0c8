import { BuiltinError } from "@flyball/engine";
import { isArray, isSet, isString, type RegoValue, typeName } from "@flyball/engine/values";
import { operandAt, wrongType } from "../operand.ts";

/** Steps into a document: keys of objects, elements of sets; for arrays a number or its digits. */
export type JsonPath = readonly RegoValue[];

/** An array or a set of paths. */
export function pathsAt(args: readonly RegoValue[], index: number): readonly JsonPath[] {
  const paths = operandAt(args, index);
  if (isArray(paths) || isSet(paths)) return [...paths].map(parsePath);
  return wrongType(index, "one of {set, array}", paths);
}

/** `a/b~1c` as in a JSON pointer, with or without slashes in front, or an array of steps. The empty text is the whole document. */
export function parsePath(path: RegoValue): JsonPath {
  if (isArray(path)) return path;
  if (!isString(path))
    throw new BuiltinError(
      `operand 2 must be one of {set, array} containing string paths or array of path segments but got ${typeName(path)}`,
    );
  if (path === "") return [];
  return path
    .replace(/^\/+/, "")
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}
