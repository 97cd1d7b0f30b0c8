import type { LexicalProblem, Scanned } from "./scanned.ts";
import { TokenKind } from "./token-kind.ts";

/** Strings and templates: finds where they end and checks escapes; `decodeString` reads what they say. */

export function scanString(text: string, start: number): Scanned {
  const { end, problem } = scanQuoted(text, start, start + 1, false);
  return { kind: TokenKind.string, end, problem };
}

/** `from` is behind the `$"` or the `}` at `start`. */
export function scanTemplate(text: string, start: number, from: number): Scanned {
  const { end, problem } = scanQuoted(text, start, from, true);
  return { kind: text[end - 1] === "{" ? TokenKind.templatePart : TokenKind.templateEnd, end, problem };
}

export function scanRawString(text: string, start: number): Scanned {
  const close = text.indexOf("`", start + 1);
  const end = close < 0 ? text.length : close + 1;
  const problem = close < 0 ? neverClosed(start, start + 1, "raw string") : undefined;
  return { kind: TokenKind.rawString, end, problem };
}

export function scanRawTemplate(text: string, start: number, from: number): Scanned {
  for (let offset = from; offset < text.length; offset += 1) {
    const character = text[offset];
    if (character === "`" || character === "{") {
      const end = offset + 1;
      const kind = character === "{" ? TokenKind.rawTemplatePart : TokenKind.rawTemplateEnd;
      return { kind, end, problem: undefined };
    }
    if (character === "\\" && text[offset + 1] === "{") {
      offset += 1;
    }
  }
  return {
    kind: TokenKind.rawTemplateEnd,
    end: text.length,
    problem: neverClosed(start, start + 1, "raw template string"),
  };
}

function scanQuoted(
  text: string,
  start: number,
  from: number,
  template: boolean,
): { end: number; problem: LexicalProblem | undefined } {
  let problem: LexicalProblem | undefined;
  let escapes = false;
  for (let offset = from; ; offset += 1) {
    const code = text.charCodeAt(offset);
    if (offset >= text.length || code === 10) {
      const end = text.charCodeAt(offset - 1) === 13 ? offset - 1 : offset;
      return { end, problem: neverClosed(start, end, template ? "template string" : "string") };
    }
    if (code === QUOTE || (template && code === LEFT_BRACE)) {
      const end = offset + 1;
      return { end, problem: problem ?? (escapes ? rawControl(text, from, offset) : undefined) };
    }
    if (code === BACKSLASH) {
      escapes = true;
      const length = escapeLength(text, offset, template);
      if (length === 0) {
        problem ??= wrongEscape(text, offset);
      } else {
        offset += length - 1;
      }
    }
  }
}

const QUOTE = 34;
const BACKSLASH = 92;
const LEFT_BRACE = 123;

/** 0 where no escape starts at the backslash. */
function escapeLength(text: string, offset: number, template: boolean): number {
  const letter = text[offset + 1];
  if (letter === "u") {
    return /^[0-9a-fA-F]{4}$/.test(text.slice(offset + 2, offset + 6)) ? 6 : 0;
  }
  return letter !== undefined && ('\\"/bfnrt'.includes(letter) || (template && letter === "{")) ? 2 : 0;
}

function wrongEscape(text: string, offset: number): LexicalProblem {
  const letter = text[offset + 1] ?? "";
  if (letter === "u") {
    const message = "`\\u` wants four hexadecimal digits";
    return { start: offset, end: offset + 2, message, suggestion: "write for instance `\\u00e9`" };
  }
  const suggestion = "double the backslash, or write the string between back quotes, where a backslash is itself";
  const end = offset + (letter === "\n" || letter === "\r" ? 1 : 2);
  return { start: offset, end, message: `\`\\${end === offset + 1 ? "" : letter}\` is no escape`, suggestion };
}

/** OPA reads a string with escapes as JSON, which allows no control characters in it; without escapes they may stand. */
function rawControl(text: string, from: number, to: number): LexicalProblem | undefined {
  for (let offset = from; offset < to; offset += 1) {
    if (text.charCodeAt(offset) < 32) {
      const message = "A string that has escapes may not hold a plain control character";
      return { start: offset, end: offset + 1, message, suggestion: "write a tab as `\\t`" };
    }
  }
  return undefined;
}

function neverClosed(start: number, end: number, what: string): LexicalProblem {
  const raw = what.startsWith("raw");
  const suggestion = raw ? "end it with a back quote" : 'end it with `"` on the same line';
  return { start, end, message: `This ${what} is never closed`, suggestion };
}
