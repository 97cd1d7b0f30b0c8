import { isDigit, isIdentifierPart, isIdentifierStart } from "./characters.ts";
import type { Scanned } from "./scanned.ts";
import { TokenKind } from "./token-kind.ts";

/** Scans `12`, `1.5`, `2e-3`. A sign or a leading point is a token of its own; `parseNumber` joins them. */
export function scanNumber(text: string, start: number): Scanned {
  let end = skipDigits(text, start);
  let problem: string | undefined;

  if (text[end] === ".") {
    const fraction = skipDigits(text, end + 1);
    if (fraction === end + 1) {
      problem = "Digits must follow the decimal point";
    }
    end = fraction;
  }
  if (text[end] === "e" || text[end] === "E") {
    const digits = text[end + 1] === "+" || text[end + 1] === "-" ? end + 2 : end + 1;
    const exponent = skipDigits(text, digits);
    if (exponent === digits) {
      problem ??= "Digits must follow the exponent's `e`";
    }
    end = exponent;
  }
  if (isIdentifierStart(text.charCodeAt(end))) {
    problem = "A number may not run into a name";
    while (isIdentifierPart(text, end)) {
      end += 1;
    }
  }
  return {
    kind: TokenKind.number,
    end,
    problem: problem === undefined ? undefined : { start, end, message: `${problem}: \`${text.slice(start, end)}\`` },
  };
}

function skipDigits(text: string, offset: number): number {
  while (isDigit(text.charCodeAt(offset))) {
    offset += 1;
  }
  return offset;
}
