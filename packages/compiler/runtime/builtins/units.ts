// Amounts with units: units.parse (10K, 5Mi, 20m) and units.parse_bytes (1GB, 2KiB).

import { lowerOf } from "../casing";
import { exponentOf } from "../decimal";
import { builtin_failed, spendBytes } from "../host";
import { coefficientOf, fromScaled, isNegative, lastScale, number_divide, number_multiply, number_negate, number_round } from "../number";
import { bytesOf, textOf } from "../string";
import { textBegin, textByte, textEnd } from "../text";
import { BIG, isString, isUndefined } from "../value";
import { parseWhole } from "./ranges";

const MAX_EXPONENT_DIGITS: u32 = 6;

/** The text without quotation marks; `lower` in lower case. Only ASCII letters matter for units. */
function cleaned(s: u64, lower: bool): u64 {
  const bytes = bytesOf(s);
  spendBytes(bytes);
  textBegin(bytes);
  for (let i: u32 = 0; i < bytes; i++) {
    const c = <u32>load<u8>(textOf(s) + i);
    if (c != 34) textByte(lower && c < 128 ? lowerOf(c) : c);
  }
  return textEnd();
}

// @ts-ignore: decorator
@inline
function isDigit(p: u32, end: u32): bool {
  return p < end && <u32>load<u8>(p) - 48 < 10;
}

/** Where the number ends and the unit begins; 0 when the exponent is too long or there is a space. */
function unitStart(from: u32, end: u32): u32 {
  for (let p = from; p < end; p++) if (load<u8>(p) == 32) return 0;
  for (let p = from; p < end; p++) {
    const c = <u32>load<u8>(p);
    if ((c | 32) != 101) {
      if (c - 48 > 9 && c != 46 && c != 43 && c != 45) return p;
      continue;
    }
    const next = p + 1 < end ? <u32>load<u8>(p + 1) : 0;
    const isSign = next == 43 || next == 45;
    if (!isSign && !isDigit(p + 1, end)) return p;
    if (isSign) p++;
    let digits: u32 = 0;
    while (isDigit(p + 1 + digits, end)) digits++;
    if (digits > MAX_EXPONENT_DIGITS) return 0;
  }
  return end;
}

/** 1000 or 1024 to the power of n, as a number. */
function powerOf(base: i64, n: i32): u64 {
  let m: i64 = 1;
  for (; n > 0; n--) m *= base;
  return fromScaled(m, 0);
}

/** 1 for k up to 6 for e, 0 for others. */
function magnitudeOf(letter: u32): i32 {
  switch (letter | 32) {
    case 107:
      return 1;
    case 109:
      return 2;
    case 103:
      return 3;
    case 116:
      return 4;
    case 112:
      return 5;
    case 101:
      return 6;
    default:
      return 0;
  }
}

export function b_units_parse(s: u64): u64 {
  if (!isString(s)) return builtin_failed();
  const text = cleaned(s, false);
  const from = textOf(text);
  const end = from + bytesOf(text);
  const unit = unitStart(from, end);
  if (!unit || unit == from) return builtin_failed();
  let factor = fromScaled(1, 0);
  if (unit != end) {
    const letter = <u32>load<u8>(unit);
    const magnitude = magnitudeOf(letter);
    const isBinary = end - unit == 2 && (load<u8>(unit, 1) | 32) == 105;
    if (!magnitude || letter > 127 || (end - unit != 1 && !isBinary)) return builtin_failed();
    factor = isBinary ? powerOf(1024, magnitude) : letter == 109 ? fromScaled(1, 3) : powerOf(1000, magnitude);
  }
  const n = parseWhole(from, unit);
  if (isUndefined(n)) return builtin_failed();
  const amount = number_multiply(n, factor);
  // Ten digits behind the point, as OPA prints a fraction.
  if (placesOf(amount) <= 10) return amount;
  const shift = fromScaled(1, -10);
  return number_divide(number_round(number_multiply(amount, shift), 0), shift);
}

/** Digits behind the point. */
function placesOf(v: u64): i32 {
  if (v >= BIG) return -exponentOf(<u32>v);
  coefficientOf(reinterpret<f64>(v));
  return lastScale();
}

export function b_units_parse_bytes(s: u64): u64 {
  if (!isString(s)) return builtin_failed();
  const text = cleaned(s, true);
  const from = textOf(text);
  const end = from + bytesOf(text);
  const unit = unitStart(from, end);
  if (!unit || unit == from) return builtin_failed();
  let factor = fromScaled(1, 0);
  if (unit != end) {
    const magnitude = magnitudeOf(<u32>load<u8>(unit));
    const letters = end - unit;
    const isBinary = letters >= 2 && load<u8>(unit, 1) == 105;
    const rest = isBinary ? letters - 2 : letters - 1;
    const isUnit = rest == 0 || (rest == 1 && load<u8>(end - 1) == 98);
    if (!magnitude || !isUnit) return builtin_failed();
    factor = powerOf(isBinary ? 1024 : 1000, magnitude);
  }
  const n = parseWhole(from, unit);
  if (isUndefined(n)) return builtin_failed();
  const amount = number_multiply(n, factor);
  return isNegative(amount) ? number_negate(number_round(number_negate(amount), -1)) : number_round(amount, -1);
}
