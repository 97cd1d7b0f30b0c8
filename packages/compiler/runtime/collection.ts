// Arrays, objects and sets as generated code builds and reads them.

import { value_equal } from "./compare";
import { alloc, allocMany, heap, spend } from "./host";
import { SORTED, sortEntries } from "./sort";
import { tableAppend, tableFind, tableNew, tableParent, tableSetParent } from "./table";
import { ARRAY, BIG, OBJECT, SET, UNDEFINED, fromCount, isArray, isObject, isSet, isUndefined } from "./value";

const ENTRIES: usize = 8;

// @ts-ignore: decorator
@inline
export function elementOf(array: u64, i: u32): u64 {
  return load<u64>(<u32>array + (i << 3), 8);
}

// @ts-ignore: decorator
@inline
export function setElement(array: u64, i: u32, v: u64): void {
  store<u64>(<u32>array + (i << 3), v, 8);
}

// @ts-ignore: decorator
@inline
export function entriesOf(v: u64): u32 {
  return load<u32>(<u32>v, ENTRIES);
}

export function array_new(count: u32): u64 {
  const address = allocMany(count, 3, 8);
  store<u64>(address, <u64>count);
  return ARRAY | <u64>address;
}

// A builder is u32 array block, u32 capacity; the block is an array whose count grows.

export function array_builder(capacity: u32): u32 {
  const builder = alloc(8);
  if (!capacity) capacity = 4;
  store<u32>(builder, <u32>array_new(capacity));
  store<u32>(builder, capacity, 4);
  store<u32>(load<u32>(builder), 0);
  return builder;
}

export function array_append(builder: u32, v: u64): void {
  let block = load<u32>(builder);
  const count = load<u32>(block);
  const capacity = load<u32>(builder, 4);
  if (count == capacity) {
    spend(count);
    if (block + 8 + (count << 3) == heap) {
      allocMany(capacity, 3, 0);
    } else {
      const larger = allocMany(capacity << 1, 3, 8);
      memory.copy(larger, block, 8 + (count << 3));
      store<u32>(builder, larger);
      block = larger;
    }
    store<u32>(builder, capacity << 1, 4);
  }
  store<u64>(block + (count << 3), v, 8);
  store<u32>(block, count + 1);
}

export function array_finish(builder: u32): u64 {
  return ARRAY | <u64>load<u32>(builder);
}

export function set_new(capacity: u32): u64 {
  return SET | <u64>tableNew(capacity, 3);
}

export function set_add(set: u64, v: u64): i32 {
  if (tableFind(<u32>set, v, 3)) return 0;
  tableAppend(<u32>set, v, 3);
  return 1;
}

export function set_has(set: u64, v: u64): i32 {
  return i32(tableFind(<u32>set, v, 3) != 0);
}

export function object_new(capacity: u32): u64 {
  return OBJECT | <u64>tableNew(capacity, 4);
}

export function object_insert(object: u64, key: u64, v: u64): i32 {
  const entry = tableFind(<u32>object, key, 4);
  if (entry) return value_equal(load<u64>(entry, 8), v);
  store<u64>(tableAppend(<u32>object, key, 4), v, 8);
  return 1;
}

export function object_put(object: u64, key: u64, v: u64): void {
  let entry = tableFind(<u32>object, key, 4);
  if (!entry) entry = tableAppend(<u32>object, key, 4);
  store<u64>(entry, v, 8);
}

export function object_get(object: u64, key: u64): u64 {
  const entry = tableFind(<u32>object, key, 4);
  return entry ? load<u64>(entry, 8) : UNDEFINED;
}

/** The table under `key` when it was made by this function for this object; a new one when there is none; undefined otherwise. */
function childTable(object: u64, key: u64, kind: u64): u64 {
  const child = object_get(object, key);
  if (isUndefined(child)) {
    const fresh = kind | <u64>tableNew(0, kind == SET ? 3 : 4);
    tableSetParent(<u32>fresh, <u32>object);
    object_put(object, key, fresh);
    return fresh;
  }
  return child >= kind && child - kind <= 0xffffffff && tableParent(<u32>child) == <u32>object ? child : UNDEFINED;
}

