import { decimalOf, isNumber, numberText, type RegoNumeric, type RegoValue } from "@flyball/engine/values";
import { regoText } from "./rego-text.ts";

/** What Go's fmt sees of an operand. OPA hands it integers, doubles and texts; `type` is the name that `%T` and complaints print. */
export type FormatArgument =
  | { readonly kind: "integer"; readonly type: "int64"; readonly value: bigint }
  | { readonly kind: "big"; readonly type: "*big.Int"; readonly value: bigint }
  | { readonly kind: "float"; readonly type: "float64"; readonly value: number }
  | { readonly kind: "text"; readonly type: "string"; readonly value: string };

export function toFormatArgument(value: RegoValue): FormatArgument {
  if (typeof value === "string") return { kind: "text", type: "string", value };
  if (!isNumber(value)) return { kind: "text", type: "string", value: regoText(value) };
  if (Number.isSafeInteger(value)) return { kind: "integer", type: "int64", value: BigInt(value as number) };
  const { coefficient, exponent } = decimalOf(value);
  const double = Number(numberText(value));
  if (!Number.isFinite(double)) {
    if (exponent < 0) return { kind: "text", type: "string", value: numberText(value) };
    if (!isWrittenOut(value)) return { kind: "text", type: "string", value: `${coefficient}e${exponent}` };
  }
  if (exponent < 0) return { kind: "float", type: "float64", value: double };
  const integer = coefficient * 10n ** BigInt(exponent);
  return BigInt.asIntN(64, integer) === integer
    ? { kind: "integer", type: "int64", value: integer }
    : { kind: "big", type: "*big.Int", value: integer };
}

/**
 * OPA keeps how a number was written, and hands a number with an exponent that no double holds to Go as its text. A Rego number here has no such
 * memory: one that ends in many zeros is taken for one that was written with an exponent.
 */
function isWrittenOut(value: RegoNumeric): boolean {
  return decimalOf(value).exponent <= 20;
}
