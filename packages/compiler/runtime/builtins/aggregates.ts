// Aggregates over arrays and sets.

import { array_new, entriesOf, value_get, value_member } from "../collection";
import { value_compare, value_equal } from "../compare";
import { builtin_failed, spend } from "../host";
import { number_add, number_multiply } from "../number";
import { sortCost, sortRange } from "../sort";
import { countCodePoints } from "../utf8";
import {
  ARRAY,
  FALSE,
  TRUE,
  UNDEFINED,
  countOf,
  fromBool,
  fromCount,
  isArray,
  isNumber,
  isSet,
  isString,
  isUndefined,
} from "../value";
import { arrayOfSet } from "./types";

export function b_count(x: u64): u64 {
  if (x >= ARRAY) return fromCount(countOf(x));
  return isString(x) ? fromCount(countCodePoints(x)) : builtin_failed();
}

/** First element of an array or set, or 0 for other values; elements are 8 bytes apart. */
// @ts-ignore: decorator
@inline
function elements(x: u64): u32 {
  return isArray(x) ? <u32>x + 8 : isSet(x) ? entriesOf(x) : 0;
}

// @ts-ignore: decorator
@inline
function isList(x: u64): bool {
  return isArray(x) || isSet(x);
}

function fold(x: u64, start: u64, multiply: bool): u64 {
  if (!isList(x)) return builtin_failed();
  const count = countOf(x);
  spend(count);
  const from = elements(x);
  // Looked at first: calculating may fault where OPA would have answered with an error.
  for (let i: u32 = 0; i < count; i++) if (!isNumber(load<u64>(from + (i << 3)))) return builtin_failed();
  let result = start;
  for (let i: u32 = 0; i < count; i++) {
    const v = load<u64>(from + (i << 3));
    result = multiply ? number_multiply(result, v) : number_add(result, v);
  }
  return result;
}

export function b_sum(x: u64): u64 {
  return fold(x, 0, false);
}

export function b_product(x: u64): u64 {
  return fold(x, reinterpret<u64>(<f64>1), true);
}

function extreme(x: u64, sign: i32): u64 {
  if (!isList(x)) return builtin_failed();
  const count = countOf(x);
  if (!count) return UNDEFINED;
  spend(count);
  const from = elements(x);
  let best = load<u64>(from);
  for (let i: u32 = 1; i < count; i++) {
    const v = load<u64>(from + (i << 3));
    if (value_compare(v, best) * sign > 0) best = v;
  }
  return best;
}

export function b_max(x: u64): u64 {
  return extreme(x, 1);
}

export function b_min(x: u64): u64 {
  return extreme(x, -1);
}

export function b_sort(x: u64): u64 {
  if (isSet(x)) return arrayOfSet(x);
  if (!isArray(x)) return builtin_failed();
  const count = countOf(x);
  spend(sortCost(count));
  const sorted = array_new(count);
  memory.copy(<u32>sorted + 8, <u32>x + 8, count << 3);
  sortRange(<u32>sorted + 8, count, 3);
  return sorted;
}

export function b_all(x: u64): u64 {
  if (!isList(x)) return builtin_failed();
  const count = countOf(x);
  spend(count);
  const from = elements(x);
  for (let i: u32 = 0; i < count; i++) if (load<u64>(from + (i << 3)) != TRUE) return FALSE;
  return TRUE;
}

export function b_any(x: u64): u64 {
  if (!isList(x)) return builtin_failed();
  const count = countOf(x);
  spend(count);
  const from = elements(x);
  for (let i: u32 = 0; i < count; i++) if (load<u64>(from + (i << 3)) == TRUE) return TRUE;
  return FALSE;
}

export function b_internal_member_2(x: u64, collection: u64): u64 {
  return fromBool(value_member(x, collection));
}

export function b_internal_member_3(key: u64, x: u64, collection: u64): u64 {
  if (isSet(collection)) return fromBool(value_equal(key, x) != 0 && value_member(key, collection));
  const found = value_get(collection, key);
  return fromBool(!isUndefined(found) && value_equal(found, x) != 0);
}
