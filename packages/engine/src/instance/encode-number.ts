/** Hot: numbers of JavaScript to the ABI's canonical numbers (docs/reference/abi.md, "Numbers"). */
import { MAX_DOUBLE_SCALE, MAX_SCALED_COEFFICIENT, Tag } from "../abi/layout.ts";
import { BorderError } from "../border/border-error.ts";
import type { Decimal } from "../values/decimal.ts";
import { NumberLimitError } from "../values/number-limit-error.ts";
import { decimalOf } from "../values/rego-number.ts";
import type { RegoNumeric } from "../values/rego-value.ts";
import type { PolicyMemory } from "./policy-memory.ts";

const LARGEST_INTEGER = 9_007_199_254_740_992;
const LIMB = 1_000_000_000n;
const BIG_NUMBER = Tag.bigNumber << 16;

/** Powers of ten that are exact doubles. */
const POWERS = Array.from({ length: MAX_DOUBLE_SCALE + 1 }, (_, scale) => 10 ** scale);

/** Writes a finite or infinite number; throws `BorderError` for NaN and infinities. */
export function encodeNumber(memory: PolicyMemory, at: number, value: number): void {
  if (Number.isInteger(value) ? value >= -LARGEST_INTEGER && value <= LARGEST_INTEGER : isShortDecimal(value)) {
    memory.f64[at >>> 3] = value + 0;
    return;
  }
  if (value - value !== 0) throw new BorderError("input_invalid", `${value} is no number of Rego`);
  encodeBigNumber(memory, at, decimalOf(value));
}

/** Whether a double that is no integer stands for m / 10^s with |m| < 10^15 and s <= 22. Cents and basis points are found first. */
function isShortDecimal(value: number): boolean {
  const cents = Math.round(value * 100);
  if (cents / 100 === value && cents < MAX_SCALED_COEFFICIENT && cents > -MAX_SCALED_COEFFICIENT) return true;
  for (let scale = 1; scale <= MAX_DOUBLE_SCALE; scale++) {
    const power = POWERS[scale] as number;
    const coefficient = Math.round(value * power);
    if (!(coefficient < MAX_SCALED_COEFFICIENT && coefficient > -MAX_SCALED_COEFFICIENT)) return false;
    if (coefficient / power === value) return true;
  }
  return false;
}

/** Writes a bigint, a `RegoNumber` or a double that the ABI keeps as a big number. */
export function encodeNumeric(memory: PolicyMemory, at: number, value: RegoNumeric): void {
  if (typeof value === "number") {
    encodeNumber(memory, at, value);
    return;
  }
  encodeDecimal(memory, at, decimalWithinLimits(value));
}

function decimalWithinLimits(value: RegoNumeric): Decimal {
  try {
    return decimalOf(value);
  } catch (error) {
    if (error instanceof NumberLimitError) throw new BorderError("input_invalid", error.message);
    throw error;
  }
}

function encodeDecimal(memory: PolicyMemory, at: number, decimal: Decimal): void {
  const double = asDouble(decimal);
  if (double === undefined) encodeBigNumber(memory, at, decimal);
  else memory.f64[at >>> 3] = double;
}

/** The double that the ABI demands for a decimal, or undefined where it demands a big number. */
function asDouble({ coefficient, exponent }: Decimal): number | undefined {
  if (exponent >= 0) {
    if (exponent > 16) return undefined;
    const whole = coefficient * 10n ** BigInt(exponent);
    return whole <= 9_007_199_254_740_992n && whole >= -9_007_199_254_740_992n ? Number(whole) : undefined;
  }
  if (-exponent > MAX_DOUBLE_SCALE || coefficient >= 10n ** 15n || coefficient <= -(10n ** 15n)) return undefined;
  return Number(coefficient) / (POWERS[-exponent] as number);
}

function encodeBigNumber(memory: PolicyMemory, at: number, { coefficient, exponent }: Decimal): void {
  const limbs: number[] = [];
  for (let rest = coefficient < 0n ? -coefficient : coefficient; rest > 0n; rest /= LIMB)
    limbs.push(Number(rest % LIMB));
  const address = memory.reserve(16 + 4 * limbs.length);
  const { u32 } = memory;
  const word = address >>> 2;
  u32[word] = coefficient < 0n ? 0xffff_ffff : 1;
  u32[word + 1] = exponent;
  u32[word + 2] = limbs.length;
  u32[word + 3] = 0;
  for (let i = 0; i < limbs.length; i++) u32[word + 4 + i] = limbs[i] as number;
  u32[at >>> 2] = address;
  u32[(at >>> 2) + 1] = BIG_NUMBER;
}