export function object_child(object: u64, key: u64): u64 {
  return childTable(object, key, OBJECT);
}

export function object_child_set(object: u64, key: u64): u64 {
  return childTable(object, key, SET);
}

/** For tables that are filled in ascending order without duplicates. */
export function appendSorted(table: u64, key: u64, v: u64): void {
  const head = <u32>table;
  const shift: u32 = table >= SET ? 3 : 4;
  const entry = appendPlain(head, key, shift);
  if (shift == 4) store<u64>(entry, v, 8);
  store<u32>(head, SORTED, 4);
}

// The index is left to whoever needs it: sorted tables are searched by halving.
function appendPlain(head: u32, key: u64, shift: u32): u32 {
  const count = load<u32>(head);
  const entries = load<u32>(head, ENTRIES);
  if (!entries || count == load<u32>(entries - 8)) {
    const capacity = max<u32>(count << 1, 4);
    spend(count);
    const block = allocMany(capacity, shift, 8);
    store<u32>(block, capacity);
    memory.copy(block + 8, entries, count << shift);
    store<u32>(head, block + 8, ENTRIES);
  }
  const entry = load<u32>(head, ENTRIES) + (count << shift);
  store<u64>(entry, key);
  store<u32>(head, count + 1);
  return entry;
}

/** `collection[key]`. */
export function value_get(collection: u64, key: u64): u64 {
  if (collection < ARRAY) return UNDEFINED;
  if (collection < OBJECT) {
    if (key >= BIG) return UNDEFINED;
    const n = reinterpret<f64>(key);
    if (!(n >= 0 && n < <f64>load<u32>(<u32>collection))) return UNDEFINED;
    const i = <u32>n;
    return <f64>i == n ? elementOf(collection, i) : UNDEFINED;
  }
  if (isUndefined(key)) return UNDEFINED;
  if (collection < SET) return object_get(collection, key);
  const entry = tableFind(<u32>collection, key, 3);
  return entry ? load<u64>(entry) : UNDEFINED;
}

export function value_get_string(collection: u64, key: u64): u64 {
  if (isObject(collection)) return object_get(collection, key);
  return isSet(collection) ? value_get(collection, key) : UNDEFINED;
}

export function iterate_count(v: u64): u32 {
  if (v < ARRAY) return 0;
  if (v >= OBJECT) sortEntries(<u32>v, v < SET ? 4 : 3);
  return load<u32>(<u32>v);
}

export function iterate_key(v: u64, n: u32): u64 {
  if (v < OBJECT) return fromCount(n);
  return load<u64>(entriesOf(v) + (v < SET ? n << 4 : n << 3));
}

export function iterate_value(v: u64, n: u32): u64 {
  if (v < OBJECT) return elementOf(v, n);
  return v < SET ? load<u64>(entriesOf(v) + (n << 4), 8) : load<u64>(entriesOf(v) + (n << 3));
}

/** Whether the value occurs among the elements of an array, the values of an object, or the elements of a set. */
export function value_member(v: u64, collection: u64): bool {
  if (isSet(collection)) return tableFind(<u32>collection, v, 3) != 0;
  if (isArray(collection)) {
    const count = load<u32>(<u32>collection);
    spend(count);
    for (let i: u32 = 0; i < count; i++) if (value_equal(elementOf(collection, i), v)) return true;
    return false;
  }
  if (!isObject(collection)) return false;
  const count = load<u32>(<u32>collection);
  const entries = entriesOf(collection);
  spend(count);
  for (let i: u32 = 0; i < count; i++) if (value_equal(load<u64>(entries + (i << 4), 8), v)) return true;
  return false;
}

