// Documents as wholes: changed along a path (`with input.a.b as v`), merged (base and virtual documents), prepared for many evaluations.

import { elementOf, entriesOf, object_get, object_new, object_put, value_get } from "./collection";
import { enter, leave, resumeFuel, spend, suspendFuel } from "./host";
import { textNumber } from "./number-text";
import { bytesOf, textOf } from "./string";
import { tableCopy, tableFind, tablePrepare } from "./table";
import { textBegin, textEnd } from "./text";
import { ARRAY, OBJECT, SET, UNDEFINED, countOf, isArray, isNumber, isObject, isString, isUndefined } from "./value";

const ENTRIES: usize = 8;

export function withoutKey(doc: u64, key: u64): u64 {
  const found = tableFind(<u32>doc, key, 4);
  if (!found) return doc;
  const last = countOf(doc) - 1;
  const copy = tableCopy(<u32>doc, 0, 4);
  // Order is kept: what follows moves up by one.
  const place = load<u32>(copy, ENTRIES) + (found - load<u32>(<u32>doc, ENTRIES));
  const end = load<u32>(copy, ENTRIES) + (last << 4);
  memory.copy(place, place + 16, end - place);
  store<u32>(copy, last);
  return OBJECT | <u64>copy;
}

function patchFrom(doc: u64, path: u64, step: u32, value: u64): u64 {
  if (step == countOf(path)) return value;
  enter();
  const key = elementOf(path, step);
  const isDocument = isObject(doc);
  const inner = patchFrom(isDocument ? object_get(doc, key) : UNDEFINED, path, step + 1, value);
  leave();
  if (isUndefined(inner)) return isDocument ? withoutKey(doc, key) : doc;
  if (!isDocument) {
    const fresh = object_new(1);
    object_put(fresh, key, inner);
    return fresh;
  }
  const copy = OBJECT | <u64>tableCopy(<u32>doc, 1, 4);
  object_put(copy, key, inner);
  return copy;
}

export function value_patch(doc: u64, path: u64, value: u64): u64 {
  return patchFrom(doc, path, 0, value);
}

export function object_merge(base: u64, over: u64): u64 {
  if (isUndefined(over)) return base;
  if (!isObject(base) || !isObject(over)) return over;
  const count = countOf(over);
  if (!count) return base;
  if (!countOf(base)) return over;
  enter();
  spend(count);
  const merged = OBJECT | <u64>tableCopy(<u32>base, count, 4);
  for (let i: u32 = 0; i < count; i++) {
    const entry = entriesOf(over) + (i << 4);
    const key = load<u64>(entry);
    object_put(merged, key, object_merge(object_get(base, key), load<u64>(entry, 8)));
  }
  leave();
  return merged;
}

function prepare(v: u64): void {
  if (v < ARRAY) return;
  const count = countOf(v);
  enter();
  if (v < OBJECT) {
    for (let i: u32 = 0; i < count; i++) prepare(elementOf(v, i));
  } else {
    const words = v < SET ? count << 1 : count;
    for (let i: u32 = 0; i < words; i++) prepare(load<u64>(entriesOf(v) + (i << 3)));
    tablePrepare(<u32>v, v < SET ? 4 : 3);
  }
  leave();
}

export function value_prepare(v: u64): void {
  const before = suspendFuel();
  prepare(v);
  resumeFuel(before);
}

/** An index written in decimal digits, or -1. */
function indexIn(s: u64): i32 {
  const bytes = bytesOf(s);
  if (bytes == 0 || bytes > 9) return -1;
  let n: i32 = 0;
  for (let i: u32 = 0; i < bytes; i++) {
    const digit = <u32>load<u8>(textOf(s) + i) - 48;
    if (digit > 9) return -1;
    n = n * 10 + <i32>digit;
  }
  return n;
}

/** `collection[key]` in a base document, where OPA takes a number for the string that is written like it, and a string of digits for an index. */
export function value_get_base(collection: u64, key: u64): u64 {
  const found = value_get(collection, key);
  if (!isUndefined(found) || isUndefined(key)) return found;
  if (isObject(collection) && isNumber(key)) {
    textBegin(24);
    textNumber(key);
    return object_get(collection, textEnd());
  }
  if (!isArray(collection) || !isString(key)) return UNDEFINED;
  const index = indexIn(key);
  return index >= 0 && <u32>index < countOf(collection) ? elementOf(collection, <u32>index) : UNDEFINED;
}
