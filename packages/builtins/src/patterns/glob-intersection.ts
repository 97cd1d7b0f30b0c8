import { BuiltinError } from "@flyball/engine";
import { canBeEqual, type GlobToken, parseGlobTokens } from "./glob-token.ts";

/** Longest patterns, as the product of their lengths; the work is at most this times the longer one's length. */
const MAX_PRODUCT = 250_000;

/**
 * Whether two patterns have a text in common, decided as the library decides that OPA uses: a repeated element is followed until the one behind it fits,
 * which misses some common texts. Throws `BuiltinError`.
 */
export function globsIntersect(left: string, right: string): boolean {
  const [a, b] = [parseGlobTokens(left), parseGlobTokens(right)];
  if (a.length * b.length > MAX_PRODUCT) throw new BuiltinError("the patterns are too long", { fatal: true });
  const trimmed = trim(a, b);
  return trimmed !== undefined && createMatcher(...trimmed)(0, 0);
}

type Tokens = readonly GlobToken[];

/** Plain elements at both starts and both ends must fit; all of them but the innermost are cut off. Undefined where they do not fit. */
function trim(a: Tokens, b: Tokens): readonly [Tokens, Tokens] | undefined {
  let start = 0;
  for (; start < a.length && start < b.length; start++) {
    const [x, y] = [at(a, start), at(b, start)];
    if (x.repeat !== "once" || y.repeat !== "once") break;
    if (!canBeEqual(x, y)) return undefined;
  }
  if (start > 0) start--;
  let [endA, endB] = [a.length - 1, b.length - 1];
  for (; endA >= start && endB >= start; endA--, endB--) {
    const [x, y] = [at(a, endA), at(b, endB)];
    if (x.repeat !== "once" || y.repeat !== "once") break;
    if (!canBeEqual(x, y)) return undefined;
  }
  if (endA < a.length - 1) {
    endA++;
    endB++;
  }
  return [a.slice(start, endA + 1), b.slice(start, endB + 1)];
}

function at(tokens: Tokens, index: number): GlobToken {
  return tokens[index] ?? { members: [], repeat: "once" };
}

/** A function of where both patterns are read from; each pair of places is decided once. */
function createMatcher(a: Tokens, b: Tokens): (i: number, j: number) => boolean {
  const known = new Map<number, boolean>();
  const matches = (i: number, j: number): boolean => {
    const key = i * (b.length + 1) + j;
    const decided = known.get(key) ?? decide(i, j);
    known.set(key, decided);
    return decided;
  };
  const decide = (i: number, j: number): boolean => {
    let [x, y] = [i, j];
    for (; x < a.length && y < b.length; x++, y++) {
      const [left, right] = [at(a, x), at(b, y)];
      if (left.repeat === "once" && right.repeat === "once") {
        if (!canBeEqual(left, right)) return false;
        continue;
      }
      // The repeated one leads; of two the first pattern's.
      return left.repeat === "once"
        ? repeated({ own: b, other: a, ownAt: y, otherAt: x, rest: (own, other) => matches(other, own) })
        : repeated({ own: a, other: b, ownAt: x, otherAt: y, rest: matches });
    }
    return x === a.length && y === b.length;
  };
  return matches;
}

interface Side {
  readonly own: Tokens;
  readonly other: Tokens;
  readonly ownAt: number;
  readonly otherAt: number;
  readonly rest: (own: number, other: number) => boolean;
}

function repeated(side: Side): boolean {
  const { own, other, ownAt, otherAt, rest } = side;
  if (at(own, ownAt).repeat === "star") return starred(side);
  const first = at(other, otherAt);
  if (!canBeEqual(at(own, ownAt), first)) return false;
  return starred({ ...side, otherAt: otherAt + 1 }) || (first.repeat !== "once" && rest(ownAt + 1, otherAt));
}

/** Elements of the other are taken in until what follows the repeated one fits and the rest fits behind it. */
function starred({ own, other, ownAt, otherAt, rest }: Side): boolean {
  const star = at(own, ownAt);
  const following = own[ownAt + 1];
  for (let place = otherAt; place < other.length; place++) {
    const token = at(other, place);
    if (following !== undefined && canBeEqual(token, following) && rest(ownAt + 1, place)) return true;
    if (!canBeEqual(token, star)) return false;
  }
  return following === undefined;
}
