import { structuralKey } from "@flyball/engine/values";
import type { BoundClause } from "../../bind/bound.ts";
import type { ClauseTree } from "../referenced-clauses.ts";
import { ANY, either, type MaybeType, type ObjectType, STRING } from "./rego-type.ts";

/** A place below `data`: the same tree as the clauses'. */
export type DocumentNode = ClauseTree;

/** Joins the types that the clauses of one rule give it. */
export function mergeTypes(a: MaybeType, b: MaybeType): MaybeType {
  if (a === undefined) return b;
  if (b === undefined) return a;
  if (a.kind === "set" && b.kind === "set") return { kind: "set", of: either(a.of, b.of) };
  if (a.kind === "object" && b.kind === "object" && a.properties.size === 0 && b.properties.size === 0) {
    if (a.dynamic === undefined) return b;
    if (b.dynamic === undefined) return a;
    const key = either(a.dynamic.key, b.dynamic.key);
    return {
      kind: "object",
      properties: new Map(),
      dynamic: { key, value: mergeTypes(a.dynamic.value, b.dynamic.value) },
    };
  }
  return either(a, b);
}

/** An object type for each key of a general head, around the type of what lies there. */
export function nestTypes(keys: readonly MaybeType[], type: MaybeType): MaybeType {
  const [first, ...rest] = keys;
  if (keys.length === 0) return type;
  const value = nestTypes(rest, type);
  if (first === undefined || value === undefined) return undefined;
  return { kind: "object", properties: new Map(), dynamic: { key: first, value } };
}

/** The type of a whole subtree: its rules, and any base document beside them. */
export function extentType(node: DocumentNode, typeOf: (node: DocumentNode) => MaybeType): MaybeType {
  if (node.clauses.length > 0) return typeOf(node);
  const properties = new Map<string, { readonly key: string; readonly type: MaybeType }>();
  for (const [key, child] of node.children)
    properties.set(structuralKey(key), { key, type: extentType(child, typeOf) });
  const extent: ObjectType = { kind: "object", properties, dynamic: { key: STRING, value: ANY } };
  return extent;
}

export function isFunction(clauses: readonly BoundClause[]): boolean {
  return clauses[0]?.form === "function";
}
