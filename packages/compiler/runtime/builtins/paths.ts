// json.filter, json.remove and json.patch: documents along JSON pointers. A path is "a/b~1c" or an array of keys.

import { array_append, array_builder, array_finish, array_new, elementOf, entriesOf, iterate_count, object_child, object_get, object_new, object_put, set_add, set_new, setElement } from "../collection";
import { value_equal } from "../compare";
import { withoutKey } from "../document";
import { builtin_failed, enter, leave, spend } from "../host";
import { NO_INTEGER, integerOf } from "../number";
import { textInteger } from "../number-text";
import { bytesOf, stringFrom, textOf } from "../string";
import { tableCopy, tableFind } from "../table";
import { textBegin, textByte, textEnd } from "../text";
import { ARRAY, NULL, OBJECT, UNDEFINED, countOf, isArray, isNumber, isObject, isSet, isString, isUndefined } from "../value";

const SLASH: u32 = 47;
const TILDE: u32 = 126;

function unescaped(from: u32, bytes: u32): u64 {
  textBegin(bytes);
  const end = from + bytes;
  while (from < end) {
    const c = <u32>load<u8>(from++);
    const code = c == TILDE && from < end ? <u32>load<u8>(from) : 0;
    if (code == 48 || code == 49) {
      textByte(code == 48 ? TILDE : SLASH);
      from++;
    } else {
      textByte(c);
    }
  }
  return textEnd();
}

/** The keys of a path as an array, or undefined when it is none. */
function parsePath(path: u64): u64 {
  if (isArray(path)) return path;
  if (!isString(path)) return UNDEFINED;
  const keys = array_builder(0);
  let p = textOf(path);
  const end = p + bytesOf(path);
  if (p == end) return array_finish(keys);
  while (p < end && load<u8>(p) == SLASH) p++;
  while (true) {
    let stop = p;
    let escapes = false;
    while (stop < end && load<u8>(stop) != SLASH) {
      escapes = escapes || load<u8>(stop) == TILDE;
      stop++;
    }
    spend(1);
    array_append(keys, escapes ? unescaped(p, stop - p) : stringFrom(p, stop - p));
    if (stop == end) return array_finish(keys);
    p = stop + 1;
  }
}

/** Paths as an object of objects that end in null; undefined when there is something else among them. */
function pathTree(paths: u64): u64 {
  if (!isArray(paths) && !isSet(paths)) return UNDEFINED;
  const root = object_new(0);
  const count = iterate_count(paths);
  spend(count);
  const from = isArray(paths) ? <u32>paths + 8 : entriesOf(paths);
  for (let i: u32 = 0; i < count; i++) {
    const path = parsePath(load<u64>(from + (i << 3)));
    if (isUndefined(path)) return UNDEFINED;
    const steps = countOf(path);
    spend(steps);
    let node = root;
    let n: u32 = 0;
    // A path that has one of its beginnings in the tree adds nothing.
    for (; n + 1 < steps && !isUndefined(node); n++) node = object_child(node, elementOf(path, n));
    if (steps && !isUndefined(node)) object_put(node, elementOf(path, n), NULL);
  }
  return root;
}

/** An array's index as a string key. */
function indexKey(i: u32): u64 {
  textBegin(16);
  textInteger(i);
  return textEnd();
}

function filtered(v: u64, tree: u64): u64 {
  if (!isObject(tree) || v < ARRAY) return v;
  const count = iterate_count(v);
  spend(count);
  enter();
  let result: u64;
  if (isArray(v)) {
    const kept = array_builder(0);
    for (let i: u32 = 0; i < count; i++) {
      const part = object_get(tree, indexKey(i));
      if (!isUndefined(part)) array_append(kept, filtered(elementOf(v, i), part));
    }
    result = array_finish(kept);
  } else {
    const isMap = isObject(v);
    result = isMap ? object_new(0) : set_new(0);
    for (let i: u32 = 0; i < count; i++) {
      const entry = entriesOf(v) + (isMap ? i << 4 : i << 3);
      const key = load<u64>(entry);
      const part = object_get(tree, key);
      if (isUndefined(part)) continue;
      if (isMap) object_put(result, key, filtered(load<u64>(entry, 8), part));
      else set_add(result, filtered(key, part));
    }
  }
  leave();
  return result;
}

export function b_json_filter(object: u64, paths: u64): u64 {
  const tree = pathTree(paths);
  if (!isObject(object) || isUndefined(tree)) return builtin_failed();
  return filtered(object, tree);
}

