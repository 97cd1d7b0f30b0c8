import { equalValues } from "../values/compare-values.ts";
import { makeObject, setOwn } from "../values/make-object.ts";
import { makeSet } from "../values/make-set.ts";
import { NumberLimitError } from "../values/number-limit-error.ts";
import { canonicalNumber } from "../values/rego-number.ts";
import type { RegoNumeric, RegoValue } from "../values/rego-value.ts";
import { structuralKey } from "../values/structural-key.ts";
import { BorderError, invalid } from "./border-error.ts";
import {
  describe,
  mapForEach,
  ownKeys,
  readElement,
  readLength,
  readProperty,
  setForEach,
  shapeOf,
} from "./own-value.ts";

/**
 * A copy of a JavaScript value as a canonical value of Rego, by the rules of the border: what the encoder writes into a module,
 * as JavaScript. Throws `BorderError`. `depth` is what is left of the depth limit.
 */
export function canonicalValue(value: unknown, depth: number): RegoValue {
  switch (typeof value) {
    case "string":
      return value.isWellFormed() ? value : invalid("a text has a surrogate without its other half");
    case "boolean":
      return value;
    case "number":
    case "bigint":
      return canonical(value);
    case "object":
      return value === null ? null : canonicalComposite(value, depth);
    default:
      return invalid(`${describe(value)} is no value of Rego`);
  }
}

function canonical(value: RegoNumeric): RegoValue {
  if (typeof value === "number" && !Number.isFinite(value)) return invalid(`${value} is no number of Rego`);
  try {
    return canonicalNumber(value);
  } catch (error) {
    if (error instanceof NumberLimitError) return invalid(error.message);
    throw error;
  }
}

function canonicalComposite(value: object, depth: number): RegoValue {
  const shape = shapeOf(value);
  if (shape === "number") return canonical(value as unknown as RegoNumeric);
  if (depth <= 0) throw new BorderError("depth_exceeded", "nested too deep");
  switch (shape) {
    case "array":
      return canonicalArray(value as unknown[], depth);
    case "record":
      return canonicalRecord(value, depth);
    case "set":
      return canonicalSet(value as Set<unknown>, depth);
    case "map":
      return makeObject(canonicalPairs(value as Map<unknown, unknown>, depth));
  }
}

function canonicalArray(array: readonly unknown[], depth: number): RegoValue {
  const length = readLength(array);
  const items: RegoValue[] = [];
  for (let i = 0; i < length; i++) items.push(canonicalValue(readElement(array, i), depth - 1));
  return items;
}

function canonicalRecord(value: object, depth: number): RegoValue {
  const record: Record<string, RegoValue> = {};
  for (const key of ownKeys(value)) {
    const member = readProperty(value, key);
    if (member !== undefined) setOwn(record, canonicalValue(key, 0) as string, canonicalValue(member, depth - 1));
  }
  return record;
}

/** Elements that are equal as values of Rego are one. */
export function canonicalSet(value: Set<unknown>, depth: number): ReadonlySet<RegoValue> {
  const elements: RegoValue[] = [];
  setForEach(value, (element) => {
    elements.push(canonicalValue(element, depth - 1));
  });
  return makeSet(elements);
}

/** The map's pairs; equal keys must have equal values, and then are one. */
export function canonicalPairs(
  value: Map<unknown, unknown>,
  depth: number,
): readonly (readonly [RegoValue, RegoValue])[] {
  const byKey = new Map<string, readonly [RegoValue, RegoValue]>();
  mapForEach(value, (member, key) => {
    const pair = [canonicalValue(key, depth - 1), canonicalValue(member, depth - 1)] as const;
    const text = structuralKey(pair[0]);
    const other = byKey.get(text);
    if (other !== undefined && !equalValues(other[1], pair[1])) invalid("a Map has two values for equal keys");
    byKey.set(text, pair);
  });
  return [...byKey.values()];
}
