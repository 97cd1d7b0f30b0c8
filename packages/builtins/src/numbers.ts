import { BuiltinError } from "@flyball/engine";
import {
  addNumbers,
  canonicalNumber,
  compareNumbers,
  decimalOf,
  isInteger,
  type RegoNumeric,
  type RegoValue,
} from "@flyball/engine/values";
import type { BuiltinTable } from "./builtin-table.ts";
import { numberAt } from "./operand.ts";

/** More numbers than a policy can mean to list. */
const MAX_RANGE = 10_000_000n;

/** Ranges, and integers as bit patterns of any length. */
export const numbers: BuiltinTable = {
  "numbers.range": (args) => range(args, 1n),
  "numbers.range_step": (args) => {
    const step = bigintAt(args, 2);
    if (step <= 0n) throw new BuiltinError("numbers.range_step: step must be a positive integer");
    return range(args, step);
  },
  "bits.and": (args) => canonicalNumber(bigintAt(args, 0) & bigintAt(args, 1)),
  "bits.or": (args) => canonicalNumber(bigintAt(args, 0) | bigintAt(args, 1)),
  "bits.xor": (args) => canonicalNumber(bigintAt(args, 0) ^ bigintAt(args, 1)),
  "bits.negate": (args) => canonicalNumber(~bigintAt(args, 0)),
  "bits.lsh": (args) => canonicalNumber(bigintAt(args, 0) << shiftAt(args)),
  "bits.rsh": (args) => canonicalNumber(bigintAt(args, 0) >> shiftAt(args)),
};

function shiftAt(args: readonly RegoValue[]): bigint {
  const shift = bigintAt(args, 1);
  if (shift < 0n) throw new BuiltinError("operand 2 must be an unsigned integer number but got a negative integer");
  if (shift > 16_384n) throw new BuiltinError("the shift is beyond the limits of numbers", { fatal: true });
  return shift;
}

function bigintAt(args: readonly RegoValue[], index: number): bigint {
  const number = numberAt(args, index);
  if (!isInteger(number))
    throw new BuiltinError(`operand ${index + 1} must be integer number but got floating-point number`);
  return integerOf(number);
}

function integerOf(number: RegoNumeric): bigint {
  const { coefficient, exponent } = decimalOf(number);
  return coefficient * 10n ** BigInt(exponent);
}

/** From the first to the second, both included, up or down. */
function range(args: readonly RegoValue[], step: bigint): readonly RegoValue[] {
  const [from, to] = [bigintAt(args, 0), bigintAt(args, 1)];
  const count = (to > from ? to - from : from - to) / step + 1n;
  if (count > MAX_RANGE) throw new BuiltinError(`a range of ${count} numbers`, { fatal: true });
  const signed = canonicalNumber(to >= from ? step : -step);
  const listed: RegoNumeric[] = [canonicalNumber(from)];
  for (let index = 1n; index < count; index++) listed.push(addNumbers(listed.at(-1) ?? 0, signed));
  return compareNumbers(from, to) === 0 ? [canonicalNumber(from)] : listed;
}
