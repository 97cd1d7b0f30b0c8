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
  type Shape,
  setForEach,
  shapeOf,
} from "./own-value.ts";

/** What is left of the depth limit, and the composites on the way, to tell a cycle from depth. */
interface Way {
  readonly depthLimit: number;
  readonly ancestors: object[];
}

/**
 * A copy of a JavaScript value as a canonical value of Rego, by the rules of the border: what the encoder writes into a module,
 * as JavaScript. Throws `BorderError`.
 */
export function canonicalValue(value: unknown, depthLimit: number): RegoValue {
  return canonical(value, { depthLimit, ancestors: [] });
}

function canonical(value: unknown, way: Way): RegoValue {
  switch (typeof value) {
    case "string":
      return value.isWellFormed() ? value : invalid("a text has a surrogate without its other half");
    case "boolean":
      return value;
    case "number":
    case "bigint":
      return canonicalNumeric(value);
    case "object":
      return value === null ? null : canonicalComposite(value, way);
    default:
      return invalid(`${describe(value)} is no value of Rego`);
  }
}

function canonicalNumeric(value: RegoNumeric): RegoValue {
  if (typeof value === "number" && !Number.isFinite(value)) return invalid(`${value} is no number of Rego`);
  try {
    return canonicalNumber(value);
  } catch (error) {
    if (error instanceof NumberLimitError) return invalid(error.message);
    throw error;
  }
}

function canonicalComposite(value: object, way: Way): RegoValue {
  const shape = shapeOf(value);
  if (shape === "number") return canonicalNumeric(value as unknown as RegoNumeric);
  const { ancestors, depthLimit } = way;
  if (ancestors.length >= depthLimit) {
    if (new Set(ancestors).size < ancestors.length) invalid("the value contains itself");
    throw new BorderError("depth_exceeded", "nested too deep");
  }
  ancestors.push(value);
  const copy = copyOf(value, shape, way);
  ancestors.pop();
  return copy;
}

function copyOf(value: object, shape: Exclude<Shape, "number">, way: Way): RegoValue {
  switch (shape) {
    case "array":
      return copyArray(value as unknown[], way);
    case "record":
      return copyRecord(value, way);
    case "set":
      return makeSet(elementsOf(value as Set<unknown>, way));
    case "map":
      return makeObject(pairsOf(value as Map<unknown, unknown>, way));
  }
}

function copyArray(array: readonly unknown[], way: Way): RegoValue {
  const length = readLength(array);
  const items: RegoValue[] = [];
  for (let i = 0; i < length; i++) items.push(canonical(readElement(array, i), way));
  return items;
}

function copyRecord(value: object, way: Way): RegoValue {
  const record: Record<string, RegoValue> = {};
  for (const key of ownKeys(value)) {
    const member = readProperty(value, key);
    if (member !== undefined) setOwn(record, canonical(key, way) as string, canonical(member, way));
  }
  return record;
}

/** The set's distinct elements: those that are equal as values of Rego are one. */
export function canonicalElements(set: Set<unknown>, depthLimit: number): Iterable<RegoValue> {
  return makeSet(elementsOf(set, { depthLimit, ancestors: [set] }));
}

function elementsOf(set: Set<unknown>, way: Way): RegoValue[] {
  const elements: RegoValue[] = [];
  setForEach(set, (element) => {
    elements.push(canonical(element, way));
  });
  return elements;
}

/** The map's pairs; equal keys must have equal values, and then are one. */
export function canonicalPairs(
  map: Map<unknown, unknown>,
  depthLimit: number,
): Iterable<readonly [RegoValue, RegoValue]> {
  return pairsOf(map, { depthLimit, ancestors: [map] });
}

function pairsOf(map: Map<unknown, unknown>, way: Way): Iterable<readonly [RegoValue, RegoValue]> {
  const byKey = new Map<string, readonly [RegoValue, RegoValue]>();
  mapForEach(map, (member, key) => {
    const pair = [canonical(key, way), canonical(member, way)] as const;
    const text = structuralKey(pair[0]);
    const other = byKey.get(text);
    if (other !== undefined && !equalValues(other[1], pair[1])) invalid("a Map has two values for equal keys");
    byKey.set(text, pair);
  });
  return byKey.values();
}
