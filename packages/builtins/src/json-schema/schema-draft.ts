import { BuiltinError } from "@flyball/engine";
import { getKey, isObject, isString, type RegoValue } from "@flyball/engine/values";
import { parseReference, referenceText } from "./json-reference.ts";

/** `hybrid`: no draft is named, and what drafts 4, 6 and 7 say is understood as far as they do not contradict each other. */
export type SchemaDraft = 4 | 6 | 7 | "hybrid";

const DRAFTS: ReadonlyMap<string, SchemaDraft> = new Map([
  ["http://json-schema.org/draft-04/schema", 4],
  ["http://json-schema.org/draft-06/schema", 6],
  ["http://json-schema.org/draft-07/schema", 7],
]);

/** The draft that `$schema` names; undefined where it names none that is known. Throws `BuiltinError` for what is no schema. */
export function draftOf(document: RegoValue): SchemaDraft | undefined {
  if (typeof document === "boolean") return undefined;
  if (!isObject(document)) throw new BuiltinError("schema is invalid");
  const named = getKey(document, "$schema");
  if (named === undefined) return undefined;
  if (!isString(named)) throw new BuiltinError("$schema must be of type string");
  return DRAFTS.get(referenceText(parseReference(named)));
}

export function isAtLeast(draft: SchemaDraft, least: 6 | 7): boolean {
  return draft === "hybrid" || draft >= least;
}
