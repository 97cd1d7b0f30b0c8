// Ranges and conversions of numbers.

import { array_append, array_builder, array_finish } from "../collection";
import { value_compare } from "../compare";
import { nearestDouble } from "../float-text";
import { builtin_failed, spend } from "../host";
import { isInteger, isNegative, number_add, number_subtract } from "../number";
import { numberEnd, parseDecimal } from "../number-text";
import { bytesOf, textOf } from "../string";
import { BIG, FALSE, NULL, TRUE, UNDEFINED, fromInt, isNumber, isString, isUndefined } from "../value";

function isWholeNumber(v: u64): bool {
  return isNumber(v) && isInteger(v);
}

function range(from: u64, to: u64, step: u64): u64 {
  const builder = array_builder(0);
  const rising = value_compare(from, to) <= 0;
  let at = from;
  while (rising ? value_compare(at, to) <= 0 : value_compare(at, to) >= 0) {
    spend(1);
    array_append(builder, at);
    at = rising ? number_add(at, step) : number_subtract(at, step);
  }
  return array_finish(builder);
}

export function b_numbers_range(from: u64, to: u64): u64 {
  if (!isWholeNumber(from) || !isWholeNumber(to)) return builtin_failed();
  return range(from, to, fromInt(1));
}

export function b_numbers_range_step(from: u64, to: u64, step: u64): u64 {
  if (!isWholeNumber(from) || !isWholeNumber(to) || !isWholeNumber(step) || step == 0 || isNegative(step)) return builtin_failed();
  return range(from, to, step);
}

/** A decimal with optional sign, fraction and exponent that fills the text [p, end), or undefined. */
export function parseWhole(p: u32, end: u32): u64 {
  const sign = p < end ? <u32>load<u8>(p) : 0;
  if (sign == 43 || sign == 45) p++;
  const v = parseDecimal(p, end, sign == 45, false);
  return !isUndefined(v) && numberEnd() == end ? v : UNDEFINED;
}

export function b_to_number(v: u64): u64 {
  if (isNumber(v)) return v;
  if (v == NULL || v == FALSE) return 0;
  if (v == TRUE) return fromInt(1);
  if (!isString(v)) return builtin_failed();
  spend(<i32>(bytesOf(v) >>> 3));
  const n = parseWhole(textOf(v), textOf(v) + bytesOf(v));
  if (isUndefined(n)) return builtin_failed();
  // What is beyond float64 is an error in OPA.
  return n >= BIG && abs(nearestDouble(<u32>n)) == Infinity ? builtin_failed() : n;
}
