// Arithmetic operators and the built-ins on single numbers. Errors as OPA: operands of other types, division by zero, a remainder of fractions.

import { builtin_failed } from "../host";
import {
  isInteger,
  number_absolute,
  number_add,
  number_divide,
  number_multiply,
  number_remainder,
  number_round,
  number_subtract,
} from "../number";
import { isNumber, isSet } from "../value";
import { setMinus } from "./sets";

export function b_plus(a: u64, b: u64): u64 {
  if (!isNumber(a) || !isNumber(b)) return builtin_failed();
  return number_add(a, b);
}

export function b_minus(a: u64, b: u64): u64 {
  if (isNumber(a) && isNumber(b)) return number_subtract(a, b);
  if (isSet(a) && isSet(b)) return setMinus(a, b);
  return builtin_failed();
}

export function b_mul(a: u64, b: u64): u64 {
  if (!isNumber(a) || !isNumber(b)) return builtin_failed();
  return number_multiply(a, b);
}

export function b_div(a: u64, b: u64): u64 {
  if (!isNumber(a) || !isNumber(b) || b == 0) return builtin_failed();
  return number_divide(a, b);
}

export function b_rem(a: u64, b: u64): u64 {
  if (!isNumber(a) || !isNumber(b) || b == 0 || !isInteger(a) || !isInteger(b)) return builtin_failed();
  return number_remainder(a, b);
}

export function b_abs(x: u64): u64 {
  return isNumber(x) ? number_absolute(x) : builtin_failed();
}

export function b_round(x: u64): u64 {
  return isNumber(x) ? number_round(x, 0) : builtin_failed();
}

export function b_ceil(x: u64): u64 {
  return isNumber(x) ? number_round(x, 1) : builtin_failed();
}

export function b_floor(x: u64): u64 {
  return isNumber(x) ? number_round(x, -1) : builtin_failed();
}
