import { numberText, RegoNumber } from "@flyball/engine/values";
import { isPlainList, type PlainValue } from "./plain-value.ts";

/**
 * The one JSON text of a plain value: RFC 8785 (keys sorted by UTF-16 code unit, no white space, strings as
 * `JSON.stringify` writes them) with one widening: numbers are exact decimals of any length. A number that a double holds
 * is written as RFC 8785 says up to 1e21, 0.30 and 3e-1 are both 0.3, and 5000.0000000000000001 keeps its digits.
 */
export function canonicalJson(value: PlainValue): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
    case "bigint":
      return numberText(value);
    case "boolean":
      return value ? "true" : "false";
    default:
      return compound(value);
  }
}

function compound(value: Exclude<PlainValue, string | number | bigint | boolean>): string {
  if (value === null) return "null";
  if (RegoNumber.is(value)) return numberText(value);
  if (isPlainList(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const fields: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const field = value[key];
    if (field !== undefined) fields.push(`${JSON.stringify(key)}:${canonicalJson(field)}`);
  }
  return `{${fields.join(",")}}`;
}
