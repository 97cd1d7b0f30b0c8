import { compareStrings, objectEntries, sortedElements } from "./compare-values.ts";
import { numberText } from "./rego-number.ts";
import { isMap, type RegoNumeric, type RegoObject, type RegoValue, typeName } from "./rego-value.ts";

export interface ToJsonOptions {
  /** Spaces, or the text, of one level of indentation. Without it everything is on one line. */
  readonly indent?: number | string;
  /** Text before each line after the first; only with `indent`. */
  readonly prefix?: string;
  /** Whether `<`, `>` and `&` are written as `\u003c`, `\u003e` and `\u0026`, as OPA writes them. Default true. */
  readonly escapeHtml?: boolean;
}

interface Layout {
  /** Text of one level, or undefined for one line. */
  readonly indent: string | undefined;
  readonly escape: RegExp;
}

/** Characters that Go's encoder escapes: controls, quote, backslash, the line separators that end a line in old JavaScript, lone surrogates, and in HTML mode `<>&`. */
const PLAIN_ESCAPES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped
  /["\\\u0000-\u001f\u2028\u2029]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const HTML_ESCAPES = new RegExp(`${PLAIN_ESCAPES.source}|[<>&]`, "g");

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/**
 * The JSON text that OPA prints for a value: sets as sorted arrays, keys sorted by code point, keys that are no text as their JSON
 * text, numbers exact. Throws what reading the value throws, and `RangeError` for NaN and infinities.
 */
export function toJson(value: RegoValue, options: ToJsonOptions = {}): string {
  const { indent, prefix = "", escapeHtml = true } = options;
  const unit = typeof indent === "number" ? " ".repeat(indent) : indent;
  const layout: Layout = {
    indent: unit === undefined || (unit === "" && prefix === "") ? undefined : unit,
    escape: escapeHtml ? HTML_ESCAPES : PLAIN_ESCAPES,
  };
  return print(value, layout, `\n${prefix}`);
}

function print(value: RegoValue, layout: Layout, newline: string): string {
  switch (typeName(value)) {
    case "null":
      return "null";
    case "boolean":
      return value === true ? "true" : "false";
    case "number":
      return numberText(value as RegoNumeric);
    case "string":
      return quote(value as string, layout);
    case "array":
      return printList(value as readonly RegoValue[], layout, newline);
    case "set":
      return printList(sortedElements(value as ReadonlySet<RegoValue>), layout, newline);
    case "object":
      return printObject(value as RegoObject, layout, newline);
  }
}

function printList(items: readonly RegoValue[], layout: Layout, newline: string): string {
  if (items.length === 0) return "[]";
  const inner = layout.indent === undefined ? "" : newline + layout.indent;
  const outer = layout.indent === undefined ? "" : newline;
  return `[${inner}${items.map((item) => print(item, layout, inner)).join(`,${inner}`)}${outer}]`;
}

function printObject(object: RegoObject, layout: Layout, newline: string): string {
  const pairs = textPairs(object, layout);
  if (pairs.length === 0) return "{}";
  const inner = layout.indent === undefined ? "" : newline + layout.indent;
  const outer = layout.indent === undefined ? "" : newline;
  const colon = layout.indent === undefined ? ":" : ": ";
  const printed = pairs.map(([key, value]) => quote(key, layout) + colon + print(value, layout, inner));
  return `{${inner}${printed.join(`,${inner}`)}${outer}}`;
}

/** Pairs in the order of their printed keys. Where two keys have one text (`1` and `"1"`), the greater key's value remains, as in OPA. */
function textPairs(object: RegoObject, layout: Layout): [string, RegoValue][] {
  if (!isMap(object)) {
    const keys = Object.keys(object).sort(compareStrings);
    return keys.map((key) => [key, object[key] as RegoValue]);
  }
  const byText = new Map<string, RegoValue>();
  const single: Layout = { indent: undefined, escape: layout.escape };
  for (const [key, value] of objectEntries(object))
    byText.set(typeof key === "string" ? key : print(key, single, ""), value);
  return [...byText].sort(([a], [b]) => compareStrings(a, b));
}

function quote(text: string, layout: Layout): string {
  return `"${text.replace(layout.escape, escapeCharacter)}"`;
}

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  // A lone surrogate has no UTF-8; Go writes the replacement character.
  if (code >= 0xd800 && code <= 0xdfff) return "\\ufffd";
  return SHORT_ESCAPES[character] ?? `\\u${code.toString(16).padStart(4, "0")}`;
}
