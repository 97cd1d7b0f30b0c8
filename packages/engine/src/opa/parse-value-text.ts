import { makeObject } from "../values/make-object.ts";
import { makeSet } from "../values/make-set.ts";
import { canonicalNumber } from "../values/rego-number.ts";
import type { RegoValue } from "../values/rego-value.ts";

interface Cursor {
  readonly text: string;
  readonly maxDepth: number;
  at: number;
}

const NUMBER = /-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
/** Up to the quote that ends it; what stands between is JSON's business. */
const STRING = /"(?:[^"\\]|\\.)*"/sy;
const SPACE = /\s*/y;

/** The value of a text that `opa_value_dump` wrote. Throws `SyntaxError` where it is none, or is nested too deep. */
export function parseValueText(text: string, maxDepth: number): RegoValue {
  const cursor = { text, maxDepth, at: 0 };
  const value = parse(cursor, 0);
  skipSpace(cursor);
  if (cursor.at !== text.length) throw syntax(cursor);
  return value;
}

function parse(cursor: Cursor, depth: number): RegoValue {
  skipSpace(cursor);
  if (depth > cursor.maxDepth) throw new SyntaxError("the value is nested too deep");
  const first = cursor.text[cursor.at];
  if (first === '"') return JSON.parse(token(cursor, STRING)) as string;
  if (first === "[") return parseList(cursor, depth);
  if (first === "{") return parseBraces(cursor, depth);
  if (accept(cursor, "null")) return null;
  if (accept(cursor, "true")) return true;
  if (accept(cursor, "false")) return false;
  if (accept(cursor, "set()")) return makeSet([]);
  return canonicalNumber(token(cursor, NUMBER));
}

function parseList(cursor: Cursor, depth: number): RegoValue[] {
  cursor.at++;
  skipSpace(cursor);
  return accept(cursor, "]") ? [] : parseRest(cursor, { items: [parse(cursor, depth + 1)], close: "]", depth });
}

interface Rest {
  readonly items: RegoValue[];
  readonly close: string;
  readonly depth: number;
}

/** What follows the first item of a list or a set. */
function parseRest(cursor: Cursor, { items, close, depth }: Rest): RegoValue[] {
  for (;;) {
    skipSpace(cursor);
    if (accept(cursor, close)) return items;
    expect(cursor, ",");
    items.push(parse(cursor, depth + 1));
  }
}

/** An object or a set: the sign behind the first value tells. */
function parseBraces(cursor: Cursor, depth: number): RegoValue {
  cursor.at++;
  skipSpace(cursor);
  if (accept(cursor, "}")) return {};
  const first = parse(cursor, depth + 1);
  skipSpace(cursor);
  if (cursor.text[cursor.at] !== ":") return makeSet(parseRest(cursor, { items: [first], close: "}", depth }));
  const pairs: [RegoValue, RegoValue][] = [];
  for (let key = first; ; key = parse(cursor, depth + 1)) {
    skipSpace(cursor);
    expect(cursor, ":");
    pairs.push([key, parse(cursor, depth + 1)]);
    skipSpace(cursor);
    if (accept(cursor, "}")) return makeObject(pairs);
    expect(cursor, ",");
  }
}

function accept(cursor: Cursor, word: string): boolean {
  if (!cursor.text.startsWith(word, cursor.at)) return false;
  cursor.at += word.length;
  return true;
}

function expect(cursor: Cursor, word: string): void {
  if (!accept(cursor, word)) throw syntax(cursor);
}

function token(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.at;
  const [found] = pattern.exec(cursor.text) ?? [];
  if (found === undefined) throw syntax(cursor);
  cursor.at += found.length;
  return found;
}

function skipSpace(cursor: Cursor): void {
  SPACE.lastIndex = cursor.at;
  cursor.at += SPACE.exec(cursor.text)?.[0].length ?? 0;
}

function syntax({ at }: Cursor): SyntaxError {
  return new SyntaxError(`no value at position ${at}`);
}