/** Without what the tree names; undefined when that is the whole. */
function removed(v: u64, tree: u64): u64 {
  if (tree == NULL) return UNDEFINED;
  if (!isObject(tree) || v < ARRAY) return v;
  const count = iterate_count(v);
  spend(count);
  enter();
  let result: u64;
  if (isArray(v)) {
    const kept = array_builder(count);
    for (let i: u32 = 0; i < count; i++) {
      const part = removed(elementOf(v, i), object_get(tree, indexKey(i)));
      if (!isUndefined(part)) array_append(kept, part);
    }
    result = array_finish(kept);
  } else {
    const isMap = isObject(v);
    result = isMap ? object_new(0) : set_new(0);
    for (let i: u32 = 0; i < count; i++) {
      const entry = entriesOf(v) + (isMap ? i << 4 : i << 3);
      const key = load<u64>(entry);
      const part = removed(isMap ? load<u64>(entry, 8) : key, object_get(tree, key));
      if (isUndefined(part)) continue;
      if (isMap) object_put(result, key, part);
      else set_add(result, part);
    }
  }
  leave();
  return result;
}

export function b_json_remove(object: u64, paths: u64): u64 {
  const tree = pathTree(paths);
  if (!isObject(object) || isUndefined(tree)) return builtin_failed();
  return removed(object, tree);
}

const BAD_INDEX: u32 = 0xffffffff;

/** A path's key as an index of an array with `count` elements: a number, its digits, or "-" for the end. */
function toIndex(key: u64, count: u32): u32 {
  if (isNumber(key)) {
    const n = integerOf(key);
    return n == NO_INTEGER || n < 0 || n > <i64>count ? BAD_INDEX : <u32>n;
  }
  if (!isString(key)) return BAD_INDEX;
  const p = textOf(key);
  const bytes = bytesOf(key);
  if (bytes == 1 && load<u8>(p) == 45) return count;
  if (bytes == 0 || bytes > 9 || (bytes > 1 && load<u8>(p) == 48)) return BAD_INDEX;
  let n: u32 = 0;
  for (let i: u32 = 0; i < bytes; i++) {
    const digit = <u32>load<u8>(p + i) - 48;
    if (digit > 9) return BAD_INDEX;
    n = n * 10 + digit;
  }
  return n > count ? BAD_INDEX : n;
}

/** What stands at a path, or undefined. */
function valueAt(v: u64, path: u64): u64 {
  const steps = countOf(path);
  spend(steps);
  for (let n: u32 = 0; n < steps && !isUndefined(v); n++) {
    const key = elementOf(path, n);
    if (isArray(v)) {
      const i = toIndex(key, countOf(v));
      v = i < countOf(v) ? elementOf(v, i) : UNDEFINED;
    } else if (isObject(v)) {
      v = object_get(v, key);
    } else {
      v = isSet(v) && tableFind(<u32>v, key, 3) ? key : UNDEFINED;
    }
  }
  return v;
}

/** A copy of a set without an element, or as it is. */
function setWithout(set: u64, element: u64): u64 {
  const count = countOf(set);
  spend(count);
  const copy = set_new(count);
  for (let i: u32 = 0; i < count; i++) {
    const each = load<u64>(entriesOf(set) + (i << 3));
    if (!value_equal(each, element)) set_add(copy, each);
  }
  return copy;
}

const ADD: i32 = 0;
const REMOVE: i32 = 1;

function arrayEdited(array: u64, i: u32, value: u64, action: i32): u64 {
  const count = countOf(array);
  if (i == BAD_INDEX || (action == REMOVE && i == count)) return UNDEFINED;
  spend(count);
  const edited = array_new(action == ADD ? count + 1 : count - 1);
  const from = <u32>array + 8;
  const to = <u32>edited + 8;
  memory.copy(to, from, i << 3);
  if (action == ADD) {
    setElement(edited, i, value);
    memory.copy(to + ((i + 1) << 3), from + (i << 3), (count - i) << 3);
  } else {
    memory.copy(to + (i << 3), from + ((i + 1) << 3), (count - i - 1) << 3);
  }
  return edited;
}

