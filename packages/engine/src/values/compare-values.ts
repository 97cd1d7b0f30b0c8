import { compareNumbers } from "./arithmetic.ts";
import {
  isMap,
  isSet,
  type RegoNumeric,
  type RegoObject,
  type RegoTypeName,
  type RegoValue,
  typeName,
} from "./rego-value.ts";

const RANK: Record<RegoTypeName, number> = { null: 0, boolean: 1, number: 2, string: 3, array: 4, object: 5, set: 6 };

/**
 * The total order of Rego values, as OPA has it: null < boolean < number < string < array < object < set. Answers -1, 0 or 1.
 * Arrays compare element by element, then by length. Objects compare pair by pair in the order of their keys, first the keys, then
 * the values, then by size. Sets compare as their sorted elements. Source: open-policy-agent/opa v1/ast/compare.go and term.go.
 */
export function compareValues(a: RegoValue, b: RegoValue): number {
  if (typeof a === "string" && typeof b === "string") return compareStrings(a, b);
  if (typeof a === "number" && typeof b === "number") return a < b ? -1 : a > b ? 1 : 0;
  if (a === b) return 0;
  const kind = typeName(a);
  const other = typeName(b);
  if (kind !== other) return RANK[kind] < RANK[other] ? -1 : 1;
  switch (kind) {
    case "null":
      return 0;
    case "boolean":
      return a === false ? -1 : 1;
    case "number":
      return compareNumbers(a as RegoNumeric, b as RegoNumeric);
    case "string":
      return compareStrings(a as string, b as string);
    case "array":
      return compareSequences(a as readonly RegoValue[], b as readonly RegoValue[]);
    case "object":
      return compareObjects(a as RegoObject, b as RegoObject);
    case "set":
      return compareSequences(sortedElements(a as ReadonlySet<RegoValue>), sortedElements(b as ReadonlySet<RegoValue>));
  }
}

/** Equality of Rego values: by structure; numbers by value. */
export function equalValues(a: RegoValue, b: RegoValue): boolean {
  if (a === b) return true;
  if (typeof a === "string" || typeof b === "string") return false;
  if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length) return false;
  if (isSet(a) && isSet(b) && a.size !== b.size) return false;
  return compareValues(a, b) === 0;
}

/** Order by code point, which is also the order of UTF-8 bytes. UTF-16's own order differs where a surrogate meets U+E000 to U+FFFF. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return codePointRank(x) < codePointRank(y) ? -1 : 1;
  }
  return a.length < b.length ? -1 : 1;
}

/** Moves surrogates, which begin code points above U+FFFF, behind all other code units. */
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function compareSequences(a: readonly RegoValue[], b: readonly RegoValue[]): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const order = compareValues(a[i] as RegoValue, b[i] as RegoValue);
    if (order !== 0) return order;
  }
  return a.length < b.length ? -1 : a.length > b.length ? 1 : 0;
}

function compareObjects(a: RegoObject, b: RegoObject): number {
  return isMap(a) || isMap(b) ? compareEntries(a, b) : compareRecords(a, b);
}

type RegoRecord = Exclude<RegoObject, ReadonlyMap<RegoValue, RegoValue>>;

function compareRecords(a: RegoRecord, b: RegoRecord): number {
  const left = ascendingKeys(a);
  const right = ascendingKeys(b);
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const keyA = left[i] as string;
    const keyB = right[i] as string;
    if (keyA !== keyB) return compareStrings(keyA, keyB);
    const order = compareValues(a[keyA] as RegoValue, b[keyB] as RegoValue);
    if (order !== 0) return order;
  }
  return left.length < right.length ? -1 : left.length > right.length ? 1 : 0;
}

/** Mostly they stand in order already. */
function ascendingKeys(record: RegoRecord): readonly string[] {
  const keys = Object.keys(record);
  for (let i = 1; i < keys.length; i++) {
    if (compareStrings(keys[i - 1] as string, keys[i] as string) > 0) return keys.sort(compareStrings);
  }
  return keys;
}

function compareEntries(a: RegoObject, b: RegoObject): number {
  const left = objectEntries(a);
  const right = objectEntries(b);
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const [keyA, valueA] = left[i] as readonly [RegoValue, RegoValue];
    const [keyB, valueB] = right[i] as readonly [RegoValue, RegoValue];
    const order = compareValues(keyA, keyB) || compareValues(valueA, valueB);
    if (order !== 0) return order;
  }
  return left.length < right.length ? -1 : left.length > right.length ? 1 : 0;
}

/** The object's pairs in ascending order of their keys. */
export function objectEntries(object: RegoObject): readonly (readonly [RegoValue, RegoValue])[] {
  const entries: [RegoValue, RegoValue][] = isMap(object) ? [...object] : Object.entries(object);
  return entries.sort(([a], [b]) => compareValues(a, b));
}

/** The set's elements in ascending order. */
export function sortedElements(set: ReadonlySet<RegoValue>): readonly RegoValue[] {
  return [...set].sort(compareValues);
}
