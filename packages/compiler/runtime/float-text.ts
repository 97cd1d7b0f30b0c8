// Doubles as Go's strconv writes them, for sprintf: OPA turns a number with a fraction into a float64 first, so the digits here are those of the
// nearest double, not of the decimal. Exact: the double is written out in full and rounded half to even.

import {
  bigFromU64,
  digitsOf,
  exponentOf,
  increment,
  lastDropped,
  limbAt,
  limbsOf,
  multiplyBy,
  roundToDigits,
  scaleDown,
  scaleUp,
  signOf,
  divideSmall,
} from "./decimal";
import { heap, release } from "./host";
import { power } from "./number";
import { textDigits, textInteger, textUnsigned, insertByte } from "./number-text";
import { textAt, textByte, textCut, textFill, textInsertFill, textLength } from "./text";

const LOG2_10: f64 = 3.321928094887362;

/** m × 2^e rounded to a double, half to even; `tail`: something not zero follows m. m has at least 54 bits, or is exact. */
function assemble(m: u64, e: i32, tail: bool): f64 {
  if (m == 0) return 0;
  const bits = 64 - <i32>clz<u64>(m);
  // Subnormal numbers have fewer bits.
  const lead = bits - 1 + e;
  const keep = lead < -1022 ? 53 - (-1022 - lead) : 53;
  if (lead > 1023) return Infinity;
  if (keep < 0) return 0;
  const drop = bits - keep;
  if (drop > 0) {
    const half = (<u64>1) << (drop - 1);
    const rest = drop == 64 ? m : m & ((half << 1) - 1);
    m = drop == 64 ? 0 : m >> drop;
    if (rest > half || (rest == half && (tail || (m & 1)))) m++;
    e += drop;
  }
  // In two steps: the second power of two alone may be out of range.
  const first = max(min(e, 900), -900);
  return <f64>m * power2(first) * power2(e - first);
}

function power2(n: i32): f64 {
  if (n < -1022) return reinterpret<f64>(<u64>1 << max(n + 1074, 0));
  return reinterpret<f64>(<u64>(n + 1023) << 52);
}

/** The double nearest to sign × coefficient × 10^exponent; infinite when there is none. */
export function nearestDouble(p: u32): f64 {
  const mark = heap;
  const point = <i32>digitsOf(p) + exponentOf(p);
  if (point > 310) return signOf(p) < 0 ? -Infinity : Infinity;
  if (point < -330) return 0;
  const e = exponentOf(p);
  let tail = false;
  let q = p;
  let k = 62 - <i32>ceil(<f64>point * LOG2_10);
  if (e >= 0) {
    q = scaleUp(p, e);
    k = 0;
  } else {
    if (k > 0) q = multiplyBy(p, 2, k);
    else k = 0;
    q = scaleDown(q, -e);
    tail = lastDropped() != 0;
  }
  let m: u64 = 0;
  let shift: i32 = 0;
  if (limbsOf(q) <= 2) {
    for (let i = limbsOf(q); i > 0; i--) m = m * 1_000_000_000 + <u64>limbAt(q, i - 1);
  } else {
    // Words of 32 bits from below; the last two hold the leading bits.
    if (q == p) q = scaleUp(p, 0);
    let high: u64 = 0;
    let low: u64 = 0;
    let lower: u64 = 0;
    let words: i32 = 0;
    while (limbsOf(q)) {
      tail = tail || lower != 0;
      lower = low;
      low = high;
      high = <u64>divideSmall(q, 0x100000000);
      words++;
    }
    m = (high << 32) | low;
    shift = (words - 2) << 5;
    // The top word may be small: take bits from the third.
    const free = <i32>clz<u64>(m);
    m = free ? (m << free) | ((lower << 32) >> (64 - free)) : m;
    const left = free < 32 ? lower & (((<u64>1) << (32 - free)) - 1) : 0;
    tail = tail || left != 0;
    shift -= free;
  }
  release(mark);
  const x = assemble(m, shift - k, tail);
  return signOf(p) < 0 ? -x : x;
}

