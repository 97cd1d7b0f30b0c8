// Aggregates over arrays and sets.

import { array_new, entriesOf, value_get, value_member } from "../collection";
import { value_compare, value_equal } from "../compare";
import { builtin_failed, spend } from "../host";
import { MAX_INTEGER, SAFE, coefficientOf, fromScaled, isWhole, lastScale, number_add, number_multiply, power } from "../number";
import { sortCost, sortRange } from "../sort";
import { countCodePoints } from "../utf8";
import {
  ARRAY,
  BIG,
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
import { arrayOfSet } from "./type-tests";

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

/** A list of nothing but numbers, whose elements begin at the answer (1 for an empty set); 0 for other values. */
function numbersOf(x: u64): u32 {
  if (!isList(x)) return 0;
  const count = countOf(x);
  spend(count);
  const from = elements(x);
  // Looked at first: calculating may fault where OPA would have answered with an error.
  for (let i: u32 = 0; i < count; i++) if (!isNumber(load<u64>(from + (i << 3)))) return 0;
  return from ? from : 1;
}

export function b_sum(x: u64): u64 {
  const from = numbersOf(x);
  if (!from) return builtin_failed();
  const end = from + (countOf(x) << 3);
  let p = from;
  let whole: f64 = 0;
  // Integers and decimals of one scale are added without making a number of each intermediate sum.
  for (; p < end; p += 8) {
    const v = load<u64>(p);
    if (v >= BIG) break;
    const n = reinterpret<f64>(v);
    const next = whole + n;
    if (!isWhole(n) || abs(next) >= MAX_INTEGER) break;
    whole = next;
  }
  let m = <i64>whole;
  let scale = 0;
  for (; p < end; p += 8) {
    const v = load<u64>(p);
    if (v >= BIG) break;
    let n = coefficientOf(reinterpret<f64>(v));
    const s = lastScale();
    if (s > scale) {
      if (abs(<f64>m) * power(s - scale) >= SAFE) break;
      m *= <i64>power(s - scale);
      scale = s;
    } else if (s < scale) {
      if (abs(<f64>n) * power(scale - s) >= SAFE) break;
      n *= <i64>power(scale - s);
    }
    const next = m + n;
    if (abs(<f64>next) >= SAFE) break;
    m = next;
  }
  let total = fromScaled(m, scale);
  for (; p < end; p += 8) total = number_add(total, load<u64>(p));
  return total;
}

export function b_product(x: u64): u64 {
  const from = numbersOf(x);
  if (!from) return builtin_failed();
  const count = countOf(x);
  let result = reinterpret<u64>(<f64>1);
  for (let i: u32 = 0; i < count; i++) result = number_multiply(result, load<u64>(from + (i << 3)));
  return result;
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
