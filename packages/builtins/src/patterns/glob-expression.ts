import { BuiltinError } from "@flyball/engine";

/** Where a pattern is read. `groups` is how many braces are open. */
interface Cursor {
  readonly characters: readonly string[];
  readonly star: string;
  readonly single: string;
  at: number;
  groups: number;
}

/**
 * The RE2 expression of a glob: `*` is anything without a separator, `**` anything, `?` one character that is no separator, `[abc]`, `[!a-z]`, `{one,two}`, and a
 * backslash makes a character plain. Syntax: github.com/gobwas/glob 1.0. Throws `BuiltinError`.
 */
export function globExpression(pattern: string, separators: readonly string[]): string {
  const outside = separators.length === 0 ? "(?s:.)" : `[^${separators.map(escapeCharacter).join("")}]`;
  const cursor: Cursor = { characters: [...pattern], star: `${outside}*`, single: outside, at: 0, groups: 0 };
  const expression = readSequence(cursor);
  return `^(?:${expression})$`;
}

/** Up to the end, or to the comma or brace that ends an alternative. */
function readSequence(cursor: Cursor): string {
  const { characters } = cursor;
  let expression = "";
  for (let character = characters[cursor.at]; character !== undefined; character = characters[cursor.at]) {
    if (cursor.groups > 0 && (character === "," || character === "}")) return expression;
    cursor.at++;
    expression += readPart(cursor, character);
  }
  if (cursor.groups > 0) throw syntaxError(cursor, "unclosed `{`");
  return expression;
}

function readPart(cursor: Cursor, character: string): string {
  switch (character) {
    case "*":
      if (cursor.characters[cursor.at] !== "*") return cursor.star;
      cursor.at++;
      return "(?s:.)*";
    case "?":
      return cursor.single;
    case "[":
      return readClass(cursor);
    case "{":
      return readGroup(cursor);
    case "\\":
      return escapeCharacter(next(cursor, "trailing backslash"));
    default:
      return escapeCharacter(character);
  }
}

function readGroup(cursor: Cursor): string {
  cursor.groups++;
  const alternatives = [readSequence(cursor)];
  while (cursor.characters[cursor.at] === ",") {
    cursor.at++;
    alternatives.push(readSequence(cursor));
  }
  cursor.at++;
  cursor.groups--;
  return `(?:${alternatives.join("|")})`;
}

/** `[a-c]`: one range; `[abc]`: characters; either behind a `!`. */
function readClass(cursor: Cursor): string {
  const not = cursor.characters[cursor.at] === "!" ? "^" : "";
  if (not !== "") cursor.at++;
  const low = next(cursor, "unexpected end of input");
  if (cursor.characters[cursor.at] === "-") {
    cursor.at++;
    const high = next(cursor, "unexpected end of input");
    if ((high.codePointAt(0) ?? 0) < (low.codePointAt(0) ?? 0))
      throw syntaxError(cursor, "range hi character is less than lo");
    if (next(cursor, "unclosed `[`") !== "]") throw syntaxError(cursor, "expected close range character");
    return `[${not}${escapeCharacter(low)}-${escapeCharacter(high)}]`;
  }
  cursor.at--;
  let members = "";
  for (let member = next(cursor, "unclosed `[`"); member !== "]"; member = next(cursor, "unclosed `[`"))
    members += escapeCharacter(member === "\\" ? next(cursor, "trailing backslash") : member);
  if (members === "") throw syntaxError(cursor, "could not parse range");
  return `[${not}${members}]`;
}

function next(cursor: Cursor, complaint: string): string {
  const character = cursor.characters[cursor.at];
  if (character === undefined) throw syntaxError(cursor, complaint);
  cursor.at++;
  return character;
}

function syntaxError(cursor: Cursor, reason: string): BuiltinError {
  return new BuiltinError(`glob: syntax error at ${cursor.at}: ${reason}`);
}

/** Plain in RE2, inside and outside of classes. */
function escapeCharacter(character: string): string {
  return /^[A-Za-z0-9_]$/.test(character) ? character : `\\x{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
