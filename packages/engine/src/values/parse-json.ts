import { JsonError, type JsonErrorCode } from "./json-error.ts";
import { setOwn } from "./make-object.ts";
import { NumberLimitError } from "./number-limit-error.ts";
import { canonicalNumber, type RegoNumber } from "./rego-number.ts";
import type { RegoValue } from "./rego-value.ts";

export interface ParseJsonOptions {
  /** What a second equal key in one object does. `error` is for requests; OPA itself keeps the last. */
  readonly duplicateKeys?: "error" | "last";
  /** Deepest nesting of arrays and objects. Default 512; at most 2,000, which the stack carries everywhere. */
  readonly maxDepth?: number;
  /** Largest text, in bytes (for a string: UTF-16 code units). Default: none. */
  readonly maxBytes?: number;
  /** What an escape such as `\ud800` without its other half does. Default `error`; `replace` makes it U+FFFD, as OPA does. */
  readonly loneSurrogates?: "error" | "replace";
}

export const DEFAULT_JSON_DEPTH = 512;
const MAX_JSON_DEPTH = 2_000;

/** Mutable state of one parse; one object, so that functions stay monomorphic. */
interface Cursor {
  readonly text: string;
  readonly rejectDuplicates: boolean;
  readonly replaceSurrogates: boolean;
  readonly maxDepth: number;
  readonly path: (string | number)[];
  at: number;
}

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const CLOSE_BRACE = 125;

/** Significant digits that every double keeps: a decimal of that many digits is the shortest decimal of its nearest double. */
const SAFE_DIGITS = 15;

/**
 * Reads strict JSON (RFC 8259) with exact numbers: `number` where it is exact, `RegoNumber` otherwise. Keys become own properties,
 * `__proto__` included. Bytes must be UTF-8 without a byte order mark.
 *
 * Throws `JsonError` with a code, the position and the path, and nothing else.
 */
export function parseJson(source: string | Uint8Array, options: ParseJsonOptions = {}): RegoValue {
  const { maxBytes = Number.POSITIVE_INFINITY, loneSurrogates = "error" } = options;
  if (source.length > maxBytes) {
    throw new JsonError({ code: "json_too_large", message: `longer than ${maxBytes} bytes`, offset: 0, text: "" });
  }
  const text = typeof source === "string" ? wellFormed(source, loneSurrogates) : decodeUtf8(source);
  const cursor: Cursor = {
    text,
    rejectDuplicates: (options.duplicateKeys ?? "error") === "error",
    replaceSurrogates: loneSurrogates === "replace",
    maxDepth: Math.min(options.maxDepth ?? DEFAULT_JSON_DEPTH, MAX_JSON_DEPTH),
    path: [],
    at: 0,
  };
  skipSpace(cursor);
  const value = parseValue(cursor, 0);
  skipSpace(cursor);
  if (cursor.at < text.length) fail(cursor, 0, "text after the value");
  return value;
}

function parseValue(cursor: Cursor, depth: number): RegoValue {
  const { text } = cursor;
  switch (text.charCodeAt(cursor.at)) {
    case QUOTE:
      return parseString(cursor, depth);
    case 123:
      return parseObject(cursor, depth + 1);
    case 91:
      return parseArray(cursor, depth + 1);
    case 116:
      return parseWord(cursor, depth, "true", true);
    case 102:
      return parseWord(cursor, depth, "false", false);
    case 110:
      return parseWord(cursor, depth, "null", null);
    default:
      return parseNumber(cursor, depth);
  }
}

function parseWord<T>(cursor: Cursor, depth: number, word: string, value: T): T {
  if (!cursor.text.startsWith(word, cursor.at)) fail(cursor, depth, "a value expected");
  cursor.at += word.length;
  return value;
}

