import { decimalOf, type RegoNumeric } from "@flyball/engine/values";

/** A number as a 64-bit integer of nanoseconds; undefined where it is none. */
export function nanosecondsOf(number: RegoNumeric): bigint | undefined {
  const { coefficient, exponent } = decimalOf(number);
  if (exponent < 0 || exponent > 20) return undefined;
  const nanoseconds = coefficient * 10n ** BigInt(exponent);
  return BigInt.asIntN(64, nanoseconds) === nanoseconds ? nanoseconds : undefined;
}
