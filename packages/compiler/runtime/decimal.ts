// Exact decimals of any size: i32 sign, i32 exponent, u32 limbs, u32 0, then limbs of base 10^9, least significant first. Temporaries have the same
// layout but may carry leading zero limbs and trailing zeros; `canonical` turns one into the one representation of its value.
// Long because the arithmetic of one representation belongs together.

import { NUMBER_LIMIT, allocMany, fault, heap, release, spend } from "./host";
import { coefficientOf, lastScale, power } from "./number";
import { BIG, fromDouble } from "./value";

const BASE: u64 = 1_000_000_000;
const LIMB_DIGITS: u32 = 9;
const HEADER: u32 = 16;
const EXPONENT: usize = 4;
const LIMBS: usize = 8;
const MAX_DIGITS: u32 = 4096;
const MAX_EXPONENT: i32 = 1_000_000;
const DIVISION_DIGITS: u32 = 34;
const MAX_INTEGER: u64 = 9007199254740992;

// @ts-ignore: decorator
@inline
export function limbAt(p: u32, i: u32): u32 {
  return load<u32>(p + (i << 2), HEADER);
}

// @ts-ignore: decorator
@inline
function setLimb(p: u32, i: u32, limb: u32): void {
  store<u32>(p + (i << 2), limb, HEADER);
}

// @ts-ignore: decorator
@inline
export function signOf(p: u32): i32 {
  return load<i32>(p);
}

// @ts-ignore: decorator
@inline
export function exponentOf(p: u32): i32 {
  return load<i32>(p, EXPONENT);
}

// @ts-ignore: decorator
@inline
export function limbsOf(p: u32): u32 {
  return load<u32>(p, LIMBS);
}

/** 10^n for 0 <= n <= 9. */
// @ts-ignore: decorator
@inline
function smallPower(n: u32): u32 {
  return <u32>power(<i32>n);
}

/** A temporary with room for `limbs` limbs, not cleared. */
function bigNew(limbs: u32, sign: i32, exponent: i32): u32 {
  const p = allocMany(limbs, 2, HEADER);
  store<i32>(p, sign);
  store<i32>(p, exponent, EXPONENT);
  store<u32>(p, limbs, LIMBS);
  store<u32>(p, 0, 12);
  return p;
}

export function bigFromU64(m: u64, sign: i32, exponent: i32): u32 {
  const p = bigNew(3, sign, exponent);
  let n: u32 = 0;
  while (m != 0) {
    setLimb(p, n++, <u32>(m % BASE));
    m /= BASE;
  }
  store<u32>(p, n, LIMBS);
  return p;
}

/** m / 10^s */
export function bigFromScaled(m: i64, s: i32): u64 {
  return canonical(bigFromU64(m < 0 ? <u64>-m : <u64>m, m < 0 ? -1 : 1, -s));
}

/** A big number's address; a temporary one for a double. Zero has no limbs. */
export function toBig(v: u64): u32 {
  if (v >= BIG) return <u32>v;
  const m = coefficientOf(reinterpret<f64>(v));
  return bigFromU64(<u64>abs(m), m < 0 ? -1 : 1, -lastScale());
}

export function digitsOfLimb(limb: u32): u32 {
  let n: u32 = 1;
  while (limb >= 10) {
    limb /= 10;
    n++;
  }
  return n;
}

/** Decimal digits of the coefficient; the top limb is not zero. */
export function digitsOf(p: u32): u32 {
  const n = limbsOf(p);
  return n ? (n - 1) * LIMB_DIGITS + digitsOfLimb(limbAt(p, n - 1)) : 0;
}

function trimTop(p: u32): void {
  let n = limbsOf(p);
  while (n && limbAt(p, n - 1) == 0) n--;
  store<u32>(p, n, LIMBS);
}

/** Divides the coefficient by 10^k, 0 < k < 9, dropping digits. */
function dropDigits(p: u32, n: u32, k: u32): void {
  const divisor = smallPower(k);
  const factor = smallPower(LIMB_DIGITS - k);
  for (let i: u32 = 0; i < n; i++) {
    const above = i + 1 < n ? limbAt(p, i + 1) % divisor : 0;
    setLimb(p, i, limbAt(p, i) / divisor + above * factor);
  }
}