/** The exact decimal of a positive double: a temporary with trailing zeros at most in the last limb. */
function exactOf(x: f64): u32 {
  const bits = reinterpret<u64>(x);
  const field = <i32>(bits >> 52) & 0x7ff;
  let m = bits & 0xfffffffffffff;
  let e = -1074;
  if (field) {
    m |= (<u64>1) << 52;
    e = field - 1075;
  }
  const even = <i32>ctz<u64>(m);
  m >>= even;
  e += even;
  if (e >= 0) return multiplyBy(bigFromU64(m, 1, 0), 2, e);
  return multiplyBy(bigFromU64(m, 1, e), 5, -e);
}

/** The fewest digits that read back as x (positive), the nearest of them. */
function shortestOf(x: f64): u32 {
  // No two decimals of up to 15 digits share a double, so one that reads back has the fewest.
  for (let s = 0; s <= 22; s++) {
    const m = nearest(x * power(s));
    if (m >= 1e15) break;
    if (m / power(s) == x) return bigFromU64(<u64>m, 1, -s);
  }
  const exact = exactOf(x);
  const has = digitsOf(exact);
  for (let n: u32 = 1; n < 17 && n < has; n++) {
    const down = scaleDown(exact, has - n);
    // In the middle between two, the even one.
    const nearUp = lastDropped() == 3 || (lastDropped() == 2 && limbsOf(down) != 0 && (limbAt(down, 0) & 1) != 0);
    const up = scaleDown(exact, has - n);
    increment(up);
    const first = nearUp ? up : down;
    if (nearestDouble(first) == x) return first;
    const second = nearUp ? down : up;
    if (limbsOf(second) && nearestDouble(second) == x) return second;
  }
  return roundToDigits(exact, 17, false);
}

/** Writes digits without the zeros at their end; answers the place of the point relative to the first. */
function writeDigits(p: u32): i32 {
  if (!limbsOf(p)) {
    textByte(48);
    return 1;
  }
  const start = textLength();
  textDigits(p);
  const point = <i32>(textLength() - start) + exponentOf(p);
  let end = textLength();
  while (end > start + 1 && load<u8>(textAt(end - 1)) == 48) end--;
  textCut(end);
  return point;
}

/** d.ddde±dd from the digits written since `start`. */
function asExponent(start: u32, point: i32, precision: i32, letter: u32): void {
  const has = <i32>(textLength() - start);
  if (precision > 0) {
    if (has < precision + 1) textFill(48, precision + 1 - has);
    insertByte(start + 1, 46);
  }
  const isZero = has == 1 && load<u8>(textAt(start)) == 48;
  let e = isZero ? 0 : point - 1;
  textByte(letter);
  textByte(e < 0 ? 45 : 43);
  e = abs(e);
  if (e < 10) textByte(48);
  textInteger(e);
}

/** ddd.ddd from the digits written since `start`. */
function asFixed(start: u32, point: i32, precision: i32): void {
  if (point <= 0) {
    textInsertFill(start, 48, 1 - point);
    point = 1;
  }
  const has = <i32>(textLength() - start);
  if (has < point + precision) textFill(48, point + precision - has);
  if (precision > 0) insertByte(start + point, 46);
  else textCut(start + point);
}

