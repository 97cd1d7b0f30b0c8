import { BuiltinError } from "@flyball/engine";
import {
  compareStrings,
  isArray,
  isNumber,
  isObject,
  isSet,
  isString,
  numberText,
  objectEntries,
  type RegoValue,
  sortedElements,
  toJson,
} from "@flyball/engine/values";
import { floatText } from "../format/float-text.ts";

/** What a template works on. Numbers of the data are texts, as they are to Go; integers and numbers with fractions come from the template only. Undefined is a key that is not there. */
export type TemplateValue =
  | null
  | undefined
  | boolean
  | string
  | bigint
  | number
  | readonly TemplateValue[]
  | ReadonlyMap<string, TemplateValue>;

/** A value of Rego as OPA hands it to a template: through JSON. */
export function toTemplateValue(value: RegoValue): TemplateValue {
  if (isNumber(value)) return numberText(value);
  if (isArray(value)) return value.map(toTemplateValue);
  if (isSet(value)) return sortedElements(value).map(toTemplateValue);
  if (!isObject(value)) return value;
  const entries = objectEntries(value).map(([key, each]): [string, TemplateValue] => [
    isString(key) ? key : toJson(key),
    toTemplateValue(each),
  ]);
  return new Map(entries.sort(([a], [b]) => compareStrings(a, b)));
}

export function isList(value: TemplateValue): value is readonly TemplateValue[] {
  return Array.isArray(value);
}

export function isMapping(value: TemplateValue): value is ReadonlyMap<string, TemplateValue> {
  return value instanceof Map;
}

/** False are false, zero, nothing, and what is empty. */
export function isTrue(value: TemplateValue): boolean {
  if (isList(value)) return value.length > 0;
  if (isMapping(value)) return value.size > 0;
  return Boolean(value);
}

/** As Go prints it: `[a b]`, `map[k:v]`. */
export function valueText(value: TemplateValue): string {
  return value === null || value === undefined ? "<no value>" : innerText(value);
}

export function innerText(value: TemplateValue): string {
  if (value === null || value === undefined) return "<nil>";
  if (isList(value)) return `[${value.map(innerText).join(" ")}]`;
  if (isMapping(value)) return `map[${Array.from(value, ([key, each]) => `${key}:${innerText(each)}`).join(" ")}]`;
  return typeof value === "number" ? floatText(value, "g", -1) : String(value);
}

/** The member of a map; nothing of nothing. */
export function fieldOf(value: TemplateValue, name: string): TemplateValue {
  if (isMapping(value)) return value.get(name);
  if (value === undefined) return undefined;
  throw new BuiltinError(
    `template: can't evaluate field ${name} in ${value === null ? "nil" : "a value that is no map"}`,
  );
}