/** The value of a temporary, which must not be used afterwards. Faults when it is beyond the limits. */
export function canonical(p: u32): u64 {
  trimTop(p);
  let n = limbsOf(p);
  if (!n) return 0;
  let exponent = exponentOf(p);
  let zeros: u32 = 0;
  while (limbAt(p, zeros) == 0) zeros++;
  if (zeros) {
    n -= zeros;
    memory.copy(p + HEADER, p + HEADER + (zeros << 2), n << 2);
    exponent += zeros * LIMB_DIGITS;
  }
  let low = limbAt(p, 0);
  let k: u32 = 0;
  while (low % 10 == 0) {
    low /= 10;
    k++;
  }
  if (k) {
    dropDigits(p, n, k);
    exponent += k;
  }
  store<u32>(p, n, LIMBS);
  trimTop(p);
  n = limbsOf(p);
  if (n <= 2) {
    const m = <u64>limbAt(p, 0) + (n == 2 ? <u64>limbAt(p, 1) * BASE : 0);
    const sign = <f64>signOf(p);
    if (exponent >= 0) {
      if (exponent <= 16 && digitsOf(p) + exponent <= 16) {
        const whole = m * <u64>power(exponent);
        if (whole <= MAX_INTEGER) return fromDouble(sign * <f64>whole);
      }
    } else if (exponent >= -22 && m < 1_000_000_000_000_000) {
      return fromDouble((sign * <f64>m) / power(-exponent));
    }
  }
  if (exponent > MAX_EXPONENT || exponent < -MAX_EXPONENT || digitsOf(p) > MAX_DIGITS) fault(NUMBER_LIMIT);
  store<i32>(p, exponent, EXPONENT);
  return BIG | <u64>p;
}

/** The same, giving back the memory since `mark` when the result needs none. */
export function settleBig(p: u32, mark: u32): u64 {
  const v = canonical(p);
  if (v < BIG) release(mark);
  return v;
}

/** coefficient × 10^k with an exponent lower by k: the same value in a new temporary. */
export function scaleUp(p: u32, k: u32): u32 {
  const shift = k / LIMB_DIGITS;
  const factor = <u64>smallPower(k % LIMB_DIGITS);
  const n = limbsOf(p);
  const limbs = n + shift + 1;
  spend(limbs);
  const r = bigNew(limbs, signOf(p), exponentOf(p) - <i32>k);
  memory.fill(r + HEADER, 0, shift << 2);
  let carry: u64 = 0;
  for (let i: u32 = 0; i < n; i++) {
    carry += <u64>limbAt(p, i) * factor;
    setLimb(r, shift + i, <u32>(carry % BASE));
    carry /= BASE;
  }
  setLimb(r, shift + n, <u32>carry);
  trimTop(r);
  return r;
}

let dropped: i32 = 0;

/** How much the last `scaleDown` cut off: 0 nothing, 1 less than half, 2 half, 3 more. */
export function lastDropped(): i32 {
  return dropped;
}

/** The coefficient without its last k digits, the exponent higher by k. */
export function scaleDown(p: u32, k: u32): u32 {
  const n = limbsOf(p);
  spend(n);
  const shift = k / LIMB_DIGITS;
  const rest = k % LIMB_DIGITS;
  const limbs = n > shift ? n - shift : 0;
  // One more limb, for a carry when it is rounded up.
  const r = bigNew(limbs + 1, signOf(p), exponentOf(p) + <i32>k);
  memory.copy(r + HEADER, p + HEADER + (shift << 2), limbs << 2);
  store<u32>(r, limbs, LIMBS);
  // The first digit cut off, and whether anything follows it.
  const place = k - 1;
  const at = place / LIMB_DIGITS;
  const below = smallPower(place % LIMB_DIGITS);
  const limb = at < n ? limbAt(p, at) : 0;
  const digit = (limb / below) % 10;
  let tail = limb % below != 0;
  for (let i: u32 = 0; i < min(at, n) && !tail; i++) tail = limbAt(p, i) != 0;
  dropped = digit > 5 || (digit == 5 && tail) ? 3 : digit == 5 ? 2 : digit != 0 || tail ? 1 : 0;
  if (rest && limbs) dropDigits(r, limbs, rest);
  trimTop(r);
  return r;
}

/** Adds 1 to the coefficient of what `scaleDown` made. */
export function increment(p: u32): void {
  const n = limbsOf(p);
  for (let i: u32 = 0; i < n; i++) {
    const limb = limbAt(p, i) + 1;
    if (limb < <u32>BASE) {
      setLimb(p, i, limb);
      return;
    }
    setLimb(p, i, 0);
  }
  setLimb(p, n, 1);
  store<u32>(p, n + 1, LIMBS);
}

