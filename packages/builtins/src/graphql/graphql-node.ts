import { BuiltinError } from "@flyball/engine";
import {
  getKey,
  isArray,
  isObject,
  isString,
  makeObject,
  type RegoObject,
  type RegoValue,
} from "@flyball/engine/values";

/**
 * A node of a GraphQL document, with the names that gqlparser gives its fields, since policies see them: `{"Name": "Query", "Kind": "OBJECT", "Fields": [...]}`. Absent, null and empty
 * lists and objects mean the same and are left out.
 */
export function graphqlNode(fields: Readonly<Record<string, RegoValue | undefined>>): RegoObject {
  return makeObject(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined || value === null || isEmpty(value) ? [] : [[name, value] as const],
    ),
  );
}

function isEmpty(value: RegoValue): boolean {
  return isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

/** A list of nodes; empty where it is absent. Throws `BuiltinError` for what is none. */
export function nodesOf(node: RegoObject, name: string): readonly RegoObject[] {
  const value = getKey(node, name) ?? [];
  if (isArray(value) && value.every(isObject)) return value;
  throw new BuiltinError(`GraphQL: ${name} must be a list of objects`);
}

export function textsOf(node: RegoObject, name: string): readonly string[] {
  const value = getKey(node, name) ?? [];
  if (isArray(value) && value.every(isString)) return value;
  throw new BuiltinError(`GraphQL: ${name} must be a list of strings`);
}

export function textOf(node: RegoObject, name: string): string {
  const value = getKey(node, name) ?? "";
  if (isString(value)) return value;
  throw new BuiltinError(`GraphQL: ${name} must be a string`);
}

export function flagOf(node: RegoObject, name: string): boolean {
  const value = getKey(node, name) ?? false;
  if (typeof value === "boolean") return value;
  throw new BuiltinError(`GraphQL: ${name} must be true or false`);
}

export function nodeOf(node: RegoObject, name: string): RegoObject | undefined {
  const value = getKey(node, name) ?? undefined;
  if (value === undefined || isObject(value)) return value;
  throw new BuiltinError(`GraphQL: ${name} must be an object`);
}
