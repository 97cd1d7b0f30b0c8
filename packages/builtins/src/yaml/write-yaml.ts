import {
  isArray,
  isNumber,
  isObject,
  isSet,
  isString,
  numberText,
  objectEntries,
  type RegoNumeric,
  type RegoValue,
  sortedElements,
  toJson,
} from "@flyball/engine/values";
import { byteLength } from "../bytes.ts";
import { floatText } from "../format/float-text.ts";
import { compareKeys } from "./compare-keys.ts";
import { doubleQuoted, scalarStyle } from "./scalar-style.ts";

/** Longer keys are written behind a `?`. */
const MAX_SIMPLE_KEY = 128;
const STEP = 2;

/** A value as YAML in block style, as go-yaml 3 writes what OPA hands it: the value's JSON, numbers without exact integers as doubles. */
export function writeYaml(value: RegoValue): string {
  return `${block(value, 0, { isRoot: true })}\n`;
}

/** Text of a value whose first line stands at `indent`. */
function block(value: RegoValue, indent: number, { isRoot = false }: { readonly isRoot?: boolean } = {}): string {
  const items = isArray(value) ? value : isSet(value) ? sortedElements(value) : undefined;
  if (items !== undefined) return sequence(items, indent);
  if (isObject(value)) return mapping(value, indent);
  if (isString(value)) return scalar(value, { isKey: false, indent: isRoot ? STEP : indent });
  return isNumber(value) ? numberYaml(value) : toJson(value);
}

function sequence(items: readonly RegoValue[], indent: number): string {
  if (items.length === 0) return "[]";
  return items.map((item) => `- ${block(item, indent + STEP)}`).join(newline(indent));
}

function mapping(value: RegoValue, indent: number): string {
  const pairs = objectEntries(value as never).map(([key, each]) => [isString(key) ? key : toJson(key), each] as const);
  if (pairs.length === 0) return "{}";
  return pairs
    .sort(([a], [b]) => compareKeys(a, b))
    .map(([key, each]) => `${keyYaml(key, indent)}${valueYaml(each, indent)}`)
    .join(newline(indent));
}

function keyYaml(key: string, indent: number): string {
  const isSimple = byteLength(key) <= MAX_SIMPLE_KEY && !/[\r\n\u0085\u2028\u2029]/.test(key);
  if (isSimple) return `${scalar(key, { isKey: true, indent })}:`;
  return `? ${scalar(key, { isKey: false, indent: indent + STEP })}${newline(indent)}:`;
}

function valueYaml(value: RegoValue, indent: number): string {
  const isBlock =
    (isArray(value) && value.length > 0) ||
    (isSet(value) && value.size > 0) ||
    (isObject(value) && objectEntries(value).length > 0);
  const text = block(value, indent + STEP);
  if (isBlock) return newline(indent + STEP) + text;
  return text === "" ? "" : ` ${text}`;
}

function scalar(text: string, { isKey, indent }: { readonly isKey: boolean; readonly indent: number }): string {
  switch (scalarStyle(text, { isKey })) {
    case "plain":
      return text;
    case "single":
      return `'${text.replaceAll("'", "''")}'`;
    case "double":
      return doubleQuoted(text);
    case "literal":
      return literal(text, indent);
  }
}

/** `|` with the hint how deep it is indented where the text begins with space, and what becomes of line breaks at its end. */
function literal(text: string, indent: number): string {
  const indentation = /^[ \r\n\u0085\u2028\u2029]/.test(text) ? String(STEP) : "";
  const chomping = !text.endsWith("\n") ? "-" : text === "\n" || /[\r\n\u0085\u2028\u2029]\n$/.test(text) ? "+" : "";
  const lines = text.endsWith("\n") ? text.slice(0, -1) : text;
  const body = lines
    .split("\n")
    .map((line) => (line === "" ? "\n" : `\n${" ".repeat(indent)}${line}`))
    .join("");
  return `|${indentation}${chomping}${body}`;
}

function newline(indent: number): string {
  return `\n${" ".repeat(indent)}`;
}

/** Integers of 64 bits as they are, other numbers as doubles. */
function numberYaml(value: RegoNumeric): string {
  const text = numberText(value);
  const isInteger = /^-?\d+$/.test(text);
  if (isInteger && BigInt(text) >= -(2n ** 63n) && BigInt(text) < 2n ** 64n) return text;
  return floatText(Number(text), "g", -1);
}
