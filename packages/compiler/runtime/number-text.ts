// Numbers as text. Written: the one text of each number, as the engine's toJson writes it. Read: JSON's grammar.

import { bigFromDigits, exponentOf, limbAt, limbsOf, signOf } from "./decimal";
import { NUMBER_LIMIT, fault, spendBytes } from "./host";
import { coefficientOf, fromScaled, lastScale } from "./number";
import { textAt, textByte, textFill, textInsertFill, textLength } from "./text";
import { BIG, UNDEFINED } from "./value";

const MAX_DIGITS: i32 = 4096;
// Beyond any exponent of a number within the limits, also with 2^30 digits before or behind it.
const HUGE_EXPONENT: i32 = 1_100_000_000;

export function textInteger(n: i64): void {
  let m = <u64>n;
  if (n < 0) {
    textByte(45);
    m = 0 - m;
  }
  textUnsigned(m, 10, false);
}

/** Digits in a base up to 16. */
export function textUnsigned(m: u64, base: u32, capital: bool): void {
  let count: u32 = 1;
  for (let rest = m / base; rest != 0; rest /= base) count++;
  textFill(48, count);
  let at = textAt(textLength());
  do {
    const digit = <u32>(m % base);
    store<u8>(--at, digit < 10 ? 48 + digit : (capital ? 55 : 87) + digit);
    m /= base;
  } while (m != 0);
}

/** The digits of a coefficient. */
export function textDigits(p: u32): void {
  const n = limbsOf(p);
  textUnsigned(limbAt(p, n - 1), 10, false);
  for (let i = n - 1; i > 0; i--) {
    textFill(48, 9);
    let limb = limbAt(p, i - 1);
    let at = textAt(textLength());
    while (limb) {
      store<u8>(--at, 48 + (limb % 10));
      limb /= 10;
    }
  }
}

/** Puts a byte before what was written since `position`. */
export function insertByte(position: u32, byte: u32): void {
  const length = textLength() - position;
  textByte(byte);
  const at = textAt(position);
  memory.copy(at + 1, at, length);
  store<u8>(at, byte);
}

/** Writes a number's canonical text: digits where they fit a line, else d.ddde±n. */
export function textNumber(v: u64): void {
  let exponent: i32;
  if (v < BIG) {
    const m = coefficientOf(reinterpret<f64>(v));
    exponent = -lastScale();
    if (exponent == 0) {
      textInteger(m);
      return;
    }
    if (m < 0) textByte(45);
    textUnsigned(<u64>abs(m), 10, false);
    placePoint(textLength() - digitsOfUnsigned(<u64>abs(m)), exponent);
    return;
  }
  exponent = exponentOf(<u32>v);
  if (signOf(<u32>v) < 0) textByte(45);
  const start = textLength();
  textDigits(<u32>v);
  placePoint(start, exponent);
}

function digitsOfUnsigned(m: u64): u32 {
  let n: u32 = 1;
  for (let rest = m / 10; rest != 0; rest /= 10) n++;
  return n;
}

/** Turns the digits written since `start` into the text of digits × 10^exponent. */
function placePoint(start: u32, exponent: i32): void {
  const digits = <i32>(textLength() - start);
  const point = digits + exponent;
  if (exponent >= 0 && point <= MAX_DIGITS) {
    textFill(48, exponent);
  } else if (exponent < 0 && point > 0) {
    insertByte(start + point, 46);
  } else if (exponent < 0 && point > -6) {
    textInsertFill(start, 48, 2 - point);
    store<u8>(textAt(start + 1), 46);
  } else {
    if (digits > 1) insertByte(start + 1, 46);
    textByte(101);
    textByte(point > 0 ? 43 : 45);
    textInteger(point > 0 ? point - 1 : 1 - point);
  }
}

let parseEnd: u32 = 0;

/** Where the last `parseNumber` stopped. */
export function numberEnd(): u32 {
  return parseEnd;
}

// @ts-ignore: decorator
@inline
function isDigit(p: u32, end: u32): bool {
  return p < end && <u32>load<u8>(p) - 48 < 10;
}

/** A number in JSON's grammar at the beginning of [p, end), or undefined when there is none. Faults when it is beyond the limits. */
export function parseNumber(p: u32, end: u32): u64 {
  spendBytes(end - p < 64 ? 0 : end - p);
  const negative = p < end && load<u8>(p) == 45;
  if (negative) p++;
  if (!isDigit(p, end)) return UNDEFINED;
  if (load<u8>(p) == 48 && isDigit(p + 1, end)) return UNDEFINED;
  return parseDecimal(p, end, negative, true);
}

/**
 * Digits, a fraction and an exponent from `p`, where `[p, end)` begins with a digit or a point. `json`: a point must stand between digits.
 * Undefined where there is no digit.
 */
export function parseDecimal(p: u32, end: u32, negative: bool, json: bool): u64 {
  let first: u32 = 0;

  let m: i64 = 0;
  // Digits from the first to the last that are not zero, and those before the point.
  let significant: u32 = 0;
  let zeros: u32 = 0;
  let scale: i32 = 0;
  let any = false;
  let inFraction = false;
  for (; p < end; p++) {
    const c = <u32>load<u8>(p);
    if (c == 46 && !inFraction && (!json || isDigit(p + 1, end))) {
      inFraction = true;
      continue;
    }
    if (c - 48 > 9) break;
    any = true;
    if (inFraction) scale++;
    if (c == 48) {
      if (significant) zeros++;
      continue;
    }
    if (!significant) first = p;

    significant += zeros + 1;
    if (significant <= 18) {
      for (; zeros > 0; zeros--) m *= 10;
      m = m * 10 + <i64>(c - 48);
    }
    zeros = 0;
  }
  if (!any) return UNDEFINED;
  let exponent: i32 = 0;
  if (p < end && (load<u8>(p) | 32) == 101) {
    let q = p + 1;
    const sign = q < end ? <u32>load<u8>(q) : 0;
    if (sign == 43 || sign == 45) q++;
    if (isDigit(q, end)) {
      for (; isDigit(q, end); q++) {
        if (exponent < HUGE_EXPONENT / 10 - 1) exponent = exponent * 10 + <i32>(load<u8>(q) - 48);
        else exponent = HUGE_EXPONENT;
      }
      if (sign == 45) exponent = -exponent;
      p = q;
    }
  }
  parseEnd = p;
  if (!significant) return 0;
  const total = <i64>exponent - <i64>scale + <i64>zeros;
  if (total > 2_000_000 || total < -2_000_000) fault(NUMBER_LIMIT);
  if (significant <= 18) return fromScaled(negative ? -m : m, -<i32>total);
  if (significant > <u32>MAX_DIGITS) fault(NUMBER_LIMIT);
  return bigFromDigits(first, significant, negative ? -1 : 1, <i32>total);
}
