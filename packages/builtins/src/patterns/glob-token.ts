import { BuiltinError } from "@flyball/engine";

/** One element of the patterns that `regex.globs_match` takes: a character, any character, or one of a set; `+` and `*` repeat it. */
export interface GlobToken {
  /** Code points from first to last; "any" is the dot. */
  readonly members: readonly (readonly [number, number])[] | "any";
  readonly repeat: "once" | "plus" | "star";
}

interface Cursor {
  readonly text: string;
  readonly characters: readonly string[];
  at: number;
}

interface Character {
  readonly character: string;
  readonly escaped: boolean;
}

/** Throws `BuiltinError` for a pattern that is none. Syntax: github.com/yashtewari/glob-intersection. */
export function parseGlobTokens(text: string): readonly GlobToken[] {
  const cursor: Cursor = { text, characters: [...text], at: 0 };
  const tokens: GlobToken[] = [];
  for (let next = nextCharacter(cursor); next !== undefined; next = nextCharacter(cursor)) {
    const members = membersOf(cursor, next);
    append(tokens, { members, repeat: readRepeat(cursor) });
  }
  return tokens;
}

/** Of equal repeated elements side by side one is kept; it must occur if one of them must. */
function append(tokens: GlobToken[], token: GlobToken): void {
  const last = tokens.at(-1);
  const bothRepeat = last !== undefined && last.repeat !== "once" && token.repeat !== "once";
  if (!bothRepeat || !sameMembers(last, token)) {
    tokens.push(token);
    return;
  }
  const repeat = last.repeat === "plus" || token.repeat === "plus" ? "plus" : "star";
  tokens[tokens.length - 1] = { ...last, repeat };
}

function membersOf(cursor: Cursor, { character, escaped }: Character): GlobToken["members"] {
  const code = character.codePointAt(0) ?? 0;
  if (escaped) return [[code, code]];
  switch (character) {
    case ".":
      return "any";
    case "[":
      return readSet(cursor);
    case "]":
      return invalid(cursor, "set-close ']' with no preceding '['");
    case "+":
    case "*":
      return invalid(cursor, `flag '${character}' must be preceded by a non-flag`);
    default:
      return [[code, code]];
  }
}

function readRepeat(cursor: Cursor): GlobToken["repeat"] {
  const flag = cursor.characters[cursor.at];
  if (flag !== "+" && flag !== "*") return "once";
  cursor.at++;
  return flag === "+" ? "plus" : "star";
}

function readSet(cursor: Cursor): readonly (readonly [number, number])[] {
  const members: [number, number][] = [];
  let previous: number | undefined;
  for (let next = nextCharacter(cursor); next !== undefined; next = nextCharacter(cursor)) {
    const code = next.character.codePointAt(0) ?? 0;
    if (!next.escaped && next.character === "]") return members;
    if (next.escaped || next.character !== "-") {
      members.push([code, code]);
      previous = code;
      continue;
    }
    if (previous === undefined) return invalid(cursor, "range character '-' must be preceded by a Unicode character");
    members.push([previous, readRangeEnd(cursor, previous)]);
    previous = undefined;
  }
  return invalid(cursor, "found [ without matching ]");
}

function readRangeEnd(cursor: Cursor, start: number): number {
  const end = cursor.at >= cursor.characters.length - 1 ? undefined : nextCharacter(cursor);
  if (end === undefined) return invalid(cursor, "range character '-' must be followed by a Unicode character");
  if (!end.escaped && (end.character === "]" || end.character === "-"))
    return invalid(cursor, "range character '-' cannot be followed by a special symbol");
  const code = end.character.codePointAt(0) ?? 0;
  return code < start ? invalid(cursor, "range is out of order") : code;
}

function nextCharacter(cursor: Cursor): Character | undefined {
  const character = cursor.characters[cursor.at];
  if (character === undefined) return undefined;
  cursor.at++;
  if (character !== "\\") return { character, escaped: false };
  const plain = cursor.characters[cursor.at] ?? invalid(cursor, "input ends with a \\ (escape) character");
  cursor.at++;
  return { character: plain, escaped: true };
}

function invalid(cursor: Cursor, reason: string): never {
  throw new BuiltinError(
    `input:${cursor.text.slice(0, 200)}, pos:${cursor.at}, ${reason}: the input provided is invalid`,
  );
}

/** Whether a character can be both. A set without members has none, but any character is taken to be in it where the other is the dot. */
export function canBeEqual(a: GlobToken, b: GlobToken): boolean {
  if (a.members === "any" || b.members === "any") return true;
  const others = b.members;
  return a.members.some(([first, last]) => others.some(([from, to]) => first <= to && from <= last));
}

function sameMembers(a: GlobToken, b: GlobToken): boolean {
  if (a.members === "any" || b.members === "any") return a.members === b.members;
  return JSON.stringify(merged(a.members)) === JSON.stringify(merged(b.members));
}

/** The same code points in ascending ranges that do not touch. */
function merged(members: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const ranges: [number, number][] = [];
  for (const [first, last] of members.toSorted(([a], [b]) => a - b)) {
    const before = ranges.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else ranges.push([first, last]);
  }
  return ranges;
}
