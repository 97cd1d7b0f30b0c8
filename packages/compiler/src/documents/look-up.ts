import {
  getKey,
  hasElement,
  isArray,
  isObject,
  isSet,
  makeObject,
  objectEntries,
  type RegoValue,
} from "@flyball/engine/values";

/** `source[key]`: an array's element, an object's value, a set's own element. */
export function lookUp(source: RegoValue, key: RegoValue): RegoValue | undefined {
  if (isArray(source)) return typeof key === "number" && Number.isInteger(key) && key >= 0 ? source[key] : undefined;
  if (isSet(source)) return hasElement(source, key) ? key : undefined;
  return isObject(source) ? getKey(source, key) : undefined;
}

export function lookUpPath(document: RegoValue | undefined, path: readonly RegoValue[]): RegoValue | undefined {
  let current = document;
  for (const key of path) {
    if (current === undefined) return undefined;
    current = lookUp(current, key);
  }
  return current;
}

/** The document with another value at the path. What is no object on the way becomes one. */
export function patch(document: RegoValue | undefined, path: readonly RegoValue[], value: RegoValue): RegoValue {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const entries = document !== undefined && isObject(document) ? objectEntries(document) : [];
  const inner = document !== undefined && isObject(document) ? getKey(document, key) : undefined;
  return makeObject([...entries, [key, patch(inner, rest, value)]]);
}
