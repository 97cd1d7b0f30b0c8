/** Hot: numbers of JavaScript to the ABI's canonical numbers (docs/reference/abi.md, "Numbers"). */
import { MAX_DIGITS, MAX_DOUBLE_SCALE, MAX_EXPONENT, MAX_SCALED_COEFFICIENT, Tag } from "../abi/layout.ts";
import { BorderError } from "../border/border-error.ts";
import { RegoNumber } from "../values/rego-number.ts";
import type { PolicyMemory } from "./policy-memory.ts";

const LARGEST_INTEGER = 9_007_199_254_740_992;
const LARGEST_INTEGER_TEXT = "9007199254740992";
const LIMB_DIGITS = 9;
const ZERO = 48;
/** A sign and the bits of the largest coefficient with the most zeros behind it; log2(10) < 3.3220. */
const MAX_BITS = 1 + Math.ceil((MAX_DIGITS + MAX_EXPONENT) * 3.322);
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
  encodeText(memory, at, String(value));
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

/** Writes a bigint or a `RegoNumber`. Throws `BorderError` beyond the ABI's limits. */
export function encodeNumeric(memory: PolicyMemory, at: number, value: bigint | RegoNumber): void {
  if (typeof value === "bigint") {
    const small = Number(value);
    if (Number.isSafeInteger(small) || (Math.abs(small) === LARGEST_INTEGER && BigInt(small) === value)) {
      memory.f64[at >>> 3] = small;
      return;
    }
    if (BigInt.asIntN(64, value) === value) {
      encodeInt64(memory, at, value);
      return;
    }
    // Writing out a bigint takes longer than linear time; the largest number that can be encoded bounds it.
    if (BigInt.asIntN(MAX_BITS, value) !== value) tooLong();
    encodeText(memory, at, value.toString());
  } else {
    const { coefficient, exponent } = RegoNumber.decimalOf(value);
    const negative = coefficient < 0n;
    encodeDigits(memory, at, { negative, digits: (negative ? -coefficient : coefficient).toString(), exponent });
  }
}

const LIMB = 1_000_000_000;
const BIG_LIMB = 1_000_000_000n;

/** An integer of 64 bits beyond 2^53, mostly a time in nanoseconds: in doubles, without writing it out. */
function encodeInt64(memory: PolicyMemory, at: number, value: bigint): void {
  const magnitude = value < 0n ? -value : value;
  const upper = magnitude / BIG_LIMB;
  let low = Number(magnitude - upper * BIG_LIMB);
  // At most 9,223,372,037: exact.
  let high = Number(upper);
  let exponent = 0;
  while (low === 0) {
    low = high % LIMB;
    high = Math.floor(high / LIMB);
    exponent += LIMB_DIGITS;
  }
  let power = 1;
  while (low % (power * 10) === 0) {
    power *= 10;
    exponent++;
  }
  // `power` zeros go: what is left of the lower limb takes the lowest digits of the upper one above it.
  const first = low / power + (high % power) * (LIMB / power);
  const rest = Math.floor(high / power);
  const limbs = rest === 0 ? 1 : rest < LIMB ? 2 : 3;
  const address = memory.reserve(16 + 4 * limbs);
  const { u32 } = memory;
  const word = address >>> 2;
  u32[word] = value < 0n ? 0xffff_ffff : 1;
  u32[word + 1] = exponent;
  u32[word + 2] = limbs;
  u32[word + 3] = 0;
  u32[word + 4] = first;
  if (limbs > 1) u32[word + 5] = rest % LIMB;
  if (limbs > 2) u32[word + 6] = Math.floor(rest / LIMB);
  u32[at >>> 2] = address;
  u32[(at >>> 2) + 1] = BIG_NUMBER;
}

interface Digits {
  readonly negative: boolean;
  /** Decimal digits without leading zeros. */
  readonly digits: string;
  readonly exponent: number;
}

/** Writes a number from the text that ECMAScript gives it: `-12.5`, `1e+21`, `1.5e-7`. */
function encodeText(memory: PolicyMemory, at: number, text: string): void {
  const negative = text.startsWith("-");
  const power = text.indexOf("e");
  const mantissa = text.slice(negative ? 1 : 0, power === -1 ? undefined : power);
  const point = mantissa.indexOf(".");
  const digits = point === -1 ? mantissa : mantissa.slice(0, point) + mantissa.slice(point + 1);
  const places = point === -1 ? 0 : mantissa.length - point - 1;
  const exponent = (power === -1 ? 0 : Number(text.slice(power + 1))) - places;
  encodeDigits(memory, at, { negative, digits: withoutLeadingZeros(digits), exponent });
}

function withoutLeadingZeros(digits: string): string {
  let start = 0;
  while (digits.charCodeAt(start) === ZERO) start++;
  return digits.slice(start);
}

function encodeDigits(memory: PolicyMemory, at: number, number: Digits): void {
  let end = number.digits.length;
  while (end > 0 && number.digits.charCodeAt(end - 1) === ZERO) end--;
  const digits = number.digits.slice(0, end);
  const exponent = digits === "" ? 0 : number.exponent + number.digits.length - end;
  if (digits.length > MAX_DIGITS || Math.abs(exponent) > MAX_EXPONENT) tooLong();
  const double = asDouble(digits, exponent);
  if (double === undefined) encodeLimbs(memory, at, { negative: number.negative, digits, exponent });
  else memory.f64[at >>> 3] = number.negative ? 0 - double : double;
}

function tooLong(): never {
  throw new BorderError(
    "input_invalid",
    `a number has more than ${MAX_DIGITS} digits or an exponent beyond ${MAX_EXPONENT}`,
  );
}

/** The double that the ABI demands for digits without zeros at either end, or undefined where it demands a big number. */
function asDouble(digits: string, exponent: number): number | undefined {
  if (exponent < 0) {
    if (digits.length > 15 || -exponent > MAX_DOUBLE_SCALE) return undefined;
    return Number(digits) / (POWERS[-exponent] as number);
  }
  const places = digits.length + exponent;
  if (places > LARGEST_INTEGER_TEXT.length) return undefined;
  const whole = digits + "0".repeat(exponent);
  // Of equal length, so the order of the texts is that of the numbers.
  if (places === LARGEST_INTEGER_TEXT.length && whole > LARGEST_INTEGER_TEXT) return undefined;
  return Number(whole);
}

function encodeLimbs(memory: PolicyMemory, at: number, { negative, digits, exponent }: Digits): void {
  const limbs = Math.ceil(digits.length / LIMB_DIGITS);
  const address = memory.reserve(16 + 4 * limbs);
  const { u32 } = memory;
  const word = address >>> 2;
  u32[word] = negative ? 0xffff_ffff : 1;
  u32[word + 1] = exponent;
  u32[word + 2] = limbs;
  u32[word + 3] = 0;
  for (let i = 0; i < limbs; i++) {
    const end = digits.length - LIMB_DIGITS * i;
    u32[word + 4 + i] = Number(digits.slice(Math.max(0, end - LIMB_DIGITS), end));
  }
  u32[at >>> 2] = address;
  u32[(at >>> 2) + 1] = BIG_NUMBER;
}
