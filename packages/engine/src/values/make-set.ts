import { compareValues, equalValues } from "./compare-values.ts";
import { canonicalNumber } from "./rego-number.ts";
import { isNumber, type RegoValue } from "./rego-value.ts";
import { structuralKey } from "./structural-key.ts";

/** Sets up to this size are searched element by element. */
const SMALL = 8;

/** The larger sets that `makeSet` made (they do not change), each with its elements' structural keys once it was searched. */
const elementKeys = new WeakMap<ReadonlySet<RegoValue>, { keys: ReadonlySet<string> | undefined }>();

/** A set of the distinct values, in ascending order. Equal values need not be identical. The set must not be changed afterwards. */
export function makeSet(values: Iterable<RegoValue>): ReadonlySet<RegoValue> {
  const distinct = new Map<string, RegoValue>();
  for (const value of values) {
    const element = isNumber(value) ? canonicalNumber(value) : value;
    const key = structuralKey(element);
    if (!distinct.has(key)) distinct.set(key, element);
  }
  return setOfDistinct([...distinct.values()].sort(compareValues));
}

/** The same of canonical values that are distinct and in ascending order already. */
export function setOfDistinct(values: readonly RegoValue[]): ReadonlySet<RegoValue> {
  const set = new Set(values);
  if (set.size > SMALL) elementKeys.set(set, { keys: undefined });
  return set;
}

/** Whether the set has an element equal to the value. */
export function hasElement(set: ReadonlySet<RegoValue>, value: RegoValue): boolean {
  const element = isNumber(value) ? canonicalNumber(value) : value;
  if (set.has(element)) return true;
  if (element === null || typeof element === "string" || typeof element === "boolean") return false;
  const index = elementKeys.get(set);
  if (index !== undefined) {
    index.keys ??= new Set(Array.from(set, structuralKey));
    return index.keys.has(structuralKey(element));
  }
  // A set that somebody else made may hold equal elements in other forms (1n for 1), and may have changed since the last call.
  for (const each of set) if (equalValues(each, element)) return true;
  return false;
}
