// Money of the paper broker is whole hundredths in a bigint; this is where it meets decimals.

import {
  canonicalNumber,
  decimalOf,
  divideNumbers,
  multiplyNumbers,
  numberText,
  type RegoNumber,
  type RegoNumeric,
  roundNumber,
} from "@flyball/engine/values";

/** A number in a policy's input or a tool's arguments: a double where that is exact. */
export type ExactNumber = number | RegoNumber;

/** How many digits the number has after its point. */
export function decimalPlaces(value: RegoNumeric): number {
  return Math.max(0, -decimalOf(value).exponent);
}

/** 0 for a number below 1. Looks at the exponent and never writes the number out: 1e999999 costs as much as 1. */
export function digitsBeforePoint(value: RegoNumeric): number {
  const { coefficient, exponent } = decimalOf(value);
  return coefficient === 0n ? 0 : Math.max(0, String(coefficient).replace("-", "").length + exponent);
}

/** Whole hundredths. Throws a `RangeError` where the number has more than two decimal places. */
export function toHundredths(value: RegoNumeric): bigint {
  if (decimalPlaces(value) > 2) throw new RangeError(`${numberText(value)} has more than two decimal places`);
  return BigInt(plainDigits(multiplyNumbers(value, 100)));
}

/** The number that so many hundredths are. */
export function fromHundredths(hundredths: bigint): ExactNumber {
  return canonicalNumber({ coefficient: hundredths, exponent: -2 });
}

/** The number of shares that so many millionths are. */
export function fromMillionths(millionths: bigint): ExactNumber {
  return canonicalNumber({ coefficient: millionths, exponent: -6 });
}

/** In US dollars, rounded to whole cents; `rate` is in ten-thousandths. */
export function toUsdCents(hundredths: bigint, rate: bigint): bigint {
  return BigInt(plainDigits(roundNumber(divideNumbers(hundredths * rate, 10_000n) ?? 0)));
}

function plainDigits(value: RegoNumeric): string {
  const { coefficient, exponent } = decimalOf(value);
  return (coefficient * 10n ** BigInt(exponent)).toString();
}
