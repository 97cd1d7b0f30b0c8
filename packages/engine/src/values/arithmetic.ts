/**
 * Exact decimal arithmetic. In: numbers of the border. Out: canonical numbers. All functions throw `NumberLimitError` where a result is
 * beyond 4,096 digits or an exponent of 1,000,000, before doing work of that size.
 */
import { MAX_DIGITS } from "../abi/layout.ts";
import { compareDecimals, countDigits, type Decimal, shifted, ZERO } from "./decimal.ts";
import { NumberLimitError } from "./number-limit-error.ts";
import { canonicalNumber, decimalOf, type RegoNumber } from "./rego-number.ts";
import type { RegoNumeric } from "./rego-value.ts";

/** Significant digits of a quotient. */
const QUOTIENT_DIGITS = 34;

type Canonical = number | RegoNumber;

/** -1, 0 or 1. */
export function compareNumbers(a: RegoNumeric, b: RegoNumeric): number {
  // Shortest decimals of different doubles are in the doubles' order.
  if (typeof a === "number" && typeof b === "number") return a < b ? -1 : a > b ? 1 : 0;
  return compareDecimals(decimalOf(a), decimalOf(b));
}

export function addNumbers(a: RegoNumeric, b: RegoNumeric): Canonical {
  if (typeof a === "number" && typeof b === "number" && Number.isSafeInteger(a) && Number.isSafeInteger(b)) {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum + 0;
  }
  return canonicalNumber(addDecimals(decimalOf(a), decimalOf(b)));
}

export function subtractNumbers(a: RegoNumeric, b: RegoNumeric): Canonical {
  if (typeof a === "number" && typeof b === "number" && Number.isSafeInteger(a) && Number.isSafeInteger(b)) {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference + 0;
  }
  return canonicalNumber(addDecimals(decimalOf(a), negated(decimalOf(b))));
}

export function multiplyNumbers(a: RegoNumeric, b: RegoNumeric): Canonical {
  if (typeof a === "number" && typeof b === "number" && Number.isSafeInteger(a) && Number.isSafeInteger(b)) {
    const product = a * b;
    if (Number.isSafeInteger(product)) return product + 0;
  }
  const x = decimalOf(a);
  const y = decimalOf(b);
  return canonicalNumber({ coefficient: x.coefficient * y.coefficient, exponent: x.exponent + y.exponent });
}

/** The quotient rounded to 34 significant digits, half to even; undefined where the divisor is zero. */
export function divideNumbers(a: RegoNumeric, b: RegoNumeric): Canonical | undefined {
  const x = decimalOf(a);
  const y = decimalOf(b);
  if (y.coefficient === 0n) return undefined;
  if (x.coefficient === 0n) return 0;
  // The shift gives the truncated quotient 34 or 35 digits and some more for a longer dividend; the remainder decides ties exactly.
  const shift = Math.max(0, QUOTIENT_DIGITS + 1 + countDigits(y.coefficient) - countDigits(x.coefficient));
  const dividend = x.coefficient * 10n ** BigInt(shift);
  const quotient = dividend / y.coefficient;
  const exact = dividend % y.coefficient === 0n;
  return canonicalNumber(roundToDigits({ coefficient: quotient, exponent: x.exponent - y.exponent - shift }, exact));
}

/** `exact` is false where digits beyond the coefficient's last were cut off. */
function roundToDigits(value: Decimal, exact: boolean): Decimal {
  const surplus = countDigits(value.coefficient) - QUOTIENT_DIGITS;
  if (surplus <= 0) return value;
  const unit = 10n ** BigInt(surplus);
  const rest = magnitude(value.coefficient % unit);
  const kept = value.coefficient / unit;
  const half = unit / 2n;
  const up = rest > half || (rest === half && (!exact || kept % 2n !== 0n));
  const step = value.coefficient < 0n ? -1n : 1n;
  return { coefficient: up ? kept + step : kept, exponent: value.exponent + surplus };
}

