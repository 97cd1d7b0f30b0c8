import { RegoNumber } from "./rego-number.ts";

/** A number at the border. A `number` means its shortest decimal; canonical results use `number` where that is exact and `RegoNumber` otherwise, never `bigint`. */
export type RegoNumeric = number | bigint | RegoNumber;

/** An object all of whose keys are strings, as a plain JavaScript object. */
export interface RegoRecord {
  readonly [key: string]: RegoValue;
}

/** An object: a plain object where all keys are strings, a `Map` otherwise (a `Map` with string keys only is accepted and means the same). */
export type RegoObject = RegoRecord | ReadonlyMap<RegoValue, RegoValue>;

/**
 * A Rego value in JavaScript: what policies take and answer, what host built-ins receive and return.
 *
 * Sets and maps compare their elements and keys by structure, not by identity: build them with `makeSet` and `makeObject` and look
 * into them with `hasElement` and `getKey`.
 */
export type RegoValue =
  | null
  | boolean
  | RegoNumeric
  | string
  | readonly RegoValue[]
  | RegoObject
  | ReadonlySet<RegoValue>;

export type RegoTypeName = "null" | "boolean" | "number" | "string" | "array" | "object" | "set";

/** Rego's own name of the value's type, as `type_name` answers it. */
export function typeName(value: RegoValue): RegoTypeName {
  switch (typeof value) {
    case "boolean":
      return "boolean";
    case "number":
    case "bigint":
      return "number";
    case "string":
      return "string";
    default:
      if (value === null) return "null";
      if (Array.isArray(value)) return "array";
      if (value instanceof Set) return "set";
      if (RegoNumber.is(value)) return "number";
      return "object";
  }
}

export function isNumber(value: RegoValue): value is RegoNumeric {
  return typeof value === "number" || typeof value === "bigint" || RegoNumber.is(value);
}

export function isString(value: RegoValue): value is string {
  return typeof value === "string";
}

export function isArray(value: RegoValue): value is readonly RegoValue[] {
  return Array.isArray(value);
}

export function isSet(value: RegoValue): value is ReadonlySet<RegoValue> {
  return value instanceof Set;
}

export function isMap(value: RegoValue): value is ReadonlyMap<RegoValue, RegoValue> {
  return value instanceof Map;
}

export function isObject(value: RegoValue): value is RegoObject {
  return typeof value === "object" && typeName(value) === "object";
}
