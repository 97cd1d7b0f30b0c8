// A message as clauses of words. In: what a person wrote. Out: clauses, each of which says one thing; numbers are words of their
// own, with their sign and their unit of a thousand or a million worked in. It knows no meaning beyond that.

export interface Word {
  readonly kind: "word" | "number" | "sign";
  /** Lower case, without a possessive s. */
  readonly text: string;
  /** As it was written. */
  readonly written: string;
}

export type Clause = readonly Word[];

const pattern =
  /(?<number>(?<![\w.])-?\d+(?:[.,]\d+)*)(?<scale>k|m|bn)?(?![A-Za-z0-9])|(?<word>[A-Za-z][A-Za-z0-9_]*(?:[.-][A-Za-z0-9_]+)*)(?:['’](?<tail>s|t|m|re|ve|d|ll)\b)?|(?<sign>[$€£%@.,;!?\n/()"])/gi;

const scales: ReadonlyMap<string, bigint> = new Map([
  ["k", 1_000n],
  ["thousand", 1_000n],
  ["grand", 1_000n],
  ["m", 1_000_000n],
  ["million", 1_000_000n],
  ["bn", 1_000_000_000n],
  ["billion", 1_000_000_000n],
]);

/** A number that could be read in two ways. */
export const unclearNumber = "?";

export function wordsOf(message: string): readonly Word[] {
  const words: Word[] = [];
  for (const { groups } of message.matchAll(pattern)) {
    const { number, scale, word, tail, sign } = groups ?? {};
    if (number !== undefined) words.push({ kind: "number", text: scaled(plainNumber(number), scale), written: number });
    else if (word !== undefined) words.push(...wordWithTail(word, tail, words));
    else if (sign !== undefined) words.push({ kind: "sign", text: sign, written: sign });
  }
  return words;
}

/** "4 thousand" becomes one number; "don't" is don and not, "c-17's" is c-17. */
function wordWithTail(word: string, tail: string | undefined, before: Word[]): readonly Word[] {
  const text = word.toLowerCase();
  const last = before.at(-1);
  if (last?.kind === "number" && scales.has(text) && text.length > 2) {
    before[before.length - 1] = { ...last, text: scaled(last.text, text) };
    return [];
  }
  if (tail === "t" && text.endsWith("n")) return [{ kind: "word", text: "not", written: `${word}'t` }];
  return [{ kind: "word", text, written: word }];
}

/** "4,000.50" is 4000.50; "4.000" and "4,00" could be two numbers, and are none. */
function plainNumber(written: string): string {
  if (/^-?\d{1,3}(,\d{3})+(\.\d{1,2})?$/.test(written)) return written.replaceAll(",", "");
  if (/^-?\d{1,3}\.\d{3}$/.test(written) || !/^-?\d+(\.\d+)?$/.test(written)) return unclearNumber;
  return written;
}

function scaled(number: string, scale: string | undefined): string {
  const factor = scale === undefined ? undefined : scales.get(scale.toLowerCase());
  if (factor === undefined || number === unclearNumber) return number;
  const [whole = "0", places = ""] = number.replace("-", "").split(".");
  const product = (BigInt(whole + places) * factor).toString().padStart(places.length + 1, "0");
  const cut = product.length - places.length;
  const text = places === "" ? product : `${product.slice(0, cut)}.${product.slice(cut)}`.replace(/\.?0+$/, "");
  return number.startsWith("-") ? `-${text}` : text;
}

/** Words after which, or signs at which, something new may begin. */
const joints: ReadonlySet<string> = new Set(["and", "then", "also", "plus", ",", ";", "but"]);
const ends: ReadonlySet<string> = new Set([".", "!", "?", "\n", ";"]);
const starters: ReadonlySet<string> = new Set([
  ..."buy purchase acquire invest sell liquidate dump put get show tell what how who when quote price no actually sorry make wait".split(
    " ",
  ),
  ..."thanks thank please could can would may is are ignore pretend approve check propose i my don do not instead rather".split(
    " ",
  ),
]);

/** "No, sell": what follows says what is meant. */
const leadIns: ReadonlySet<string> = new Set(["no", "actually", "sorry", "wait", "rather", "please", "then", ","]);

/** Cuts at the ends of sentences, and at "and", "then" and commas where what follows can stand alone. */
export function clausesOf(words: readonly Word[]): readonly Clause[] {
  const clauses: Word[][] = [[]];
  for (const [index, word] of words.entries()) {
    const next = words[index + 1];
    const startsAnew = next !== undefined && (starters.has(next.text) || isAmountAhead(words, index + 1));
    const isEnd = ends.has(word.text);
    const isLeadIn = clauses.at(-1)?.every(({ text }) => leadIns.has(text)) === true;
    if (isEnd || (joints.has(word.text) && startsAnew && !isLeadIn)) {
      if (word.text === "?") clauses.at(-1)?.push(word);
      if ((clauses.at(-1)?.length ?? 0) > 0) clauses.push([]);
      continue;
    }
    clauses.at(-1)?.push(word);
  }
  return clauses.filter((clause) => clause.some(({ kind }) => kind !== "sign"));
}

/** "... and 2,000 of MSFT": another order in short, not "AAPL and 2 others". */
function isAmountAhead(words: readonly Word[], from: number): boolean {
  const ahead = words.slice(from, from + 5);
  const number = ahead.findIndex(({ kind }) => kind === "number");
  if (number < 0 || number > 1 || (number === 1 && ahead[0]?.kind !== "sign")) return false;
  return ahead
    .slice(number + 1)
    .some(({ text }) => text === "of" || text === "in" || text === "worth" || text === "into");
}