function compareLimbs(p: u32, q: u32): i32 {
  const n = limbsOf(p);
  const m = limbsOf(q);
  if (n != m) return n < m ? -1 : 1;
  for (let i = n; i > 0; i--) {
    const a = limbAt(p, i - 1);
    const b = limbAt(q, i - 1);
    if (a != b) return a < b ? -1 : 1;
  }
  return 0;
}

export function equalBig(p: u32, q: u32): bool {
  const n = limbsOf(p);
  if (load<u64>(p) != load<u64>(q) || n != limbsOf(q)) return false;
  spend(n);
  return memory.compare(p + HEADER, q + HEADER, n << 2) == 0;
}

export function compareBig(a: u64, b: u64): i32 {
  const mark = heap;
  let p = toBig(a);
  let q = toBig(b);
  const sign = limbsOf(p) ? signOf(p) : 0;
  const other = limbsOf(q) ? signOf(q) : 0;
  let order = sign < other ? -1 : sign > other ? 1 : 0;
  if (order == 0) {
    spend(max(limbsOf(p), limbsOf(q)));
    const d = <i32>digitsOf(p);
    const e = <i32>digitsOf(q);
    const top = d + exponentOf(p);
    const otherTop = e + exponentOf(q);
    if (top != otherTop) {
      order = top < otherTop ? -1 : 1;
    } else {
      if (d < e) p = scaleUp(p, e - d);
      else if (e < d) q = scaleUp(q, d - e);
      order = compareLimbs(p, q);
    }
    order *= sign;
  }
  release(mark);
  return order;
}

function addLimbs(p: u32, q: u32, sign: i32): u32 {
  const n = limbsOf(p);
  const m = limbsOf(q);
  const top = max(n, m);
  const r = bigNew(top + 1, sign, exponentOf(p));
  let carry: u32 = 0;
  for (let i: u32 = 0; i < top; i++) {
    carry += (i < n ? limbAt(p, i) : 0) + (i < m ? limbAt(q, i) : 0);
    const over = carry >= <u32>BASE;
    setLimb(r, i, over ? carry - <u32>BASE : carry);
    carry = u32(over);
  }
  setLimb(r, top, carry);
  return r;
}

/** p - q for coefficients p > q. */
function subtractLimbs(p: u32, q: u32, sign: i32): u32 {
  const n = limbsOf(p);
  const m = limbsOf(q);
  const r = bigNew(n, sign, exponentOf(p));
  let borrow: i32 = 0;
  for (let i: u32 = 0; i < n; i++) {
    let d = <i32>limbAt(p, i) - borrow - (i < m ? <i32>limbAt(q, i) : 0);
    borrow = i32(d < 0);
    if (borrow) d += <i32>BASE;
    setLimb(r, i, d);
  }
  return r;
}

/** a + b, or a - b. */
export function bigSum(a: u64, b: u64, negate: bool): u64 {
  const mark = heap;
  let p = toBig(a);
  let q = toBig(b);
  const sign = signOf(p);
  const other = negate ? -signOf(q) : signOf(q);
  if (!limbsOf(q)) {
    release(mark);
    return a;
  }
  if (!limbsOf(p)) {
    const copy = scaleUp(q, 0);
    store<i32>(copy, other);
    return settleBig(copy, mark);
  }
  const e = exponentOf(p);
  const f = exponentOf(q);
  const low = min(e, f);
  // The last digit of the result stands at the lower exponent and the first near the higher top, so this is how many digits it has, give or take two.
  const span = max(e + <i32>digitsOf(p), f + <i32>digitsOf(q)) - low;
  if (e != f && span > <i32>MAX_DIGITS + 2) fault(NUMBER_LIMIT);
  if (e > low) p = scaleUp(p, e - low);
  if (f > low) q = scaleUp(q, f - low);
  spend(max(limbsOf(p), limbsOf(q)));
  if (sign == other) return settleBig(addLimbs(p, q, sign), mark);
  const order = compareLimbs(p, q);
  if (order == 0) {
    release(mark);
    return 0;
  }
  return settleBig(order > 0 ? subtractLimbs(p, q, sign) : subtractLimbs(q, p, other), mark);
}

function spendProduct(n: u32, m: u32): void {
  const cost = <u64>n * <u64>m;
  spend(cost > <u64>i32.MAX_VALUE ? -1 : <i32>cost);
}