/** The remainder of integers, with the dividend's sign; undefined where the divisor is zero or either is no integer. */
export function remainder(a: RegoNumeric, b: RegoNumeric): Canonical | undefined {
  const x = decimalOf(a);
  const y = decimalOf(b);
  if (y.coefficient === 0n || x.exponent < 0 || y.exponent < 0) return undefined;
  if (x.coefficient === 0n) return 0;
  if (y.exponent > x.exponent + countDigits(x.coefficient)) return canonicalNumber(x);
  // x = cx·10^ex, y = cy·10^ey. With ex >= ey the common power 10^ey divides out, and 10^(ex-ey) is needed modulo cy only.
  if (x.exponent >= y.exponent) {
    const modulus = magnitude(y.coefficient);
    const power = powerOfTen(x.exponent - y.exponent, modulus);
    const rest = (magnitude(x.coefficient) * power) % modulus;
    return canonicalNumber({ coefficient: x.coefficient < 0n ? -rest : rest, exponent: y.exponent });
  }
  return canonicalNumber({ coefficient: x.coefficient % shifted(y, x.exponent), exponent: x.exponent });
}

/** `10^exponent mod modulus` in steps that grow with the exponent's logarithm. */
function powerOfTen(exponent: number, modulus: bigint): bigint {
  let result = 1n % modulus;
  let base = 10n % modulus;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = (result * base) % modulus;
    base = (base * base) % modulus;
  }
  return result;
}

export function negateNumber(a: RegoNumeric): Canonical {
  if (typeof a === "number") return 0 - a;
  return canonicalNumber(negated(decimalOf(a)));
}

export function absoluteNumber(a: RegoNumeric): Canonical {
  if (typeof a === "number") return Math.abs(a);
  const { coefficient, exponent } = decimalOf(a);
  return canonicalNumber({ coefficient: magnitude(coefficient), exponent });
}

export function floorNumber(a: RegoNumeric): Canonical {
  return toInteger(a, (negative) => negative);
}

export function ceilNumber(a: RegoNumeric): Canonical {
  return toInteger(a, (negative) => !negative);
}

/** Halves go away from zero, as in OPA. */
export function roundNumber(a: RegoNumeric): Canonical {
  return toInteger(a, (_negative, atLeastHalf) => atLeastHalf);
}

export function isInteger(a: RegoNumeric): boolean {
  return typeof a === "number" ? Number.isInteger(a) : decimalOf(a).exponent >= 0;
}

/** Cuts the fraction and steps away from zero where `awayFromZero` says so; it is asked only where there is a fraction. */
function toInteger(a: RegoNumeric, awayFromZero: (negative: boolean, atLeastHalf: boolean) => boolean): Canonical {
  if (typeof a === "number" && Number.isInteger(a)) return a + 0;
  const { coefficient, exponent } = decimalOf(a);
  if (exponent >= 0) return canonicalNumber(a);
  const negative = coefficient < 0n;
  const step = negative ? -1n : 1n;
  if (countDigits(coefficient) + exponent < 0) return awayFromZero(negative, false) ? Number(step) : 0;
  const unit = 10n ** BigInt(-exponent);
  const whole = coefficient / unit;
  const atLeastHalf = magnitude(coefficient % unit) * 2n >= unit;
  return canonicalNumber(awayFromZero(negative, atLeastHalf) ? whole + step : whole);
}

function addDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.coefficient === 0n) return b;
  if (b.coefficient === 0n) return a;
  const exponent = Math.min(a.exponent, b.exponent);
  // One more than the digits of the wider one is all a sum can have; a longer span has both ends in the result.
  const lead = Math.max(a.exponent + countDigits(a.coefficient), b.exponent + countDigits(b.coefficient));
  if (lead - exponent > 2 * MAX_DIGITS)
    throw new NumberLimitError(`a sum has more than ${MAX_DIGITS} significant digits`);
  return { coefficient: shifted(a, exponent) + shifted(b, exponent), exponent };
}

function negated(a: Decimal): Decimal {
  return a.coefficient === 0n ? ZERO : { coefficient: -a.coefficient, exponent: a.exponent };
}

function magnitude(a: bigint): bigint {
  return a < 0n ? -a : a;
}
