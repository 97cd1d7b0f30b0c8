import type { NumberNode } from "./nodes.ts";
import {
  accept,
  advance,
  describeToken,
  failure,
  type ParseState,
  peek,
  spanFrom,
  startOffset,
  tokenText,
} from "./parse-state.ts";
import { TokenKind } from "./token-kind.ts";

/** Largest exponent of two of a literal, as in OPA. */
const MAX_BINARY_EXPONENT = 100_000;

/** `1`, `-1`, `.5`, `-.5`, `1e3`. White space may stand between sign, point and digits, as in OPA. */
export function parseNumber(state: ParseState): NumberNode {
  const start = startOffset(state);
  const negative = accept(state, TokenKind.minus);
  const leadingPoint = accept(state, TokenKind.dot);
  if (peek(state) !== TokenKind.number) {
    const message = `A number is expected here, not ${describeToken(state)}`;
    throw failure(state, {
      message,
      suggestion: negative && peek(state) === TokenKind.leftParen ? "write `0 - (...)`" : undefined,
    });
  }
  const digits = tokenText(state);
  if (leadingPoint ? digits.includes(".") : /^0[^.eE]/.test(digits)) {
    throw failure(state, {
      message: `\`${leadingPoint ? "." : ""}${digits}\` is no number`,
      suggestion: leadingPoint ? undefined : "a number does not start with 0 but before a decimal point",
    });
  }
  if (exceedsExponent(leadingPoint ? `0.${digits}` : digits)) {
    throw failure(state, { message: `The number is too big or too close to 0: its exponent is over the limit` });
  }
  advance(state);
  const text = `${negative ? "-" : ""}${leadingPoint ? "0." : ""}${digits}`;
  return { kind: "number", span: spanFrom(state, start), text };
}

function exceedsExponent(text: string): boolean {
  const [mantissa = "", exponent = "0"] = text.split(/[eE]/);
  const [whole = "", fraction = ""] = mantissa.split(".");
  const digits = whole + fraction;
  const leading = digits.search(/[1-9]/);
  if (leading < 0) {
    return exponent.length > 18;
  }
  // digits[leading] is the first digit of the value; its weight as a power of ten:
  const scientific = Number(exponent) + whole.length - 1 - leading;
  const lead = Number(`${digits.slice(leading, leading + 1)}.${digits.slice(leading + 1, leading + 17)}`);
  const binary = Math.floor(Math.log2(lead) + scientific * Math.log2(10)) + 1;
  return !Number.isFinite(binary) || Math.abs(binary) > MAX_BINARY_EXPONENT;
}
