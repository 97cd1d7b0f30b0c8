// Built-ins on objects.

import { appendSorted, elementOf, entriesOf, iterate_count, object_get, object_new, set_new, value_get, value_member } from "../collection";
import { value_equal } from "../compare";
import { builtin_failed, enter, leave, spend } from "../host";
import { object_merge } from "../document";
import { tableFind } from "../table";
import { UNDEFINED, countOf, fromBool, isArray, isObject, isSet, isUndefined } from "../value";
import { setOfArray } from "./type-tests";

export function b_object_get(object: u64, path: u64, otherwise: u64): u64 {
  if (!isObject(object)) return builtin_failed();
  let found = object;
  if (isArray(path)) {
    const steps = countOf(path);
    spend(steps);
    for (let i: u32 = 0; i < steps && !isUndefined(found); i++) found = value_get(found, elementOf(path, i));
  } else {
    found = object_get(object, path);
  }
  return isUndefined(found) ? otherwise : found;
}

export function b_object_keys(object: u64): u64 {
  if (!isObject(object)) return builtin_failed();
  const count = iterate_count(object);
  spend(count);
  const keys = set_new(count);
  const entries = entriesOf(object);
  for (let i: u32 = 0; i < count; i++) appendSorted(keys, load<u64>(entries + (i << 4)), 0);
  return keys;
}

/** Something in which `tableFind` finds the keys that are meant: a set or an object; undefined for other values. */
function keysOf(v: u64): u64 {
  if (isSet(v) || isObject(v)) return v;
  return isArray(v) ? setOfArray(v) : UNDEFINED;
}

/** The entries whose key is among `keys`, or is not. */
function pick(object: u64, given: u64, among: bool): u64 {
  const keys = keysOf(given);
  if (!isObject(object) || isUndefined(keys)) return builtin_failed();
  const count = iterate_count(object);
  spend(count);
  const result = object_new(0);
  const entries = entriesOf(object);
  const shift: u32 = isObject(keys) ? 4 : 3;
  for (let i: u32 = 0; i < count; i++) {
    const entry = entries + (i << 4);
    if (tableFind(<u32>keys, load<u64>(entry), shift) != 0 == among) appendSorted(result, load<u64>(entry), load<u64>(entry, 8));
  }
  return result;
}

export function b_object_remove(object: u64, keys: u64): u64 {
  return pick(object, keys, false);
}

export function b_object_union(a: u64, b: u64): u64 {
  return isObject(a) && isObject(b) ? object_merge(a, b) : builtin_failed();
}

export function b_object_union_n(objects: u64): u64 {
  if (!isArray(objects)) return builtin_failed();
  const count = countOf(objects);
  spend(count);
  for (let i: u32 = 0; i < count; i++) if (!isObject(elementOf(objects, i))) return builtin_failed();
  if (!count) return object_new(0);
  let result = elementOf(objects, 0);
  for (let i: u32 = 1; i < count; i++) result = object_merge(result, elementOf(objects, i));
  return result;
}

function subsetOfSet(whole: u64, part: u64): bool {
  const count = countOf(part);
  spend(count);
  const entries = entriesOf(part);
  for (let i: u32 = 0; i < count; i++) if (!tableFind(<u32>whole, load<u64>(entries + (i << 3)), 3)) return false;
  return true;
}

/** Whether `part` occurs in `whole` as a run of neighbours. */
function subsetOfArray(whole: u64, part: u64): bool {
  const n = countOf(whole);
  const m = countOf(part);
  if (m > n) return false;
  for (let i: u32 = 0; i <= n - m; i++) {
    spend(1);
    let j: u32 = 0;
    while (j < m && value_equal(elementOf(whole, i + j), elementOf(part, j))) {
      spend(1);
      j++;
    }
    if (j == m) return true;
  }
  return false;
}

function subsetOfObject(whole: u64, part: u64): bool {
  const count = countOf(part);
  spend(count);
  enter();
  const entries = entriesOf(part);
  for (let i: u32 = 0; i < count; i++) {
    const v = load<u64>(entries + (i << 4), 8);
    const w = object_get(whole, load<u64>(entries + (i << 4)));
    if (isUndefined(w)) return closed(false);
    if (value_equal(v, w)) continue;
    if (isObject(v) && isObject(w) && subsetOfObject(w, v)) continue;
    if (isSet(v) && isSet(w) && subsetOfSet(w, v)) continue;
    if (isArray(v) && isArray(w) && subsetOfArray(w, v)) continue;
    return closed(false);
  }
  return closed(true);
}

function closed(answer: bool): bool {
  leave();
  return answer;
}

/** Whether every element of a set occurs in an array, as OPA counts it: an empty set only in an array with elements. */
function setInArray(whole: u64, part: u64): bool {
  const count = countOf(whole);
  spend(count);
  let missing = <i32>countOf(part);
  for (let i: u32 = 0; i < count; i++) {
    if (value_member(elementOf(whole, i), part)) missing--;
    if (missing == 0) return true;
  }
  return false;
}

export function b_object_subset(whole: u64, part: u64): u64 {
  if (isObject(whole) && isObject(part)) return fromBool(subsetOfObject(whole, part));
  if (isSet(whole) && isSet(part)) return fromBool(subsetOfSet(whole, part));
  if (isArray(whole) && isArray(part)) return fromBool(subsetOfArray(whole, part));
  if (isArray(whole) && isSet(part)) return fromBool(setInArray(whole, part));
  return builtin_failed();
}

export function b_object_filter(object: u64, keys: u64): u64 {
  return pick(object, keys, true);
}
