import { BuiltinError } from "@flyball/engine";
import {
  compareStrings,
  isArray,
  isSet,
  isString,
  makeObject,
  objectEntries,
  type RegoValue,
  sortedElements,
  toJson,
} from "@flyball/engine/values";
import type { BuiltinTable } from "../builtin-table.ts";
import { objectAt, stringAt } from "../operand.ts";
import { escapeQuery, unescapeQuery } from "./percent-encoding.ts";

/** Queries of URLs: `a=1&b=x+y`. */
export const queries: BuiltinTable = {
  "urlquery.encode": (args) => escapeQuery(stringAt(args, 0)),
  "urlquery.decode": (args) => unescaped(stringAt(args, 0)),
  "urlquery.encode_object": (args) => encodeObject(objectAt(args, 0)),
  "urlquery.decode_object": (args) => decodeObject(stringAt(args, 0)),
};

/** Go's own limit. */
const MAX_PARAMETERS = 10_000;

function unescaped(text: string): string {
  const plain = unescapeQuery(text);
  if (plain === undefined) throw new BuiltinError(`invalid URL escape in ${JSON.stringify(text.slice(0, 80))}`);
  return plain;
}

/** Keys in order; an array or a set gives its key once for each text. */
function encodeObject(object: ReturnType<typeof objectAt>): string {
  const parameters = objectEntries(object).map(
    ([key, value]) => [isString(key) ? key : toJson(key), textsOf(value)] as const,
  );
  return parameters
    .sort(([a], [b]) => compareStrings(a, b))
    .flatMap(([key, texts]) => texts.map((text) => `${escapeQuery(key)}=${escapeQuery(text)}`))
    .join("&");
}

function textsOf(value: RegoValue): readonly string[] {
  const items = isString(value) ? [value] : isArray(value) ? value : isSet(value) ? sortedElements(value) : undefined;
  if (items === undefined || !items.every(isString))
    throw new BuiltinError("operand 1 values must be string, array[string], or set[string]");
  return items;
}

function decodeObject(query: string): RegoValue {
  const parts = query.split("&");
  if (parts.length > MAX_PARAMETERS) throw new BuiltinError("number of URL query parameters exceeded limit");
  const found = new Map<string, string[]>();
  for (const part of parts) {
    if (part.includes(";")) throw new BuiltinError("invalid semicolon separator in query");
    if (part === "") continue;
    const equals = part.indexOf("=");
    const key = unescaped(equals < 0 ? part : part.slice(0, equals));
    const value = equals < 0 ? "" : unescaped(part.slice(equals + 1));
    const known = found.get(key);
    if (known === undefined) found.set(key, [value]);
    else known.push(value);
  }
  return makeObject(found);
}
