import { BuiltinError } from "@flyball/engine";
import {
  decimalOf,
  isArray,
  isSet,
  isString,
  objectEntries,
  type RegoNumeric,
  type RegoValue,
} from "@flyball/engine/values";
import type { BuiltinTable } from "./builtin-table.ts";
import { countCodePoints } from "./code-points.ts";
import { lowerGo, upperGo } from "./format/casing-go.ts";
import { formatGo } from "./format/format-go.ts";
import { MAX_TEXT } from "./limits.ts";
import { arrayAt, integerAt, numberAt, objectAt, operandAt, stringAt, stringsAt, wrongType } from "./operand.ts";
import { replacePatterns } from "./replace-patterns.ts";

/** Text. Positions and lengths count code points. */
export const strings: BuiltinTable = {
  concat: (args) => joined(stringsAt(args, 1), stringAt(args, 0)),
  contains: (args) => stringAt(args, 0).includes(stringAt(args, 1)),
  startswith: (args) => stringAt(args, 0).startsWith(stringAt(args, 1)),
  endswith: (args) => stringAt(args, 0).endsWith(stringAt(args, 1)),
  lower: (args) => lowerGo(stringAt(args, 0)),
  upper: (args) => upperGo(stringAt(args, 0)),
  indexof: (args) => indexOf(stringAt(args, 0), stringAt(args, 1)),
  indexof_n: (args) => indexesOf(stringAt(args, 0), stringAt(args, 1)),
  replace: (args) => replaceAll(stringAt(args, 0), stringAt(args, 1), stringAt(args, 2)),
  split: (args) => split(stringAt(args, 0), stringAt(args, 1)),
  "strings.split_n": (args) => splitN(stringAt(args, 0), stringAt(args, 1), integerAt(args, 2)),
  sprintf: (args) => formatGo(stringAt(args, 0), arrayAt(args, 1)),
  substring: (args) => substring([...stringAt(args, 0)], integerAt(args, 1), integerAt(args, 2)),
  trim: (args) => trimStart(trimEnd(stringAt(args, 0), stringAt(args, 1)), stringAt(args, 1)),
  trim_left: (args) => trimStart(stringAt(args, 0), stringAt(args, 1)),
  trim_right: (args) => trimEnd(stringAt(args, 0), stringAt(args, 1)),
  trim_prefix: (args) =>
    stringAt(args, 0).startsWith(stringAt(args, 1))
      ? stringAt(args, 0).slice(stringAt(args, 1).length)
      : stringAt(args, 0),
  trim_suffix: (args) =>
    stringAt(args, 1) !== "" && stringAt(args, 0).endsWith(stringAt(args, 1))
      ? stringAt(args, 0).slice(0, -stringAt(args, 1).length)
      : stringAt(args, 0),
  trim_space: (args) => stringAt(args, 0).replace(/^[\t-\r \u0085\p{Z}]+|[\t-\r \u0085\p{Z}]+$/gu, ""),
  "strings.reverse": (args) => [...stringAt(args, 0)].reverse().join(""),
  "strings.count": (args) => {
    const [text, part] = [stringAt(args, 0), stringAt(args, 1)];
    return part === "" ? countCodePoints(text) + 1 : text.split(part).length - 1;
  },
  "strings.replace_n": (args) => replacePatterns(patternsAt(args), stringAt(args, 1)),
  "strings.any_prefix_match": (args) => anyStartsWith(textsAt(args, 0), textsAt(args, 1)),
  "strings.any_suffix_match": (args) => anyStartsWith(textsAt(args, 0).map(reversed), textsAt(args, 1).map(reversed)),
  format_int: (args) => formatInteger(numberAt(args, 0), integerAt(args, 1)),
};

function indexOf(text: string, part: string): number {
  if (part === "") throw new BuiltinError("empty search character");
  const at = text.indexOf(part);
  return at < 0 ? -1 : countCodePoints(text.slice(0, at));
}

function indexesOf(text: string, part: string): readonly number[] {
  if (part === "") throw new BuiltinError("empty search character");
  const found: number[] = [];
  let [counted, codePoints] = [0, 0];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    codePoints += countCodePoints(text.slice(counted, at));
    counted = at;
    found.push(codePoints);
  }
  return found;
}

function replaceAll(text: string, part: string, replacement: string): string {
  // Go puts the replacement of an empty text before each code point and at the end.
  if (part === "")
    return joined(
      [...text, ""].map((character) => replacement + character),
      "",
    );
  return joined(text.split(part), replacement);
}

/** Joins unless the text would be beyond the limit: a long separator between many parts costs little to write down. */
function joined(parts: readonly string[], separator: string): string {
  let length = separator.length * Math.max(parts.length - 1, 0);
  for (const part of parts) length += part.length;
  if (length > MAX_TEXT) throw new BuiltinError("the text is too long", { fatal: true });
  return parts.join(separator);
}

function split(text: string, separator: string): readonly string[] {
  return separator === "" ? [...text] : text.split(separator);
}

/** The first parts; the last ones for a negative count. */
function splitN(text: string, separator: string, count: number): readonly string[] {
  const parts = split(text, separator);
  return count >= 0 ? parts.slice(0, count) : parts.slice(count);
}

function substring(characters: readonly string[], offset: number, length: number): string {
  if (offset < 0) throw new BuiltinError("negative offset");
  return (length < 0 ? characters.slice(offset) : characters.slice(offset, offset + length)).join("");
}

function trimStart(text: string, cutset: string): string {
  const cut = new Set(cutset);
  const characters = [...text];
  const start = characters.findIndex((character) => !cut.has(character));
  return start < 0 ? "" : characters.slice(start).join("");
}

function trimEnd(text: string, cutset: string): string {
  const cut = new Set(cutset);
  const characters = [...text];
  return characters.slice(0, characters.findLastIndex((character) => !cut.has(character)) + 1).join("");
}

function patternsAt(args: readonly RegoValue[]): readonly (readonly [string, string])[] {
  return objectEntries(objectAt(args, 0)).map(([pattern, replacement]) => {
    if (!isString(pattern) || !isString(replacement)) throw new BuiltinError("operand 1 must be object of strings");
    return [pattern, replacement] as const;
  });
}

function textsAt(args: readonly RegoValue[], index: number): readonly string[] {
  const value = operandAt(args, index);
  if (isString(value)) return [value];
  return isArray(value) || isSet(value)
    ? stringsAt(args, index)
    : wrongType(index, "one of {string, array, set}", value);
}

/** Whether a text begins with one of the others: those that do stand right behind it in order. */
function anyStartsWith(texts: readonly string[], starts: readonly string[]): boolean {
  const sorted = texts.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return starts.some((start) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sorted[middle] ?? "") < start) low = middle + 1;
      else high = middle;
    }
    return sorted[low]?.startsWith(start) ?? false;
  });
}

/** By UTF-16 units, for comparing only. */
function reversed(text: string): string {
  return text.split("").reverse().join("");
}

/** Fractions are cut off. */
function formatInteger(number: RegoNumeric, base: number): string {
  if (![2, 8, 10, 16].includes(base)) throw new BuiltinError("operand 2 must be one of {2, 8, 10, 16}");
  const { coefficient, exponent } = decimalOf(number);
  const integer = exponent >= 0 ? coefficient * 10n ** BigInt(exponent) : coefficient / 10n ** BigInt(-exponent);
  return integer.toString(base);
}
