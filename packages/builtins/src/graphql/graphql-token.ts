import { BuiltinError } from "@flyball/engine";
import { countCodePoints } from "../code-points.ts";

export type GraphqlTokenKind = "punctuation" | "name" | "int" | "float" | "string" | "block string" | "end";

export interface GraphqlToken {
  readonly kind: GraphqlTokenKind;
  /** The punctuation, the name, the number, or the string that is meant. */
  readonly text: string;
  /** Comments right before the token, with their #. */
  readonly comments: readonly string[];
  /** UTF-16 units from the start. */
  readonly offset: number;
}

const SPACE = /[\t\n\r ,\ufeff]+/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const COMMENT = /#[^\0-\x08\n-\x1f]*/y;
const PUNCTUATION = /\.\.\.|[!$&():=@[\]{|}]/y;
const NAME = /[_A-Za-z][_0-9A-Za-z]*/y;
const NUMBER = /-?(?:0(?![0-9])|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const STRING = /"((?:[^"\\\n\r\0-\x08\x0b\x0c\x0e-\x1f]|\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt]))*)"/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const BLOCK_STRING = /"""((?:\\"""|"{1,2}(?!")|[^"\0-\x08\x0b\x0c\x0e-\x1f])*)("{3,})/y;

/** The tokens of a GraphQL document, the last of kind "end". Source: the GraphQL specification, section 2.1, as gqlparser reads it. Throws `BuiltinError`. */
export function graphqlTokens(source: string): readonly GraphqlToken[] {
  const tokens: GraphqlToken[] = [];
  let comments: string[] = [];
  for (let at = 0; ; ) {
    at += match(SPACE, source, at)?.[0].length ?? 0;
    const comment = match(COMMENT, source, at);
    if (comment !== undefined) {
      comments.push(comment[0]);
      at += comment[0].length;
      continue;
    }
    if (at >= source.length) return [...tokens, { kind: "end", text: "", comments, offset: at }];
    const read = readToken(source, at);
    if (read === undefined) throw graphqlError("Unexpected <Invalid>", source, at);
    tokens.push({ kind: read.kind, text: read.text, comments, offset: at });
    comments = [];
    at += read.length;
  }
}

interface ReadToken {
  readonly kind: GraphqlTokenKind;
  readonly text: string;
  readonly length: number;
}

function readToken(source: string, at: number): ReadToken | undefined {
  const punctuation = match(PUNCTUATION, source, at)?.[0];
  if (punctuation !== undefined) return { kind: "punctuation", text: punctuation, length: punctuation.length };
  const name = match(NAME, source, at)?.[0];
  if (name !== undefined) return { kind: "name", text: name, length: name.length };
  const number = match(NUMBER, source, at);
  if (number !== undefined) {
    // What looks like the start of a fraction or an exponent must be one.
    if (/^[.eE]/.test(source.slice(at + number[0].length))) return undefined;
    const kind = number[1] === undefined && number[2] === undefined ? "int" : "float";
    return { kind, text: number[0], length: number[0].length };
  }
  if (source.startsWith('"""', at)) {
    const block = match(BLOCK_STRING, source, at);
    if (block === undefined) return undefined;
    const [whole, body = "", quotes = ""] = block;
    return { kind: "block string", text: blockStringValue(body + quotes.slice(3)), length: whole.length };
  }
  const string = match(STRING, source, at);
  return string === undefined
    ? undefined
    : { kind: "string", text: unescaped(string[1] ?? ""), length: string[0].length };
}

function match(pattern: RegExp, source: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source) ?? undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** Halves of surrogate pairs are no characters to Go. */
function unescaped(body: string): string {
  return body.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, hex: string | undefined, letter: string | undefined) =>
    hex === undefined
      ? (ESCAPES[letter ?? ""] ?? letter ?? "")
      : String.fromCharCode(Number.parseInt(hex, 16)).toWellFormed(),
  );
}

/** Without the indentation that all lines share, and without blank lines around. */
function blockStringValue(raw: string): string {
  const lines = raw.replaceAll('\\"""', '"""').replace(/\r\n?/g, "\n").split("\n");
  const indents = lines.filter((line) => /[^ \t]/.test(line)).map((line) => line.search(/[^ \t]/));
  const common = indents.length === 0 ? 0 : indents.reduce((least, indent) => Math.min(least, indent));
  const cut = lines.map((line, index) => (index === 0 ? line : line.slice(common)));
  const first = cut.findIndex((line) => /[^ \t]/.test(line));
  const last = cut.findLastIndex((line) => /[^ \t]/.test(line));
  return first < 0 ? "" : cut.slice(first, last + 1).join("\n");
}

/** With the place in lines and columns, both from 1. */
export function graphqlError(message: string, source: string, offset: number): BuiltinError {
  const before = source.slice(0, offset).replace(/\r\n?/g, "\n");
  const line = before.split("\n").length;
  const column = countCodePoints(before.slice(before.lastIndexOf("\n") + 1)) + 1;
  return new BuiltinError(`${message} in GraphQL string at location ${line}:${column}`);
}
