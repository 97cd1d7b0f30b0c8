import { BuiltinError } from "@flyball/engine";
import {
  equalValues,
  getKey,
  hasElement,
  isArray,
  isObject,
  isSet,
  makeObject,
  makeSet,
  objectEntries,
  type RegoObject,
  type RegoValue,
  structuralKey,
  typeName,
} from "@flyball/engine/values";
import type { BuiltinTable } from "./builtin-table.ts";
import { arrayAt, elementsAt, integerAt, objectAt, operandAt, setAt, wrongType } from "./operand.ts";

/** Built-ins on arrays, sets and objects. */
export const collections: BuiltinTable = {
  "array.concat": (args) => [...arrayAt(args, 0), ...arrayAt(args, 1)],
  "array.flatten": (args) => arrayAt(args, 0).flatMap((item) => (isArray(item) ? item : [item])),
  "array.reverse": (args) => [...arrayAt(args, 0)].reverse(),
  "array.slice": (args) => {
    const array = arrayAt(args, 0);
    const start = Math.max(0, integerAt(args, 1));
    const stop = Math.min(array.length, integerAt(args, 2));
    return array.slice(start, Math.max(start, stop));
  },
  and: (args) => intersect(setAt(args, 0), setAt(args, 1)),
  or: (args) => makeSet([...setAt(args, 0), ...setAt(args, 1)]),
  set_diff: (args) => difference(setAt(args, 0), setAt(args, 1)),
  union: (args) => makeSet([...setAt(args, 0)].flatMap((each) => [...innerSet(each)])),
  intersection: (args) => {
    const [first, ...rest] = [...setAt(args, 0)].map(innerSet);
    return first === undefined ? makeSet([]) : rest.reduce(intersect, first);
  },
  "internal.member_2": (args) => contains(operandAt(args, 1), operandAt(args, 0)),
  "internal.member_3": (args) => {
    const [key, value, collection] = [operandAt(args, 0), operandAt(args, 1), operandAt(args, 2)];
    if (isArray(collection)) {
      const item = typeof key === "number" ? collection[key] : undefined;
      return item !== undefined && equalValues(item, value);
    }
    if (isObject(collection)) {
      const found = getKey(collection, key);
      return found !== undefined && equalValues(found, value);
    }
    return isSet(collection) && equalValues(key, value) && hasElement(collection, value);
  },
  "object.get": (args) => {
    const object = objectAt(args, 0);
    const key = operandAt(args, 1);
    const fallback = operandAt(args, 2);
    const found = isArray(key) ? lookUpPath(object, key) : getKey(object, key);
    return found === undefined ? fallback : found;
  },
  "object.keys": (args) => makeSet(objectEntries(objectAt(args, 0)).map(([key]) => key)),
  "object.remove": (args) => {
    const keys = keysAt(args, 1);
    return makeObject(objectEntries(objectAt(args, 0)).filter(([key]) => !hasElement(keys, key)));
  },
  "object.filter": (args) => {
    const keys = keysAt(args, 1);
    return makeObject(objectEntries(objectAt(args, 0)).filter(([key]) => hasElement(keys, key)));
  },
  "object.union": (args) => unionOf([objectAt(args, 0), objectAt(args, 1)]),
  "object.union_n": (args) =>
    unionOf(
      arrayAt(args, 0).map((each) => {
        if (isObject(each)) return each;
        throw new BuiltinError(`operand 1 must be array of objects but got array containing ${typeName(each)}`);
      }),
    ),
  "object.subset": (args) => {
    const [whole, part] = [operandAt(args, 0), operandAt(args, 1)];
    const matching =
      (isObject(whole) && isObject(part)) ||
      (isSet(whole) && isSet(part)) ||
      (isArray(whole) && (isArray(part) || isSet(part)));
    if (!matching) throw new BuiltinError("both arguments must be of the same type or array and set");
    return isSubset(whole, part);
  },
};

/** Whether an array's items, a set's elements or an object's values contain the value; false for anything else. */
export function contains(collection: RegoValue, value: RegoValue): boolean {
  if (isArray(collection)) return collection.some((item) => equalValues(item, value));
  if (isSet(collection)) return hasElement(collection, value);
  return isObject(collection) && objectEntries(collection).some(([, each]) => equalValues(each, value));
}

function innerSet(value: RegoValue): ReadonlySet<RegoValue> {
  return isSet(value) ? value : wrongType(0, "set", value);
}

function intersect(a: ReadonlySet<RegoValue>, b: ReadonlySet<RegoValue>): ReadonlySet<RegoValue> {
  return makeSet([...a].filter((element) => hasElement(b, element)));
}

export function difference(a: ReadonlySet<RegoValue>, b: ReadonlySet<RegoValue>): ReadonlySet<RegoValue> {
  return makeSet([...a].filter((element) => !hasElement(b, element)));
}

/** Keys given as an array, a set, or the keys of an object. */
function keysAt(args: readonly RegoValue[], index: number): ReadonlySet<RegoValue> {
  const value = operandAt(args, index);
  if (isObject(value)) return makeSet(objectEntries(value).map(([key]) => key));
  return makeSet(elementsAt(args, index));
}

function lookUpPath(document: RegoValue, path: readonly RegoValue[]): RegoValue | undefined {
  let current: RegoValue | undefined = document;
  for (const key of path) {
    if (current === undefined) return undefined;
    if (isArray(current)) current = typeof key === "number" && Number.isInteger(key) ? current[key] : undefined;
    else if (isSet(current)) current = hasElement(current, key) ? key : undefined;
    else current = isObject(current) ? getKey(current, key) : undefined;
  }
  return current;
}

/** Objects merge key by key; of anything else the later wins, and ends what earlier objects had there. */
function unionOf(objects: readonly RegoObject[]): RegoObject {
  const [first] = objects;
  if (first !== undefined && objects.length === 1) return first;
  const values = new Map<string, { readonly key: RegoValue; objects: RegoObject[]; value: RegoValue }>();
  for (const object of objects) {
    for (const [key, value] of objectEntries(object)) {
      const name = structuralKey(key);
      const known = values.get(name);
      if (known === undefined) values.set(name, { key, objects: isObject(value) ? [value] : [], value });
      else if (isObject(value)) known.objects.push(value);
      else [known.objects, known.value] = [[], value];
    }
  }
  return makeObject(
    Array.from(values.values(), ({ key, objects: inner, value }) => [key, inner.length > 0 ? unionOf(inner) : value]),
  );
}

/** As OPA counts: an item that stands twice in the array counts twice, and an empty array meets nothing. */
function meetsAsMany(whole: Iterable<RegoValue>, part: ReadonlySet<RegoValue>): boolean {
  let unmet = part.size;
  for (const item of whole) {
    if (hasElement(part, item)) unmet -= 1;
    if (unmet === 0) return true;
  }
  return false;
}

function isSubset(whole: RegoValue, part: RegoValue): boolean {
  if (isObject(whole) && isObject(part)) {
    return objectEntries(part).every(([key, value]) => {
      const other = getKey(whole, key);
      return other !== undefined && (isSubset(other, value) || equalValues(other, value));
    });
  }
  if (isSet(whole) && isSet(part)) return [...part].every((element) => hasElement(whole, element));
  if (isArray(whole) && isSet(part)) return meetsAsMany(whole, part);
  if (isArray(whole) && isArray(part)) {
    return Array.from({ length: whole.length - part.length + 1 }, (_, start) => start).some((start) =>
      part.every((item, index) => equalValues(whole[start + index] as RegoValue, item)),
    );
  }
  return equalValues(whole, part);
}
