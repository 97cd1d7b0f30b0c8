import { isString, objectEntries, type RegoObject, type RegoValue, toJson } from "@flyball/engine/values";

/** The entries of an object that came out of JSON; a key that is no text goes by its JSON, as in OPA. */
export function namedEntries(object: RegoObject): [string, RegoValue][] {
  return objectEntries(object).map(([key, value]) => [isString(key) ? key : toJson(key), value]);
}
