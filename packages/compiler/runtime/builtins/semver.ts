// Semantic versions: [v]major.minor.patch[-pre-release][+metadata].

import { builtin_failed, spendBytes } from "../host";
import { bytesOf, equalBytes, textOf } from "../string";
import { FALSE, fromBool, fromInt, isString } from "../value";

const DOT: u32 = 46;
const DASH: u32 = 45;
const PLUS: u32 = 43;

// @ts-ignore: decorator
@inline
function isDigit(c: u32): bool {
  return c - 48 < 10;
}

/** First place of `byte` in [p, end), or end. */
function find(p: u32, end: u32, byte: u32): u32 {
  while (p < end && <u32>load<u8>(p) != byte) p++;
  return p;
}

function isNumeric(p: u32, end: u32): bool {
  if (p == end) return false;
  for (; p < end; p++) if (!isDigit(<u32>load<u8>(p))) return false;
  return true;
}

/** Identifiers of letters, digits and hyphens between dots; `strict`: numeric ones have no leading zero. */
function areIdentifiers(p: u32, end: u32, strict: bool): bool {
  while (true) {
    const stop = find(p, end, DOT);
    if (stop == p) return false;
    for (let q = p; q < stop; q++) {
      const c = <u32>load<u8>(q);
      if (!isDigit(c) && (c | 32) - 97 > 25 && c != DASH) return false;
    }
    if (strict && stop - p > 1 && load<u8>(p) == 48 && isNumeric(p, stop)) return false;
    if (stop == end) return true;
    p = stop + 1;
  }
}

/** A number without sign and leading zero, or -1. */
function numberIn(p: u32, end: u32): i64 {
  if (!isNumeric(p, end) || (end - p > 1 && load<u8>(p) == 48)) return -1;
  return clipped(p, end, -1);
}

/** Digits as a number, or `beyond` for more than 63 bits. */
function clipped(p: u32, end: u32, beyond: i64): i64 {
  let n: i64 = 0;
  for (; p < end; p++) {
    const digit = <i64>(load<u8>(p) - 48);
    if (n > (i64.MAX_VALUE - digit) / 10) return beyond;
    n = n * 10 + digit;
  }
  return n;
}

// The parts of the version that was read last.
let major: i64 = 0;
let minor: i64 = 0;
let patch: i64 = 0;
let preRelease: u32 = 0;
let preReleaseEnd: u32 = 0;

function parse(s: u64): bool {
  spendBytes(bytesOf(s));
  let p = textOf(s);
  let end = p + bytesOf(s);
  if (p < end && load<u8>(p) == 118) p++;
  const plus = find(p, end, PLUS);
  if (plus < end && !areIdentifiers(plus + 1, end, false)) return false;
  end = plus;
  const dash = find(p, end, DASH);
  preRelease = preReleaseEnd = end;
  if (dash < end) {
    preRelease = dash + 1;
    if (!areIdentifiers(preRelease, end, true)) return false;
  }
  end = dash;
  const first = find(p, end, DOT);
  const second = first < end ? find(first + 1, end, DOT) : end;
  if (second == end) return false;
  major = numberIn(p, first);
  minor = numberIn(first + 1, second);
  patch = numberIn(second + 1, end);
  return major >= 0 && minor >= 0 && patch >= 0;
}

function compareNumbers(a: i64, b: i64): i32 {
  return i32(a > b) - i32(a < b);
}

function compareIdentifiers(a: u32, aEnd: u32, b: u32, bEnd: u32): i32 {
  const aNumeric = isNumeric(a, aEnd);
  const bNumeric = isNumeric(b, bEnd);
  if (aNumeric != bNumeric) return aNumeric ? -1 : 1;
  if (aNumeric) return compareNumbers(clipped(a, aEnd, i64.MAX_VALUE), clipped(b, bEnd, i64.MAX_VALUE));
  for (; a < aEnd && b < bEnd; a++, b++) {
    const x = load<u8>(a);
    const y = load<u8>(b);
    if (x != y) return x < y ? -1 : 1;
  }
  return i32(a < aEnd) - i32(b < bEnd);
}

function comparePreReleases(a: u32, aEnd: u32, b: u32, bEnd: u32): i32 {
  if (aEnd - a == bEnd - b && equalBytes(a, b, aEnd - a)) return 0;
  // A version without one comes after those with one.
  if (a == aEnd) return 1;
  if (b == bEnd) return -1;
  while (true) {
    const aStop = find(a, aEnd, DOT);
    const bStop = find(b, bEnd, DOT);
    const order = compareIdentifiers(a, aStop, b, bStop);
    if (order != 0) return order;
    if (aStop == aEnd || bStop == bEnd) return i32(aStop < aEnd) - i32(bStop < bEnd);
    a = aStop + 1;
    b = bStop + 1;
  }
}

export function b_semver_compare(a: u64, b: u64): u64 {
  if (!isString(a) || !isString(b) || !parse(a)) return builtin_failed();
  const x = major;
  const y = minor;
  const z = patch;
  const pre = preRelease;
  const preEnd = preReleaseEnd;
  if (!parse(b)) return builtin_failed();
  let order = compareNumbers(x, major);
  if (order == 0) order = compareNumbers(y, minor);
  if (order == 0) order = compareNumbers(z, patch);
  if (order == 0) order = comparePreReleases(pre, preEnd, preRelease, preReleaseEnd);
  return fromInt(order);
}

export function b_semver_is_valid(s: u64): u64 {
  return isString(s) ? fromBool(parse(s)) : FALSE;
}
