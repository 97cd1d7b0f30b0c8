import { MAX_DIGITS, MAX_EXPONENT } from "../abi/layout.ts";
import { NumberLimitError } from "./number-limit-error.ts";

/** `coefficient × 10^exponent`. Normalised: the coefficient has no trailing decimal zero, and zero is `0 × 10^0`. */
export interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: number;
}

export const ZERO: Decimal = { coefficient: 0n, exponent: 0 };

/** Digits of the largest bigint that can be within the limits: 4,096 digits followed by 1,000,000 zeros; log2(10) < 3.3220. */
const MAX_BITS = Math.ceil((MAX_DIGITS + MAX_EXPONENT) * 3.322);

const JSON_NUMBER = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/;

/** Removes trailing zeros and checks the limits. Throws `NumberLimitError`. */
export function normalise(coefficient: bigint, exponent: number): Decimal {
  if (coefficient === 0n) return ZERO;
  const magnitude = coefficient < 0n ? -coefficient : coefficient;
  if (BigInt.asUintN(MAX_BITS, magnitude) !== magnitude) throw tooManyDigits();
  return fromDigits(coefficient < 0n, magnitude.toString(), exponent);
}

/** The decimal of a JSON number's text, or undefined where the text is no JSON number. Throws `NumberLimitError`. */
export function decimalFromText(text: string): Decimal | undefined {
  const match = JSON_NUMBER.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = "", power = "0"] = match;
  return fromDigits(sign === "-", whole + fraction, Number(power) - fraction.length);
}

function fromDigits(negative: boolean, digits: string, exponent: number): Decimal {
  let start = 0;
  while (digits.charCodeAt(start) === 48) start++;
  if (start === digits.length) return ZERO;
  let end = digits.length;
  while (digits.charCodeAt(end - 1) === 48) end--;
  const scale = exponent + digits.length - end;
  if (end - start > MAX_DIGITS) throw tooManyDigits();
  if (!(Math.abs(scale) <= MAX_EXPONENT)) {
    throw new NumberLimitError(`a number's exponent is beyond ±${MAX_EXPONENT}`);
  }
  const coefficient = BigInt(digits.slice(start, end));
  return { coefficient: negative ? -coefficient : coefficient, exponent: scale };
}

function tooManyDigits(): NumberLimitError {
  return new NumberLimitError(`a number has more than ${MAX_DIGITS} significant digits`);
}

/** The one text of a decimal: digits where they fit a line, else `d.ddde±n`. Always a JSON number. */
export function decimalText({ coefficient, exponent }: Decimal): string {
  if (coefficient === 0n) return "0";
  const negative = coefficient < 0n;
  const digits = (negative ? -coefficient : coefficient).toString();
  const sign = negative ? "-" : "";
  // Digits before the decimal point; the plain forms end where ECMAScript's end below, and at MAX_DIGITS above.
  const point = digits.length + exponent;
  if (exponent >= 0 && point <= MAX_DIGITS) return sign + digits + "0".repeat(exponent);
  if (exponent < 0 && point > 0) return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
  if (exponent < 0 && point > -6) return `${sign}0.${"0".repeat(-point)}${digits}`;
  const mantissa = digits.length === 1 ? digits : `${digits.slice(0, 1)}.${digits.slice(1)}`;
  return `${sign}${mantissa}e${point > 0 ? "+" : "-"}${Math.abs(point - 1)}`;
}

/** -1, 0 or 1. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const signA = a.coefficient === 0n ? 0 : a.coefficient < 0n ? -1 : 1;
  const signB = b.coefficient === 0n ? 0 : b.coefficient < 0n ? -1 : 1;
  if (signA !== signB) return signA < signB ? -1 : 1;
  if (signA === 0) return 0;
  if (a.exponent === b.exponent) return order(a.coefficient, b.coefficient);
  // Equal places of the leading digit bound the difference of the exponents by MAX_DIGITS, so that the shift below stays small.
  const leadA = countDigits(a.coefficient) + a.exponent;
  const leadB = countDigits(b.coefficient) + b.exponent;
  if (leadA !== leadB) return leadA < leadB ? -signA : signA;
  const exponent = Math.min(a.exponent, b.exponent);
  return order(shifted(a, exponent), shifted(b, exponent));
}

function order(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The coefficient of `a` written with a smaller or equal exponent. */
export function shifted(a: Decimal, exponent: number): bigint {
  return a.exponent === exponent ? a.coefficient : a.coefficient * 10n ** BigInt(a.exponent - exponent);
}

export function countDigits(coefficient: bigint): number {
  return (coefficient < 0n ? -coefficient : coefficient).toString().length;
}
