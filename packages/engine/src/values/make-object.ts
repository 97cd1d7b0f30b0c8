import { equalValues } from "./compare-values.ts";
import { canonicalNumber } from "./rego-number.ts";
import { isMap, isNumber, type RegoObject, type RegoValue } from "./rego-value.ts";
import { structuralKey } from "./structural-key.ts";

/** Maps up to this size are searched pair by pair. */
const SMALL = 8;

/** The larger maps that `makeObject` made (they do not change), each with its values by structural key once it was searched. */
const valuesByKey = new WeakMap<
  ReadonlyMap<RegoValue, RegoValue>,
  { values: ReadonlyMap<string, RegoValue> | undefined }
>();

/**
 * An object with the given pairs: a plain object where all keys are strings, else a `Map`. Of equal keys the last pair counts.
 * `__proto__` is a key like any other. The object must not be changed afterwards.
 */
export function makeObject(entries: Iterable<readonly [RegoValue, RegoValue]>): RegoObject {
  const byKey = new Map<string, readonly [RegoValue, RegoValue]>();
  let textOnly = true;
  for (const [key, value] of entries) {
    const canonical = isNumber(key) ? canonicalNumber(key) : key;
    if (typeof canonical !== "string") textOnly = false;
    byKey.set(structuralKey(canonical), [canonical, value]);
  }
  if (!textOnly) {
    const map = new Map(byKey.values());
    if (map.size > SMALL) valuesByKey.set(map, { values: undefined });
    return map;
  }
  const record: Record<string, RegoValue> = {};
  for (const [key, value] of byKey.values()) setOwn(record, key as string, value);
  return record;
}

/** Sets an own data property whatever its name is; assignment would call the setter that `__proto__` inherits. */
export function setOwn(record: Record<string, RegoValue>, key: string, value: RegoValue): void {
  if (key === "__proto__") {
    Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    record[key] = value;
  }
}

/** The value at a key equal to the given one, or undefined. */
export function getKey(object: RegoObject, key: RegoValue): RegoValue | undefined {
  if (!isMap(object)) {
    return typeof key === "string" && Object.hasOwn(object, key) ? object[key] : undefined;
  }
  const canonical = isNumber(key) ? canonicalNumber(key) : key;
  const found = object.get(canonical);
  if (found !== undefined) return found;
  if (canonical === null || typeof canonical === "string" || typeof canonical === "boolean") return undefined;
  const index = valuesByKey.get(object);
  if (index !== undefined) {
    index.values ??= new Map(Array.from(object, ([each, value]) => [structuralKey(each), value]));
    return index.values.get(structuralKey(canonical));
  }
  for (const [each, value] of object) if (equalValues(each, canonical)) return value;
  return undefined;
}

/** How many pairs the object has. */
export function objectSize(object: RegoObject): number {
  return isMap(object) ? object.size : Object.keys(object).length;
}