export function bigProduct(a: u64, b: u64): u64 {
  const mark = heap;
  const p = toBig(a);
  const q = toBig(b);
  const n = limbsOf(p);
  const m = limbsOf(q);
  spendProduct(n, m);
  const r = bigNew(n + m, signOf(p) * signOf(q), exponentOf(p) + exponentOf(q));
  memory.fill(r + HEADER, 0, (n + m) << 2);
  for (let i: u32 = 0; i < n; i++) {
    const limb = <u64>limbAt(p, i);
    let carry: u64 = 0;
    for (let j: u32 = 0; j < m; j++) {
      carry += limb * <u64>limbAt(q, j) + <u64>limbAt(r, i + j);
      setLimb(r, i + j, <u32>(carry % BASE));
      carry /= BASE;
    }
    setLimb(r, i + m, <u32>carry);
  }
  return settleBig(r, mark);
}

function multiplySmall(p: u32, factor: u64): u32 {
  const n = limbsOf(p);
  const r = bigNew(n + 1, signOf(p), exponentOf(p));
  let carry: u64 = 0;
  for (let i: u32 = 0; i < n; i++) {
    carry += <u64>limbAt(p, i) * factor;
    setLimb(r, i, <u32>(carry % BASE));
    carry /= BASE;
  }
  setLimb(r, n, <u32>carry);
  return r;
}

/** The integer with the given words of 32 bits, lowest first; with room for a carry. */
export function bigFromWords(words: u32, count: u32, sign: i32): u32 {
  const room = <u32>((<u64>count * 32) / 29) + 2;
  const p = bigNew(room, sign, 0);
  let n: u32 = 0;
  for (let i = count; i > 0; i--) {
    spend(n);
    let carry = <u64>load<u32>(words + ((i - 1) << 2));
    for (let k: u32 = 0; k < n; k++) {
      carry += <u64>limbAt(p, k) << 32;
      setLimb(p, k, <u32>(carry % BASE));
      carry /= BASE;
    }
    while (carry) {
      setLimb(p, n++, <u32>(carry % BASE));
      carry /= BASE;
    }
  }
  store<u32>(p, n, LIMBS);
  return p;
}

/** coefficient × base^power, base 2 or 5; the exponent stays. */
export function multiplyBy(p: u32, base: u32, power: i32): u32 {
  // The largest powers below 2^30.
  const chunk = base == 2 ? 29 : 12;
  const factor: u64 = base == 2 ? 0x20000000 : 244_140_625;
  for (; power >= chunk; power -= chunk) p = multiplyTrimmed(p, factor);
  let rest: u64 = 1;
  for (; power > 0; power--) rest *= base;
  return multiplyTrimmed(p, rest);
}

function multiplyTrimmed(p: u32, factor: u64): u32 {
  spend(limbsOf(p));
  const r = multiplySmall(p, factor);
  trimTop(r);
  return r;
}

/** Divides the coefficient in place by a number below 2^32 and answers the remainder. */
export function divideSmall(p: u32, divisor: u64): u32 {
  let rest: u64 = 0;
  for (let i = limbsOf(p); i > 0; i--) {
    rest = rest * BASE + <u64>limbAt(p, i - 1);
    setLimb(p, i - 1, <u32>(rest / divisor));
    rest %= divisor;
  }
  trimTop(p);
  return <u32>rest;
}

let remainder: u32 = 0;

/** Quotient of the coefficients (exponents aside); the remainder's coefficient is left in `remainder` as a temporary. Knuth's algorithm D. */
function divideLimbs(p: u32, q: u32): u32 {
  const n = limbsOf(q);
  if (compareLimbs(p, q) < 0) {
    remainder = p;
    return bigNew(0, 1, 0);
  }
  const m = limbsOf(p) - n;
  spendProduct(m + 1, n);
  if (n == 1) {
    const quotient = multiplySmall(p, 1);
    remainder = bigFromU64(<u64>divideSmall(quotient, <u64>limbAt(q, 0)), 1, 0);
    return quotient;
  }
  const scale = BASE / (<u64>limbAt(q, n - 1) + 1);
  const u = multiplySmall(p, scale);
  const v = multiplySmall(q, scale);
  const r = bigNew(m + 1, 1, 0);
  const top = <u64>limbAt(v, n - 1);
  const next = <u64>limbAt(v, n - 2);
  for (let j = <i32>m; j >= 0; j--) {
    const head = <u64>limbAt(u, j + n) * BASE + <u64>limbAt(u, j + n - 1);
    let digit = head / top;
    let rest = head % top;
    while (digit >= BASE || digit * next > rest * BASE + <u64>limbAt(u, j + n - 2)) {
      digit--;
      rest += top;
      if (rest >= BASE) break;
    }
    let borrow: i64 = 0;
    let carry: u64 = 0;
    for (let i: u32 = 0; i < n; i++) {
      carry += digit * <u64>limbAt(v, i);
      let d = <i64>limbAt(u, i + j) - borrow - <i64>(carry % BASE);
      carry /= BASE;
      borrow = i64(d < 0);
      if (borrow) d += <i64>BASE;
      setLimb(u, i + j, <u32>d);
    }
    const d = <i64>limbAt(u, j + n) - borrow - <i64>carry;
    if (d < 0) {
      // One too many: add the divisor back.
      digit--;
      let over: u32 = 0;
      for (let i: u32 = 0; i < n; i++) {
        over += limbAt(u, i + j) + limbAt(v, i);
        const wraps = over >= <u32>BASE;
        setLimb(u, i + j, wraps ? over - <u32>BASE : over);
        over = u32(wraps);
      }
      setLimb(u, j + n, 0);
    } else {
      setLimb(u, j + n, <u32>d);
    }
    setLimb(r, j, <u32>digit);
  }
  store<u32>(u, n, LIMBS);
  trimTop(u);
  divideSmall(u, scale);
  remainder = u;
  trimTop(r);
  return r;
}

