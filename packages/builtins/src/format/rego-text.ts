import {
  isArray,
  isNumber,
  isObject,
  isSet,
  numberText,
  objectEntries,
  type RegoValue,
  sortedElements,
} from "@flyball/engine/values";
import { quoteGo } from "./quote-go.ts";

/** A value as Rego source text, as OPA prints it: `{"a": [1, {2}]}`, `set()`. */
export function regoText(value: RegoValue): string {
  if (typeof value === "string") return quoteGo(value);
  if (isNumber(value)) return numberText(value);
  if (isArray(value)) return `[${value.map(regoText).join(", ")}]`;
  if (isSet(value)) return value.size === 0 ? "set()" : `{${sortedElements(value).map(regoText).join(", ")}}`;
  if (isObject(value)) {
    const entries = objectEntries(value).map(([key, each]) => `${regoText(key)}: ${regoText(each)}`);
    return `{${entries.join(", ")}}`;
  }
  return String(value);
}
