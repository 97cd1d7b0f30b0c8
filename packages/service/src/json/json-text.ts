import { numberText, RegoNumber } from "@flyball/engine/values";

/**
 * JSON text of an answer, fields in their own order. Numbers are exact, which `JSON.stringify` cannot write; fields that
 * are undefined are left out. Takes plain values only: what the governor hands out, and what handlers build from it.
 */
export function jsonText(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
    case "bigint":
      return numberText(value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      return value === null ? "null" : compoundText(value);
    default:
      throw new TypeError(`an answer cannot hold a ${typeof value}`);
  }
}

function compoundText(value: object): string {
  if (RegoNumber.is(value)) return numberText(value);
  if (Array.isArray(value)) return `[${value.map((item: unknown) => jsonText(item)).join(",")}]`;
  const fields: string[] = [];
  for (const [key, field] of Object.entries(value) as [string, unknown][]) {
    if (field !== undefined) fields.push(`${JSON.stringify(key)}:${jsonText(field)}`);
  }
  return `{${fields.join(",")}}`;
}
