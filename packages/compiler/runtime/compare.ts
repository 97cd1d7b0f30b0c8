// Equality and the total order of values.

import { compareBig, equalBig } from "./decimal";
import { enter, leave, spend } from "./host";
import { sortEntries } from "./sort";
import { stringCompare, stringEqual } from "./string";
import { ARRAY, BIG, OBJECT, SET, STRING, UNDEFINED, value_type } from "./value";

const ENTRIES: usize = 8;

export function value_equal(a: u64, b: u64): i32 {
  if (a == b) return 1;
  // A double stands for exactly one decimal, so other bits are another number; the same holds for booleans.
  if (a < BIG || (a ^ b) >> 48 != 0) return 0;
  if (a >= STRING && a < ARRAY) return i32(stringEqual(<u32>a, <u32>b));
  return equalRest(a, b);
}

function equalRest(a: u64, b: u64): i32 {
  if (a < UNDEFINED) return i32(equalBig(<u32>a, <u32>b));
  if (a < STRING) return 0;
  const left = <u32>a;
  const right = <u32>b;
  const count = load<u32>(left);
  if (count != load<u32>(right)) return 0;
  spend(count);
  enter();
  let same = 1;
  if (a < OBJECT) {
    for (let i: u32 = 0; i < count; i++) {
      if (!value_equal(load<u64>(left + (i << 3), 8), load<u64>(right + (i << 3), 8))) {
        same = 0;
        break;
      }
    }
  } else {
    const words = a < SET ? count << 1 : count;
    const shift: u32 = a < SET ? 4 : 3;
    sortEntries(left, shift);
    sortEntries(right, shift);
    const l = load<u32>(left, ENTRIES);
    const r = load<u32>(right, ENTRIES);
    for (let i: u32 = 0; i < words; i++) {
      if (!value_equal(load<u64>(l + (i << 3)), load<u64>(r + (i << 3)))) {
        same = 0;
        break;
      }
    }
  }
  leave();
  return same;
}

/** Equality of two strings, for code that compares nothing else: it does not reach the sorting of composites. */
export function string_equal(a: u64, b: u64): i32 {
  return a == b ? 1 : i32(stringEqual(<u32>a, <u32>b));
}

/** The order of any value and a number. */
export function number_compare(a: u64, b: u64): i32 {
  if (a < BIG && b < BIG) return i32(reinterpret<f64>(a) > reinterpret<f64>(b)) - i32(reinterpret<f64>(a) < reinterpret<f64>(b));
  // Null and booleans come before numbers, all else after them.
  if (a >= UNDEFINED) return a < STRING ? -1 : 1;
  return a == b ? 0 : compareBig(a, b);
}

export function value_compare(a: u64, b: u64): i32 {
  if (a == b) return 0;
  if (a < BIG && b < BIG) return reinterpret<f64>(a) < reinterpret<f64>(b) ? -1 : 1;
  const rank = value_type(a);
  const other = value_type(b);
  if (rank != other) return rank < other ? -1 : 1;
  if (a >= STRING && a < ARRAY) return stringCompare(<u32>a, <u32>b);
  if (a < UNDEFINED) return compareBig(a, b);
  if (a < STRING) return a < b ? -1 : 1;
  return compareComposites(a, b);
}

function compareComposites(a: u64, b: u64): i32 {
  const left = <u32>a;
  const right = <u32>b;
  const leftCount = load<u32>(left);
  const rightCount = load<u32>(right);
  const common = min(leftCount, rightCount);
  spend(common);
  enter();
  let l = left + 8;
  let r = right + 8;
  let words = common;
  if (a >= OBJECT) {
    const shift: u32 = a < SET ? 4 : 3;
    if (a < SET) words = common << 1;
    sortEntries(left, shift);
    sortEntries(right, shift);
    l = load<u32>(left, ENTRIES);
    r = load<u32>(right, ENTRIES);
  }
  let order = 0;
  for (let i: u32 = 0; i < words && order == 0; i++) order = value_compare(load<u64>(l + (i << 3)), load<u64>(r + (i << 3)));
  leave();
  if (order != 0) return order;
  return i32(leftCount > rightCount) - i32(leftCount < rightCount);
}
