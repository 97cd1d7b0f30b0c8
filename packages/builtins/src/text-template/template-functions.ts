import { BuiltinError } from "@flyball/engine";
import { canonicalNumber, compareStrings, type RegoValue } from "@flyball/engine/values";
import { byteLength } from "../bytes.ts";
import { formatGo } from "../format/format-go.ts";
import { escapeQuery } from "../url/percent-encoding.ts";
import { innerText, isList, isMapping, isTrue, type TemplateValue } from "./template-value.ts";

type TemplateFunction = (args: readonly TemplateValue[]) => TemplateValue;

/** The functions of Go's text/template but `call` and `slice`. `and` and `or` are evaluated by whoever calls them, one operand after the other. */
export const TEMPLATE_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  and: (args) => args.find((arg) => !isTrue(arg)) ?? args.at(-1),
  or: (args) => args.find(isTrue) ?? args.at(-1),
  not: (args) => !isTrue(one(args, "not")),
  eq: (args) => {
    const [first, ...others] = args;
    if (others.length === 0) throw wrong("missing argument for comparison");
    return others.some((other) => areEqual(first, other));
  },
  ne: (args) => {
    const [left, right] = two(args, "ne");
    return !areEqual(left, right);
  },
  lt: (args) => compare(args, "lt") < 0,
  le: (args) => compare(args, "le") <= 0,
  gt: (args) => compare(args, "gt") > 0,
  ge: (args) => compare(args, "ge") >= 0,
  len: (args) => {
    const value = one(args, "len");
    if (typeof value === "string") return BigInt(byteLength(value));
    if (isList(value)) return BigInt(value.length);
    if (isMapping(value)) return BigInt(value.size);
    throw wrong("len of a value that has none");
  },
  index: ([value, ...steps]) => steps.reduce<TemplateValue>(elementOf, value),
  print,
  println: (args) => `${args.map(innerText).join(" ")}\n`,
  printf: ([format, ...args]) => {
    if (typeof format !== "string") throw wrong("printf wants a format");
    return formatGo(format, args.map(toRego));
  },
  html: (args) => textOf(args).replace(/[&<>"'\0]/g, (character) => HTML[character] ?? character),
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped
  js: (args) => textOf(args).replace(/[\\'"<>&=\0-\x1f]/g, escapeScript),
  urlquery: (args) => escapeQuery(textOf(args)),
};

const HTML: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&#34;",
  "'": "&#39;",
  "\0": "\ufffd",
};

function escapeScript(character: string): string {
  if (character === "\\" || character === "'" || character === '"') return `\\${character}`;
  return `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** As Go's Sprint: space between operands that are both no texts. */
function print(args: readonly TemplateValue[]): string {
  return args.reduce<string>((text, arg, index) => text + separator(args[index - 1], arg, index) + innerText(arg), "");
}

function separator(before: TemplateValue, value: TemplateValue, index: number): string {
  return index > 0 && typeof before !== "string" && typeof value !== "string" ? " " : "";
}

function textOf(args: readonly TemplateValue[]): string {
  const [only] = args;
  return args.length === 1 && typeof only === "string" ? only : print(args);
}

function toRego(value: TemplateValue): RegoValue {
  if (typeof value === "bigint" || typeof value === "number") return canonicalNumber(value);
  return typeof value === "string" ? value : innerText(value);
}

function elementOf(value: TemplateValue, step: TemplateValue): TemplateValue {
  if (isMapping(value) && typeof step === "string") return value.get(step);
  if (isList(value) && typeof step === "bigint") {
    if (step < 0n || step >= BigInt(value.length)) throw wrong(`index out of range: ${step}`);
    return value[Number(step)];
  }
  throw wrong("a value that cannot be indexed so");
}

function areEqual(left: TemplateValue, right: TemplateValue): boolean {
  const [isNothing, isOtherNothing] = [left ?? null, right ?? null].map((value) => value === null);
  if (isNothing || isOtherNothing) return isNothing === isOtherNothing;
  if (typeof left === "object" || typeof right === "object") throw wrong("non-comparable type");
  if (typeof left !== typeof right) throw wrong("incompatible types for comparison");
  return left === right;
}

function compare(args: readonly TemplateValue[], name: string): number {
  const [left, right] = two(args, name);
  if (typeof left === "string" && typeof right === "string") return compareStrings(left, right);
  if (typeof left === "bigint" && typeof right === "bigint") return left < right ? -1 : left > right ? 1 : 0;
  if (typeof left === "number" && typeof right === "number") return left - right;
  throw wrong("incompatible types for comparison");
}

function one(args: readonly TemplateValue[], name: string): TemplateValue {
  if (args.length !== 1) throw wrong(`wrong number of args for ${name}: want 1 got ${args.length}`);
  return args[0];
}

function two(args: readonly TemplateValue[], name: string): readonly [TemplateValue, TemplateValue] {
  if (args.length !== 2) throw wrong(`wrong number of args for ${name}: want 2 got ${args.length}`);
  return [args[0], args[1]];
}

function wrong(reason: string): BuiltinError {
  return new BuiltinError(`template: ${reason}`);
}
