import { isIllFormed } from "./ill-formed.ts";
import { illegal, type Scanned } from "./scanned.ts";
import { TokenKind } from "./token-kind.ts";

const TWO_CHARACTERS: ReadonlyMap<string, TokenKind> = new Map<string, TokenKind>([
  [":=", TokenKind.assign],
  ["==", TokenKind.equal],
  ["!=", TokenKind.notEqual],
  ["<=", TokenKind.lessOrEqual],
  [">=", TokenKind.greaterOrEqual],
]);

const ONE_CHARACTER: ReadonlyMap<string, TokenKind> = new Map<string, TokenKind>([
  ["[", TokenKind.leftBracket],
  ["]", TokenKind.rightBracket],
  ["{", TokenKind.leftBrace],
  ["(", TokenKind.leftParen],
  [")", TokenKind.rightParen],
  [",", TokenKind.comma],
  [":", TokenKind.colon],
  [";", TokenKind.semicolon],
  [".", TokenKind.dot],
  ["+", TokenKind.plus],
  ["-", TokenKind.minus],
  ["*", TokenKind.star],
  ["/", TokenKind.slash],
  ["%", TokenKind.percent],
  ["&", TokenKind.ampersand],
  ["|", TokenKind.pipe],
  ["=", TokenKind.equals],
  ["<", TokenKind.less],
  [">", TokenKind.greater],
]);

/** An operator or bracket; what else stands there is no token of Rego. */
export function scanPunctuation(text: string, start: number): Scanned {
  const two = TWO_CHARACTERS.get(text.slice(start, start + 2));
  if (two !== undefined) {
    return { kind: two, end: start + 2, problem: undefined };
  }
  const one = ONE_CHARACTER.get(text.charAt(start));
  if (one !== undefined) {
    return { kind: one, end: start + 1, problem: undefined };
  }
  return scanUnknown(text, start);
}

/** A character that no token starts with. Those that authors bring from other languages get a way out. */
function scanUnknown(text: string, start: number): Scanned {
  const code = text.codePointAt(start) ?? 0;
  const end = start + (code > 0xffff ? 2 : 1);
  const character = text.slice(start, end);
  switch (character) {
    case "!":
      return illegal(start, end, {
        message: "`!` is no operator of Rego",
        suggestion: "negation is written `not x`, inequality `a != b`",
      });
    case "'":
    case "\u2018":
    case "\u2019":
    case "\u201c":
    case "\u201d":
      return scanForeignQuotes(text, start);
    case "?":
      return illegal(start, end, {
        message: "`?` is no operator of Rego",
        suggestion: "a choice is written with two rules, or with `else`",
      });
    case "@":
    case "~":
    case "^":
    case "\\":
      return illegal(start, end, { message: `\`${character}\` is no operator of Rego` });
    default:
  }
  if (isIllFormed(character)) {
    return { kind: TokenKind.illegal, end, problem: undefined };
  }
  const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  if (/^[\p{C}\p{Z}]$/u.test(character)) {
    return illegal(start, end, {
      message: `The invisible character ${name} in the source`,
      suggestion: "replace it by a plain space",
    });
  }
  return illegal(start, end, {
    message: `The character \`${character}\` (${name}) may stand only in strings and comments`,
  });
}

/** A whole 'string' of another language or word processor, so that it is one error and not two. */
function scanForeignQuotes(text: string, start: number): Scanned {
  const quote = text.charAt(start);
  const closing = quote === "'" ? /['\n]/g : /['"\u2018\u2019\u201c\u201d\n]/g;
  closing.lastIndex = start + 1;
  const found = closing.exec(text);
  const end = found === null || found[0] === "\n" ? start + 1 : found.index + 1;
  return illegal(start, end, {
    message: `\`${quote}\` does not quote strings in Rego`,
    suggestion: 'strings stand between `"` or back quotes',
  });
}
