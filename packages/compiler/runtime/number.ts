// Numbers: the fast paths on doubles. A double stands for the exact decimal m / 10^s (docs/reference/abi.md); what does not fit is calculated in decimal.ts.

import { bigFromScaled, bigProduct, bigQuotient, bigRemainder, bigRound, bigSum } from "./decimal";
import { BIG, UNDEFINED, fromDouble } from "./value";

const MAX_SCALE: i32 = 22;
/** 2^53: integers below it in magnitude are added and multiplied exactly. */
export const MAX_INTEGER: f64 = 9007199254740992;
const MAX_COEFFICIENT: i64 = 1_000_000_000_000_000;
// Below this the product of two coefficients, or a shifted one, fits 64 bits with room for one addition.
export const SAFE: f64 = 4e18;

const POWERS: usize = memory.data<f64>([
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
]);

export const NO_INTEGER: i64 = i64.MIN_VALUE;

/** 10^n, 0 <= n <= 22, exact. */
// @ts-ignore: decorator
@inline
export function power(n: i32): f64 {
  return load<f64>(POWERS + (<usize>n << 3));
}

/** 10^n for 0 <= n <= 18. */
// @ts-ignore: decorator
@inline
export function intPower(n: i32): i64 {
  return <i64>power(n);
}

// @ts-ignore: decorator
@inline
export function isWhole(x: f64): bool {
  return nearest(x) == x;
}

let scaleOut: i32 = 0;

/** m of m / 10^s; s is answered by `lastScale`. */
export function coefficientOf(x: f64): i64 {
  if (isWhole(x)) {
    scaleOut = 0;
    return <i64>x;
  }
  let s = 1;
  for (; s < MAX_SCALE; s++) {
    const m = nearest(x * power(s));
    if (m / power(s) == x) break;
  }
  scaleOut = s;
  return <i64>nearest(x * power(s));
}

// @ts-ignore: decorator
@inline
export function lastScale(): i32 {
  return scaleOut;
}

/** m / 10^s in its one representation; `s` of any sign. */
export function fromScaled(m: i64, s: i32): u64 {
  if (m == 0) return 0;
  while (s > 0 && m % 10 == 0) {
    m /= 10;
    s--;
  }
  if (s > 0) {
    if (s <= MAX_SCALE && m < MAX_COEFFICIENT && m > -MAX_COEFFICIENT) return fromDouble(<f64>m / power(s));
    return bigFromScaled(m, s);
  }
  if (s < -16) return bigFromScaled(m, s);
  const x = <f64>m * power(-s);
  // Rounding cannot bring a larger product down to the bound itself but by a tie, so the bound is left to the exact path.
  if (abs(x) < MAX_INTEGER) return fromDouble(x);
  return bigFromScaled(m, s);
}

// @ts-ignore: decorator
@inline
export function fromInteger(n: i64): u64 {
  return fromScaled(n, 0);
}

/** The integer if it is one of 64 bits (other than the least), or NO_INTEGER. */
export function integerOf(v: u64): i64 {
  if (v < BIG) {
    const x = reinterpret<f64>(v);
    return isWhole(x) ? <i64>x : NO_INTEGER;
  }
  if (v >= UNDEFINED) return NO_INTEGER;
  // A big integer: coefficient × 10^exponent.
  const p = <u32>v;
  const exponent = load<i32>(p, 4);
  const limbs = load<u32>(p, 8);
  if (exponent < 0 || exponent > 18 || limbs > 3) return NO_INTEGER;
  let m: u64 = 0;
  for (let i = <i32>limbs - 1; i >= 0; i--) {
    const limb = <u64>load<u32>(p + (<u32>i << 2), 16);
    if (m > (<u64>i64.MAX_VALUE - limb) / 1_000_000_000) return NO_INTEGER;
    m = m * 1_000_000_000 + limb;
  }
  for (let i = 0; i < exponent; i++) {
    if (m > <u64>i64.MAX_VALUE / 10) return NO_INTEGER;
    m *= 10;
  }
  return load<i32>(p) < 0 ? -<i64>m : <i64>m;
}

