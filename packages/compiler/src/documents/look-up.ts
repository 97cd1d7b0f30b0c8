import {
  getKey,
  hasElement,
  isArray,
  isNumber,
  isObject,
  isSet,
  makeObject,
  numberText,
  objectEntries,
  type RegoValue,
} from "@flyball/engine/values";

/** `source[key]`: an array's element, an object's value, a set's own element. */
export function lookUp(source: RegoValue, key: RegoValue): RegoValue | undefined {
  if (isArray(source)) return typeof key === "number" && Number.isInteger(key) && key >= 0 ? source[key] : undefined;
  if (isSet(source)) return hasElement(source, key) ? key : undefined;
  return isObject(source) ? getKey(source, key) : undefined;
}

/** `source[key]` in a base document, where OPA takes a number for the string that is written like it, and a string of digits for an index. */
export function lookUpBase(source: RegoValue, key: RegoValue): RegoValue | undefined {
  const found = lookUp(source, key);
  if (found !== undefined) return found;
  if (isNumber(key)) return isObject(source) ? getKey(source, numberText(key)) : undefined;
  return typeof key === "string" && isArray(source) && INDEX.test(key) ? source[Number(key)] : undefined;
}

const INDEX = /^[0-9]{1,9}$/;

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
