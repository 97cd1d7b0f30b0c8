import { makeObject, makeSet, RegoNumber, type RegoValue } from "@flyball/engine/values";

/** Random values from a seed (mulberry32), so that a failure can be repeated. */
export interface Random {
  /** An integer from 0 up to but not including `bound`. */
  below(bound: number): number;
  pick<T>(list: readonly T[]): T;
  /** Decimal text: small and large integers, money, long fractions, exponents. */
  number(): string;
  text(): string;
  value(depth: number): RegoValue;
}

const ALPHABET = [
  "a",
  "b",
  "c",
  "A",
  "Z",
  "_",
  " ",
  "0",
  "9",
  "/",
  ".",
  "é",
  "ß",
  "Σ",
  "ı",
  "漢",
  "😀",
  "\u0000",
  "\n",
  '"',
];

export function random(seed: number): Random {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }
  const below = (bound: number): number => Math.floor(next() * bound);
  function pick<T>(list: readonly T[]): T {
    const item = list[below(list.length)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  }
  const digits = (count: number): string => Array.from({ length: count }, () => below(10)).join("");
  function number(): string {
    const sign = below(2) === 0 ? "" : "-";
    const whole = String(BigInt(digits(1 + below(pick([2, 4, 9, 16, 20, 40])))));
    switch (below(6)) {
      case 0:
      case 1:
        return sign + whole;
      case 2:
        return `${sign}${whole}.${digits(2)}`;
      case 3:
        return `${sign}${whole}.${digits(1 + below(30))}`;
      case 4:
        return `${sign}${whole}e${below(60) - 30}`;
      default:
        return (
          sign +
          pick([
            "0",
            "1",
            "0.1",
            "9007199254740991",
            "9007199254740992",
            "9007199254740993",
            "999999999999999",
            "1e15",
            "0.999999999999999",
            "1e22",
            "1e-22",
            "1e-23",
            "0.5",
            "2.5",
            "1000000000",
            "999999999",
          ])
        );
    }
  }
  function text(): string {
    return Array.from({ length: below(pick([2, 6, 24])) }, () => pick(ALPHABET)).join("");
  }
  function value(depth: number): RegoValue {
    const count = below(pick([3, 5, 20]));
    switch (below(depth > 0 ? 9 : 5)) {
      case 0:
        return null;
      case 1:
        return below(2) === 0;
      case 2:
      case 3:
        return new RegoNumber(number());
      case 4:
      case 5:
        return text();
      case 6:
        return Array.from({ length: count }, () => value(depth - 1));
      case 7:
        return makeSet(Array.from({ length: count }, () => value(depth - 1)));
      default:
        return makeObject(
          Array.from({ length: count }, () => [below(3) === 0 ? value(depth - 1) : text(), value(depth - 1)]),
        );
    }
  }
  return { below, pick, number, text, value };
}