function parseArray(cursor: Cursor, depth: number): RegoValue {
  if (depth > cursor.maxDepth) failTooDeep(cursor, depth);
  const { text, path } = cursor;
  const items: RegoValue[] = [];
  cursor.at++;
  skipSpace(cursor);
  if (text.charCodeAt(cursor.at) === CLOSE_BRACKET) {
    cursor.at++;
    return items;
  }
  for (;;) {
    path[depth - 1] = items.length;
    items.push(parseValue(cursor, depth));
    skipSpace(cursor);
    const next = text.charCodeAt(cursor.at);
    if (next === COMMA) {
      cursor.at++;
      skipSpace(cursor);
    } else if (next === CLOSE_BRACKET) {
      cursor.at++;
      return items;
    } else {
      fail(cursor, depth, "',' or ']' expected");
    }
  }
}

function parseObject(cursor: Cursor, depth: number): RegoValue {
  if (depth > cursor.maxDepth) failTooDeep(cursor, depth);
  const { text, path } = cursor;
  const record: Record<string, RegoValue> = {};
  cursor.at++;
  skipSpace(cursor);
  if (text.charCodeAt(cursor.at) === CLOSE_BRACE) {
    cursor.at++;
    return record;
  }
  for (;;) {
    const start = cursor.at;
    if (text.charCodeAt(start) !== QUOTE) fail(cursor, depth - 1, "a key in double quotes expected");
    const key = parseString(cursor, depth - 1);
    path[depth - 1] = key;
    if (cursor.rejectDuplicates && Object.hasOwn(record, key)) {
      cursor.at = start;
      fail(
        cursor,
        depth,
        `the key ${JSON.stringify(key.slice(0, 80))} stands twice in one object`,
        "json_duplicate_key",
      );
    }
    skipSpace(cursor);
    if (text.charCodeAt(cursor.at) !== COLON) fail(cursor, depth, "':' expected");
    cursor.at++;
    skipSpace(cursor);
    setOwn(record, key, parseValue(cursor, depth));
    skipSpace(cursor);
    const next = text.charCodeAt(cursor.at);
    if (next === COMMA) {
      cursor.at++;
      skipSpace(cursor);
    } else if (next === CLOSE_BRACE) {
      cursor.at++;
      return record;
    } else {
      fail(cursor, depth, "',' or '}' expected");
    }
  }
}

function parseString(cursor: Cursor, depth: number): string {
  const { text } = cursor;
  const start = cursor.at + 1;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      cursor.at = at + 1;
      return text.slice(start, at);
    }
    if (code === BACKSLASH) return parseEscapedString(cursor, depth, at);
    if (code < 32) {
      cursor.at = at;
      fail(cursor, depth, "a control character in a string must be escaped");
    }
  }
  cursor.at = text.length;
  return fail(cursor, depth, "the string does not end");
}

/** The rest of a string from its first backslash on. */
function parseEscapedString(cursor: Cursor, depth: number, firstEscape: number): string {
  const { text } = cursor;
  const parts: string[] = [text.slice(cursor.at + 1, firstEscape)];
  let at = firstEscape;
  let hasSurrogateEscape = false;
  for (;;) {
    // Invariant: a backslash stands at `at`.
    cursor.at = at;
    const escaped = text.charCodeAt(at + 1);
    if (escaped === 117) {
      const hex = text.slice(at + 2, at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) fail(cursor, depth, "\\u needs four hexadecimal digits");
      const code = Number.parseInt(hex, 16);
      if (code >= 0xd800 && code <= 0xdfff) hasSurrogateEscape = true;
      parts.push(String.fromCharCode(code));
      at += 6;
    } else {
      const plain = unescaped(escaped);
      if (plain === undefined) fail(cursor, depth, "no such escape in JSON");
      parts.push(plain);
      at += 2;
    }
    const run = at;
    let code = text.charCodeAt(at);
    while (code >= 32 && code !== QUOTE && code !== BACKSLASH) code = text.charCodeAt(++at);
    parts.push(text.slice(run, at));
    if (code === BACKSLASH) continue;
    if (code !== QUOTE) {
      cursor.at = at;
      fail(
        cursor,
        depth,
        at >= text.length ? "the string does not end" : "a control character in a string must be escaped",
      );
    }
    const whole = parts.join("");
    if (hasSurrogateEscape && !whole.isWellFormed()) {
      if (!cursor.replaceSurrogates) {
        fail(cursor, depth, "a surrogate without its other half", "json_lone_surrogate");
      }
      cursor.at = at + 1;
      return whole.toWellFormed();
    }
    cursor.at = at + 1;
    return whole;
  }
}

