import { canonicalNumber, type RegoValue } from "@flyball/engine/values";

/** What a plain scalar stands for. `text` is a string, dates among them; the others name the tag that the value resolves to. */
export type Resolved =
  | { readonly tag: "text"; readonly value: string }
  | { readonly tag: "null"; readonly value: null }
  | { readonly tag: "bool"; readonly value: boolean }
  | { readonly tag: "int"; readonly value: bigint }
  | { readonly tag: "float"; readonly value: number }
  | { readonly tag: "merge"; readonly value: "<<" };

const WORDS: ReadonlyMap<string, Resolved> = new Map(
  (
    [
      [["true", "True", "TRUE"], { tag: "bool", value: true }],
      [["false", "False", "FALSE"], { tag: "bool", value: false }],
      [["", "~", "null", "Null", "NULL"], { tag: "null", value: null }],
      [[".nan", ".NaN", ".NAN"], { tag: "float", value: Number.NaN }],
      [[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"], { tag: "float", value: Number.POSITIVE_INFINITY }],
      [["-.inf", "-.Inf", "-.INF"], { tag: "float", value: Number.NEGATIVE_INFINITY }],
      [["<<"], { tag: "merge", value: "<<" }],
    ] as const
  ).flatMap(([words, resolved]) => words.map((word): [string, Resolved] => [word, resolved])),
);

const MIN_INT = -(2n ** 63n);
const MAX_UINT = 2n ** 64n - 1n;

/**
 * A plain scalar as go-yaml 3 resolves it: YAML 1.2's booleans, integers also in octal (`0777`, `0o777`), binary and with underscores, dates as texts.
 */
export function resolveScalar(text: string): Resolved {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  const isDate = /^\d{4}-\d{1,2}-\d{1,2}([Tt ]|$)/.test(text);
  if (isDate || !/^[-+.\d]/.test(text)) return { tag: "text", value: text };
  if (text.startsWith(".")) return floatOf(text) ?? { tag: "text", value: text };
  const plain = text.replaceAll("_", "");
  return integerOf(plain) ?? floatOf(plain) ?? { tag: "text", value: text };
}

export function numberOf(resolved: Resolved & { readonly tag: "int" | "float" }): RegoValue {
  return canonicalNumber(resolved.value);
}

function integerOf(text: string): Resolved | undefined {
  const match = /^([+-]?)(?:(0[xX])([0-9a-fA-F]+)|(0[bB])([01]+)|(0[oO]?)([0-7]+)|(0|[1-9]\d*))$/.exec(text);
  if (match === null || text.length > 80) return undefined;
  const [, sign, , hex, , binary, , octal, decimal] = match;
  const digits =
    hex !== undefined
      ? `0x${hex}`
      : binary !== undefined
        ? `0b${binary}`
        : octal !== undefined
          ? `0o${octal}`
          : decimal;
  if (digits === undefined) return undefined;
  const value = sign === "-" ? -BigInt(digits) : BigInt(digits);
  // A sign rules out numbers of 64 bits without one.
  const most = sign === "" ? MAX_UINT : -MIN_INT - 1n;
  return value >= MIN_INT && value <= most ? { tag: "int", value } : undefined;
}

function floatOf(text: string): Resolved | undefined {
  if (!/^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? { tag: "float", value } : undefined;
}
