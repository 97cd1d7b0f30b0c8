// Built-ins on arrays.

import { array_new, elementOf, setElement } from "../collection";
import { builtin_failed, spend } from "../host";
import { NO_INTEGER, integerOf } from "../number";
import { countOf, isArray } from "../value";

export function b_array_concat(a: u64, b: u64): u64 {
  if (!isArray(a) || !isArray(b)) return builtin_failed();
  const n = countOf(a);
  const m = countOf(b);
  if (!n) return b;
  if (!m) return a;
  spend(n + m);
  const result = array_new(n + m);
  memory.copy(<u32>result + 8, <u32>a + 8, n << 3);
  memory.copy(<u32>result + 8 + (n << 3), <u32>b + 8, m << 3);
  return result;
}

export function b_array_reverse(a: u64): u64 {
  if (!isArray(a)) return builtin_failed();
  const count = countOf(a);
  if (count < 2) return a;
  spend(count);
  const result = array_new(count);
  for (let i: u32 = 0; i < count; i++) setElement(result, count - 1 - i, elementOf(a, i));
  return result;
}

export function b_array_slice(a: u64, start: u64, stop: u64): u64 {
  const from = integerOf(start);
  const to = integerOf(stop);
  if (!isArray(a) || from == NO_INTEGER || to == NO_INTEGER) return builtin_failed();
  const count = <i64>countOf(a);
  const last = min<i64>(max<i64>(to, 0), count);
  const first = min<i64>(max<i64>(from, 0), last);
  if (first == 0 && last == count) return a;
  const length = <u32>(last - first);
  spend(length);
  const result = array_new(length);
  memory.copy(<u32>result + 8, <u32>a + 8 + (<u32>first << 3), length << 3);
  return result;
}

export function b_array_flatten(a: u64): u64 {
  if (!isArray(a)) return builtin_failed();
  const count = countOf(a);
  spend(count);
  let length: u32 = 0;
  let nested = false;
  for (let i: u32 = 0; i < count; i++) {
    const v = elementOf(a, i);
    if (isArray(v)) {
      nested = true;
      length += countOf(v);
    } else {
      length++;
    }
  }
  if (!nested) return a;
  spend(length);
  const result = array_new(length);
  let at = <u32>result + 8;
  for (let i: u32 = 0; i < count; i++) {
    const v = elementOf(a, i);
    if (isArray(v)) {
      memory.copy(at, <u32>v + 8, countOf(v) << 3);
      at += countOf(v) << 3;
    } else {
      store<u64>(at, v);
      at += 8;
    }
  }
  return result;
}