function unescaped(code: number): string | undefined {
  switch (code) {
    case QUOTE:
      return '"';
    case BACKSLASH:
      return "\\";
    case 47:
      return "/";
    case 98:
      return "\b";
    case 102:
      return "\f";
    case 110:
      return "\n";
    case 114:
      return "\r";
    case 116:
      return "\t";
    default:
      return undefined;
  }
}

function parseNumber(cursor: Cursor, depth: number): number | RegoNumber {
  const { text } = cursor;
  const start = cursor.at;
  let at = start;
  if (text.charCodeAt(at) === MINUS) at++;
  const firstDigit = at;
  at = skipDigits(text, at);
  if (at === firstDigit)
    fail(cursor, depth, at >= text.length ? "the text ends where a value is expected" : "a value expected");
  if (at - firstDigit > 1 && text.charCodeAt(firstDigit) === ZERO) fail(cursor, depth, "a number has no leading zeros");
  let end = at;
  if (text.charCodeAt(at) === DOT) {
    end = skipDigits(text, at + 1);
    if (end === at + 1) fail(cursor, depth, "a digit expected after the decimal point");
  }
  const digits = end - firstDigit;
  // 69 and 101: E and e.
  if ((text.charCodeAt(end) | 32) === 101) {
    const sign = text.charCodeAt(end + 1);
    const power = sign === 43 || sign === MINUS ? end + 2 : end + 1;
    end = skipDigits(text, power);
    if (end === power) fail(cursor, depth, "a digit expected in the exponent");
  } else if (digits <= SAFE_DIGITS) {
    cursor.at = end;
    return Number(text.slice(start, end)) + 0;
  }
  try {
    const value = canonicalNumber(text.slice(start, end));
    cursor.at = end;
    return value;
  } catch (error) {
    if (error instanceof NumberLimitError) fail(cursor, depth, error.message, "json_number_limit");
    throw error;
  }
}

function skipDigits(text: string, at: number): number {
  let code = text.charCodeAt(at);
  while (code >= ZERO && code <= NINE) code = text.charCodeAt(++at);
  return at;
}

function skipSpace(cursor: Cursor): void {
  const { text } = cursor;
  let at = cursor.at;
  let code = text.charCodeAt(at);
  while (code === 32 || code === 10 || code === 13 || code === 9) code = text.charCodeAt(++at);
  cursor.at = at;
}

function failTooDeep(cursor: Cursor, depth: number): never {
  fail(cursor, depth - 1, `nested deeper than ${cursor.maxDepth} levels`, "json_too_deep");
}

function fail(cursor: Cursor, depth: number, message: string, code: JsonErrorCode = "json_syntax"): never {
  throw new JsonError({ code, message, offset: cursor.at, text: cursor.text, path: cursor.path.slice(0, depth) });
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new JsonError({
      code: "json_invalid_utf8",
      message: "the bytes are no UTF-8",
      offset: firstInvalidByte(bytes),
      text: "",
    });
  }
}

/** The first byte that cannot follow those before it: found by halving, since what is before it decodes as the start of a stream. */
function firstInvalidByte(bytes: Uint8Array): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, middle), { stream: true });
      low = middle;
    } catch {
      high = middle - 1;
    }
  }
  return low;
}

function wellFormed(text: string, loneSurrogates: "error" | "replace"): string {
  if (text.isWellFormed()) return text;
  if (loneSurrogates === "replace") return text.toWellFormed();
  const offset = text.search(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
  throw new JsonError({ code: "json_lone_surrogate", message: "a surrogate without its other half", offset, text });
}
