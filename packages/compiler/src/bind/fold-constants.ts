import { makeObject, makeSet, type RegoValue, structuralKey } from "@flyball/engine/values";
import type { Span } from "../syntax/nodes.ts";
import type { DraftEntry, DraftTerm } from "./draft.ts";

export function constantTerm(value: RegoValue, span: Span): DraftTerm {
  return { kind: "constant", value, span };
}

/** An array or set; a constant where all items are. */
export function foldItems(kind: "array" | "set", items: readonly DraftTerm[], span: Span): DraftTerm {
  const values: RegoValue[] = [];
  for (const item of items) {
    if (item.kind !== "constant") return { kind, items, span };
    values.push(item.value);
  }
  return constantTerm(kind === "array" ? values : makeSet(values), span);
}

/** An object; a constant where all keys and values are. Of equal keys the last counts. */
export function foldEntries(entries: readonly DraftEntry[], span: Span): DraftTerm {
  const pairs: (readonly [RegoValue, RegoValue])[] = [];
  for (const { key, value } of entries) {
    if (key.kind !== "constant" || value.kind !== "constant")
      return { kind: "object", entries: distinct(entries), span };
    pairs.push([key.value, value.value]);
  }
  return constantTerm(makeObject(pairs), span);
}

function distinct(entries: readonly DraftEntry[]): readonly DraftEntry[] {
  const byKey = new Map<unknown, DraftEntry>();
  for (const entry of entries) byKey.set(identity(entry.key), entry);
  return [...byKey.values()];
}

/** Equal for keys of which it is known that they are equal. */
function identity(key: DraftTerm): unknown {
  if (key.kind === "constant") return structuralKey(key.value);
  return key.kind === "var" ? key.id : key;
}