/** Whether a number is an integer of any size. */
export function isInteger(v: u64): bool {
  return v < BIG ? isWhole(reinterpret<f64>(v)) : load<i32>(<u32>v, 4) >= 0;
}

export function isNegative(v: u64): bool {
  return v < BIG ? reinterpret<f64>(v) < 0 : load<i32>(<u32>v) < 0;
}

function sum(a: u64, b: u64, negate: bool): u64 {
  if (a >= BIG || b >= BIG) return bigSum(a, b, negate);
  const x = reinterpret<f64>(a);
  const y = negate ? -reinterpret<f64>(b) : reinterpret<f64>(b);
  if (isWhole(x) && isWhole(y)) {
    const r = x + y;
    // + 0 turns -0 into 0.
    if (abs(r) < MAX_INTEGER) return fromDouble(r + 0.0);
    return bigSum(a, b, negate);
  }
  let m = coefficientOf(x);
  let s = scaleOut;
  let n = coefficientOf(y);
  const t = scaleOut;
  if (s < t) {
    if (abs(<f64>m) * power(t - s) >= SAFE) return bigSum(a, b, negate);
    m *= <i64>power(t - s);
    s = t;
  } else if (t < s) {
    if (abs(<f64>n) * power(s - t) >= SAFE) return bigSum(a, b, negate);
    n *= <i64>power(s - t);
  }
  return fromScaled(m + n, s);
}

export function number_add(a: u64, b: u64): u64 {
  return sum(a, b, false);
}

export function number_subtract(a: u64, b: u64): u64 {
  return sum(a, b, true);
}

export function number_multiply(a: u64, b: u64): u64 {
  if (a >= BIG || b >= BIG) return bigProduct(a, b);
  const x = reinterpret<f64>(a);
  const y = reinterpret<f64>(b);
  if (isWhole(x) && isWhole(y)) {
    const r = x * y;
    if (abs(r) < MAX_INTEGER) return fromDouble(r + 0.0);
    return bigProduct(a, b);
  }
  const m = coefficientOf(x);
  const s = scaleOut;
  const n = coefficientOf(y);
  if (abs(<f64>m) * abs(<f64>n) >= SAFE) return bigProduct(a, b);
  return fromScaled(m * n, s + scaleOut);
}

/** `b` is not zero. Rounds to 34 digits, half to even. */
export function number_divide(a: u64, b: u64): u64 {
  if (a >= BIG || b >= BIG) return bigQuotient(a, b);
  const x = reinterpret<f64>(a);
  if (x == 0) return 0;
  let m = coefficientOf(x);
  const s = scaleOut;
  const n = coefficientOf(reinterpret<f64>(b));
  const t = scaleOut;
  if (m % n == 0) return fromScaled(m / n, s - t);
  // Many quotients end within 18 digits.
  let k = 0;
  while (k < 18 && abs(<f64>m) * power(k + 1) < SAFE) k++;
  m *= <i64>power(k);
  if (m % n == 0) return fromScaled(m / n, s - t + k);
  return bigQuotient(a, b);
}

/** Both are integers, `b` is not zero; the sign is that of `a`. */
export function number_remainder(a: u64, b: u64): u64 {
  if (a >= BIG || b >= BIG) return bigRemainder(a, b);
  return fromDouble(<f64>(<i64>reinterpret<f64>(a) % <i64>reinterpret<f64>(b)));
}

/** Towards minus infinity (-1), plus infinity (1), or nearest with halves away from zero (0). */
export function number_round(v: u64, direction: i32): u64 {
  if (v >= BIG) return bigRound(v, direction);
  const x = reinterpret<f64>(v);
  if (isWhole(x)) return v;
  // Doubles keep the order of the decimals that they stand for, so no digit is lost here.
  if (direction < 0) return fromDouble(floor(x));
  if (direction > 0) return fromDouble(ceil(x) + 0.0);
  return fromDouble(copysign(floor(abs(x) + 0.5), x) + 0.0);
}

export function number_absolute(v: u64): u64 {
  if (v < BIG) return fromDouble(abs(reinterpret<f64>(v)));
  return isNegative(v) ? bigSum(0, v, true) : v;
}

export function number_negate(v: u64): u64 {
  return number_subtract(0, v);
}
