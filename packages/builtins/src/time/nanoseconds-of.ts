import { decimalOf, type RegoNumeric } from "@flyball/engine/values";

/** Beyond it ECMAScript writes numbers with an exponent. */
const LONGEST = 1e21;

/** A number as a 64-bit integer of nanoseconds; undefined where it is none. */
export function nanosecondsOf(number: RegoNumeric): bigint | undefined {
  // The digits of an integer, as a double stands for it; what is longer is out of range.
  if (typeof number === "number" && Number.isInteger(number) && Math.abs(number) < LONGEST)
    return inRange(BigInt(String(number)));
  if (typeof number === "bigint") return inRange(number);
  const { coefficient, exponent } = decimalOf(number);
  if (exponent < 0 || exponent > 20) return undefined;
  return inRange(coefficient * 10n ** BigInt(exponent));
}

function inRange(nanoseconds: bigint): bigint | undefined {
  return BigInt.asIntN(64, nanoseconds) === nanoseconds ? nanoseconds : undefined;
}