/** 0x1.8p+01, as strconv's 'x'. */
function asHex(x: f64, precision: i32, capital: bool): void {
  const bits = reinterpret<u64>(x);
  let e = <i32>(bits >> 52) & 0x7ff;
  let m = bits & 0xfffffffffffff;
  if (e == 0) e++;
  else m |= (<u64>1) << 52;
  e -= 1023;
  if (m == 0) e = 0;
  m <<= 8;
  while (m != 0 && !(m & ((<u64>1) << 60))) {
    m <<= 1;
    e--;
  }
  if (precision >= 0 && precision < 15) {
    const shift = <u64>(precision << 2);
    const extra = (m << shift) & 0xfffffffffffffff;
    m >>= 60 - shift;
    if ((extra | (m & 1)) > 0x800000000000000) m++;
    m <<= 60 - shift;
    if (m & ((<u64>1) << 61)) {
      m >>= 1;
      e++;
    }
  }
  textByte(48);
  textByte(capital ? 88 : 120);
  textByte(48 + (<u32>(m >> 60) & 1));
  m <<= 4;
  if (precision < 0 ? m != 0 : precision > 0) {
    textByte(46);
    for (let i = 0; precision < 0 ? m != 0 : i < precision; i++) {
      const digit = <u32>(m >> 60);
      textByte(digit < 10 ? 48 + digit : (capital ? 55 : 87) + digit);
      m <<= 4;
    }
  }
  textByte(capital ? 80 : 112);
  textByte(e < 0 ? 45 : 43);
  e = abs(e);
  if (e < 10) textByte(48);
  textInteger(e);
}

function asBinary(x: f64): void {
  const bits = reinterpret<u64>(x);
  let e = <i32>(bits >> 52) & 0x7ff;
  let m = bits & 0xfffffffffffff;
  if (e == 0) e++;
  else m |= (<u64>1) << 52;
  e -= 1075;
  textUnsigned(m, 10, false);
  textByte(112);
  if (e >= 0) textByte(43);
  textInteger(e);
}

/** Writes a finite double; `verb` one of e E f g G b x X, `precision` -1 for the fewest digits. */
export function textFloat(x: f64, verb: u32, precision: i32): void {
  if (x < 0) {
    textByte(45);
    x = -x;
  }
  const start = textLength();
  if ((verb | 32) == 120) {
    asHex(x, precision, verb == 88);
    return;
  }
  if (verb == 98) {
    asBinary(x);
    return;
  }
  const shortest = precision < 0;
  const letter: u32 = verb | 32;
  if (letter == 102 && !shortest) {
    writeRounded(x, precision);
    return;
  }
  let p: u32;
  if (x == 0) p = bigFromU64(0, 1, 0);
  else if (shortest) p = shortestOf(x);
  else p = roundToDigits(exactOf(x), letter == 101 ? <u32>precision + 1 : max<u32>(precision, 1), false);
  const point = writeDigits(p);
  const digits = <i32>(textLength() - start);
  const capitalE = (verb & 32) | 69;
  if (letter == 101) {
    asExponent(start, point, shortest ? digits - 1 : precision, capitalE);
  } else if (letter == 102) {
    asFixed(start, point, max(digits - point, 0));
  } else {
    let limit = shortest ? 6 : max(precision, 1);
    if (!shortest && limit > digits && digits >= point) limit = digits;
    if (point - 1 < -4 || point - 1 >= limit) asExponent(start, point, digits - 1, capitalE);
    else asFixed(start, point, max(digits - point, 0));
  }
}

/** A fixed number of digits behind the point. */
function writeRounded(x: f64, precision: i32): void {
  const start = textLength();
  let p = x == 0 ? bigFromU64(0, 1, 0) : exactOf(x);
  const behind = -exponentOf(p);
  if (behind > precision) {
    p = scaleDown(p, behind - precision);
    const odd = limbsOf(p) && (limbAt(p, 0) & 1);
    if (lastDropped() == 3 || (lastDropped() == 2 && odd)) increment(p);
  }
  if (!limbsOf(p)) {
    textByte(48);
    asFixed(start, 1, precision);
    return;
  }
  textDigits(p);
  const point = <i32>(textLength() - start) + exponentOf(p);
  // An integer's zeros are digits, too.
  if (exponentOf(p) > 0) textFill(48, exponentOf(p));
  asFixed(start, point, precision);
}
