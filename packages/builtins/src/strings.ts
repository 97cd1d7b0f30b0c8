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
import { lowerGo, upperGo } from "./format/casing-go.ts";
import { formatGo } from "./format/format-go.ts";
import { arrayAt, integerAt, numberAt, objectAt, operandAt, stringAt, stringsAt, wrongType } from "./operand.ts";

/** Text. Positions and lengths count code points. */
export const strings: BuiltinTable = {
  concat: (args) => stringsAt(args, 1).join(stringAt(args, 0)),
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
    return part === "" ? [...text].length + 1 : text.split(part).length - 1;
  },
  "strings.replace_n": (args) => replaceN(patternsAt(args), stringAt(args, 1)),
  "strings.any_prefix_match": (args) =>
    textsAt(args, 0).some((text) => textsAt(args, 1).some((part) => text.startsWith(part))),
  "strings.any_suffix_match": (args) =>
    textsAt(args, 0).some((text) => textsAt(args, 1).some((part) => text.endsWith(part))),
  format_int: (args) => formatInteger(numberAt(args, 0), integerAt(args, 1)),
};

function indexOf(text: string, part: string): number {
  if (part === "") throw new BuiltinError("empty search character");
  const at = text.indexOf(part);
  return at < 0 ? -1 : [...text.slice(0, at)].length;
}

function indexesOf(text: string, part: string): readonly number[] {
  if (part === "") throw new BuiltinError("empty search character");
  const found: number[] = [];
  const characters = [...text];
  const width = [...part].length;
  for (let index = 0; index + width <= characters.length; index++) {
    if (characters.slice(index, index + width).join("") === part) found.push(index);
  }
  return found;
}

function replaceAll(text: string, part: string, replacement: string): string {
  if (part !== "") return text.split(part).join(replacement);
  // Go: before each code point and at the end.
  return [...text].map((character) => replacement + character).join("") + replacement;
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

/** All patterns at once: at each place the first pattern in order that matches. */
function replaceN(patterns: readonly (readonly [string, string])[], text: string): string {
  let replaced = "";
  let index = 0;
  while (index < text.length) {
    const match = patterns.find(([pattern]) => text.startsWith(pattern, index));
    if (match !== undefined && match[0] !== "") {
      replaced += match[1];
      index += match[0].length;
      continue;
    }
    const character = String.fromCodePoint(text.codePointAt(index) ?? 0);
    replaced += (match?.[1] ?? "") + character;
    index += character.length;
  }
  return replaced + (patterns.find(([pattern]) => pattern === "")?.[1] ?? "");
}

function textsAt(args: readonly RegoValue[], index: number): readonly string[] {
  const value = operandAt(args, index);
  if (isString(value)) return [value];
  return isArray(value) || isSet(value)
    ? stringsAt(args, index)
    : wrongType(index, "one of {string, array, set}", value);
}

/** Fractions are cut off. */
function formatInteger(number: RegoNumeric, base: number): string {
  if (![2, 8, 10, 16].includes(base)) throw new BuiltinError("operand 2 must be one of {2, 8, 10, 16}");
  const { coefficient, exponent } = decimalOf(number);
  const integer = exponent >= 0 ? coefficient * 10n ** BigInt(exponent) : coefficient / 10n ** BigInt(-exponent);
  return integer.toString(base);
}