/** Cuts a temporary to `digits` digits, half to even; `tail`: something not zero follows the coefficient. */
export function roundToDigits(p: u32, digits: u32, tail: bool): u32 {
  const has = digitsOf(p);
  if (has <= digits) return p;
  const r = scaleDown(p, has - digits);
  const odd = limbsOf(r) && (limbAt(r, 0) & 1);
  if (dropped == 3 || (dropped == 2 && (tail || odd))) increment(r);
  return r;
}

/** a / b rounded to 34 digits, half to even; b is not zero. */
export function bigQuotient(a: u64, b: u64): u64 {
  const mark = heap;
  let p = toBig(a);
  const q = toBig(b);
  if (!limbsOf(p)) {
    release(mark);
    return 0;
  }
  const sign = signOf(p) * signOf(q);
  const shift = <i32>DIVISION_DIGITS + 1 + <i32>digitsOf(q) - <i32>digitsOf(p);
  if (shift > 0) p = scaleUp(p, shift);
  const quotient = divideLimbs(p, q);
  store<i32>(quotient, sign);
  store<i32>(quotient, exponentOf(p) - exponentOf(q), EXPONENT);
  return settleBig(roundToDigits(quotient, DIVISION_DIGITS, limbsOf(remainder) != 0), mark);
}

/** The integer written out: exponent 0. For numbers without a fraction. */
export function toWhole(v: u64): u32 {
  const p = toBig(v);
  const e = exponentOf(p);
  return e > 0 ? scaleUp(p, e) : p;
}

/** Remainder of integers with the sign of `a`; b is not zero. */
export function bigRemainder(a: u64, b: u64): u64 {
  const mark = heap;
  const p = toWhole(a);
  const q = toWhole(b);
  const sign = signOf(p);
  divideLimbs(p, q);
  const r = scaleUp(remainder, 0);
  store<i32>(r, sign);
  store<i32>(r, 0, EXPONENT);
  return settleBig(r, mark);
}

/** Rounds to an integer: -1 down, 1 up, 0 nearest with halves away from zero, 2 towards zero. */
export function bigRound(v: u64, direction: i32): u64 {
  const p = toBig(v);
  const e = exponentOf(p);
  if (e >= 0) return v;
  const mark = heap;
  const r = scaleDown(p, -e);
  const sign = signOf(p);
  if (direction == 0 ? dropped >= 2 : direction != 2 && dropped != 0 && sign == direction) increment(r);
  return settleBig(r, mark);
}

/** A big number from decimal digits at `from` (digits only, at most `digits` of them counted, other bytes skipped). */
export function bigFromDigits(from: u32, digits: u32, sign: i32, exponent: i32): u64 {
  const mark = heap;
  const limbs = (digits + LIMB_DIGITS - 1) / LIMB_DIGITS;
  spend(limbs);
  const p = bigNew(limbs, sign, exponent);
  let at = from;
  let left = digits;
  for (let i = limbs; i > 0; i--) {
    const take = left - (i - 1) * LIMB_DIGITS;
    let limb: u32 = 0;
    for (let k: u32 = 0; k < take; ) {
      const c = <u32>load<u8>(at++) - 48;
      if (c > 9) continue;
      limb = limb * 10 + c;
      k++;
    }
    left -= take;
    setLimb(p, i - 1, limb);
  }
  return settleBig(p, mark);
}
