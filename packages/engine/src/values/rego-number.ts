import { type Decimal, decimalFromText, decimalText, normalise } from "./decimal.ts";
import type { RegoNumeric } from "./rego-value.ts";

/** A number kept as decimal text, for what a double cannot hold exactly: `new RegoNumber("5000.0000000000000001")`. Immutable. */
export class RegoNumber {
  readonly #decimal: Decimal;
  #text: string | undefined;

  /**
   * @param text a JSON number, or its digits and exponent.
   * @throws SyntaxError where the text is no JSON number; NumberLimitError beyond 4,096 digits or an exponent of 1,000,000.
   */
  constructor(text: string | Decimal) {
    if (typeof text === "string") {
      const decimal = decimalFromText(text);
      if (decimal === undefined) throw new SyntaxError(`not a decimal number: ${JSON.stringify(text.slice(0, 40))}`);
      this.#decimal = decimal;
    } else {
      this.#decimal = normalise(text.coefficient, text.exponent);
    }
  }

  /** True for numbers that this class made; false for proxies, look-alikes and objects that only inherit from it. */
  static is(value: unknown): value is RegoNumber {
    return typeof value === "object" && value !== null && #decimal in value;
  }

  static decimalOf(value: RegoNumber): Decimal {
    return value.#decimal;
  }

  /** The canonical text: equal numbers have equal texts. */
  toString(): string {
    this.#text ??= decimalText(this.#decimal);
    return this.#text;
  }

  /** The nearest double. */
  valueOf(): number {
    return Number(this.toString());
  }

  /** `JSON.stringify` writes the text in quotes: a bare number would be rounded by most readers. `toJson` writes it exactly. */
  toJSON(): string {
    return this.toString();
  }
}

/** The exact decimal that a number stands for. Throws `RangeError` for NaN and infinities, `NumberLimitError` beyond the limits. */
export function decimalOf(value: RegoNumeric): Decimal {
  if (typeof value === "number") {
    if (Number.isSafeInteger(value)) return normalise(BigInt(value), 0);
    const decimal = decimalFromText(String(value));
    if (decimal === undefined) throw new RangeError(`${value} is not a number of Rego`);
    return decimal;
  }
  if (typeof value === "bigint") return normalise(value, 0);
  return RegoNumber.decimalOf(value);
}

/**
 * The canonical form of a number: `number` where its shortest decimal is the value exactly, else `RegoNumber`. Equal numbers get the
 * same `number` or equal texts. Takes a JSON number's text too.
 *
 * Throws `SyntaxError` for other texts, `RangeError` for NaN and infinities, `NumberLimitError` beyond the limits.
 */
export function canonicalNumber(value: RegoNumeric | string | Decimal): number | RegoNumber {
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new RangeError(`${value} is not a number of Rego`);
    return value + 0;
  }
  if (typeof value === "string") return canonicalDecimal(decimalOfText(value));
  if (typeof value === "bigint") {
    const small = Number(value);
    if (Number.isSafeInteger(small)) return small;
    return canonicalDecimal(normalise(value, 0));
  }
  if (RegoNumber.is(value)) {
    const canonical = asDouble(RegoNumber.decimalOf(value));
    return canonical ?? value;
  }
  return canonicalDecimal(normalise(value.coefficient, value.exponent));
}

function decimalOfText(text: string): Decimal {
  const decimal = decimalFromText(text);
  if (decimal === undefined) throw new SyntaxError(`not a decimal number: ${JSON.stringify(text.slice(0, 40))}`);
  return decimal;
}

function canonicalDecimal(decimal: Decimal): number | RegoNumber {
  return asDouble(decimal) ?? new RegoNumber(decimal);
}

/** The double whose shortest decimal is this one, if there is such a double. */
function asDouble({ coefficient, exponent }: Decimal): number | undefined {
  // No shortest decimal of a double has more than 17 digits; the bound also keeps the text below short.
  if (coefficient > 99_999_999_999_999_999n || coefficient < -99_999_999_999_999_999n) return undefined;
  if (exponent === 0 && coefficient >= -9_007_199_254_740_991n && coefficient <= 9_007_199_254_740_991n) {
    return Number(coefficient);
  }
  const double = Number(`${coefficient}e${exponent}`);
  if (!Number.isFinite(double)) return undefined;
  const shortest = decimalFromText(String(double));
  return shortest?.coefficient === coefficient && shortest.exponent === exponent ? double : undefined;
}

/** The canonical text of any number: what `toJson` prints. */
export function numberText(value: RegoNumeric): string {
  if (typeof value === "number" && Math.abs(value) < 1e21)
    return Number.isFinite(value) ? String(value + 0) : failNotFinite(value);
  return RegoNumber.is(value) ? value.toString() : decimalText(decimalOf(value));
}

function failNotFinite(value: number): never {
  throw new RangeError(`${value} is not a number of Rego`);
}