/** The document with `value` added at a path, or with what stands there removed; undefined when the path leads nowhere. */
function edited(v: u64, path: u64, step: u32, value: u64, action: i32): u64 {
  const key = elementOf(path, step);
  if (step + 1 < countOf(path)) {
    const steps = array_new(1);
    setElement(steps, 0, key);
    const child = valueAt(v, steps);
    if (isUndefined(child)) return UNDEFINED;
    enter();
    const inner = edited(child, path, step + 1, value, action);
    leave();
    if (isUndefined(inner)) return UNDEFINED;
    if (isObject(v)) {
      const copy = OBJECT | <u64>tableCopy(<u32>v, 0, 4);
      object_put(copy, key, inner);
      return copy;
    }
    if (isArray(v)) {
      const count = countOf(v);
      spend(count);
      const copy = array_new(count);
      memory.copy(<u32>copy + 8, <u32>v + 8, count << 3);
      setElement(copy, toIndex(key, count), inner);
      return copy;
    }
    const copy = setWithout(v, key);
    set_add(copy, inner);
    return copy;
  }
  if (isArray(v)) return arrayEdited(v, toIndex(key, countOf(v)), value, action);
  if (isObject(v)) {
    if (action == ADD) {
      const copy = OBJECT | <u64>tableCopy(<u32>v, 1, 4);
      object_put(copy, key, value);
      return copy;
    }
    return isUndefined(object_get(v, key)) ? UNDEFINED : withoutKey(v, key);
  }
  if (!isSet(v)) return UNDEFINED;
  if (action == REMOVE) return tableFind(<u32>v, key, 3) ? setWithout(v, key) : UNDEFINED;
  if (!value_equal(key, value)) return UNDEFINED;
  const copy = setWithout(v, key);
  set_add(copy, value);
  return copy;
}

function edit(doc: u64, path: u64, value: u64, action: i32): u64 {
  // The whole document: removed it is undefined, which only another whole document ends.
  if (countOf(path) == 0) return action == ADD ? value : UNDEFINED;
  return isUndefined(doc) ? UNDEFINED : edited(doc, path, 0, value, action);
}

function textIs(s: u64, word: string): bool {
  const from = changetype<usize>(word);
  const units = load<u32>(from - 4) >> 1;
  if (bytesOf(s) != units) return false;
  for (let i: u32 = 0; i < units; i++) if (<u32>load<u8>(textOf(s) + i) != <u32>load<u16>(from + (i << 1))) return false;
  return true;
}

/** A string-keyed member of an operation. */
function memberOf(operation: u64, name: string): u64 {
  const count = countOf(operation);
  spend(count);
  for (let i: u32 = 0; i < count; i++) {
    const entry = entriesOf(operation) + (i << 4);
    if (isString(load<u64>(entry)) && textIs(load<u64>(entry), name)) return load<u64>(entry, 8);
  }
  return UNDEFINED;
}

let failed: bool = false;

function apply(doc: u64, operation: u64): u64 {
  failed = true;
  if (!isObject(operation)) return doc;
  const given = memberOf(operation, "path");
  const op = memberOf(operation, "op");
  if (isUndefined(given) || !isString(op)) return doc;
  const path = parsePath(given);
  if (isUndefined(path)) return doc;
  const isReplace = textIs(op, "replace");
  const isMove = textIs(op, "move");
  let value = UNDEFINED;
  if (isMove || textIs(op, "copy")) {
    const from = memberOf(operation, "from");
    if (isUndefined(from)) return doc;
    const source = parsePath(from);
    if (isUndefined(source) || isUndefined(doc)) return doc;
    value = valueAt(doc, source);
    if (isUndefined(value)) return doc;
    if (isMove) {
      doc = edit(doc, source, UNDEFINED, REMOVE);
      if (isUndefined(doc) && countOf(source)) return doc;
    }
  } else if (!textIs(op, "remove")) {
    if (!isReplace && !textIs(op, "add") && !textIs(op, "test")) return doc;
    value = memberOf(operation, "value");
    if (isUndefined(value)) return doc;
  }
  if (textIs(op, "test")) {
    const found = isUndefined(doc) ? UNDEFINED : valueAt(doc, path);
    failed = isUndefined(found) || !value_equal(found, value);
    return doc;
  }
  if (isReplace || textIs(op, "remove")) {
    if (isUndefined(doc)) return doc;
    doc = edit(doc, path, UNDEFINED, REMOVE);
    failed = isUndefined(doc) && countOf(path) != 0;
    if (failed || !isReplace) return doc;
  }
  doc = edit(doc, path, value, ADD);
  failed = isUndefined(doc);
  return doc;
}

export function b_json_patch(document: u64, operations: u64): u64 {
  if (!isArray(operations)) return builtin_failed();
  let doc = document;
  const count = countOf(operations);
  for (let i: u32 = 0; i < count; i++) {
    spend(1);
    doc = apply(doc, elementOf(operations, i));
    if (failed) return builtin_failed();
  }
  return doc;
}
