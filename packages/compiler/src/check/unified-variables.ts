import { getKey, isArray, isObject, objectSize, type RegoValue } from "@flyball/engine/values";
import type { VarId } from "../bind/bound.ts";
import type { DraftTerm } from "../bind/draft.ts";
import { PATTERN, termVariables } from "./draft-variables.ts";
import { isRefReady, type KnownVariables } from "./ref-ready.ts";

/**
 * The variables that `left = right` binds when those in `safe` are bound. Follows OPA's rules: variables on either side become known from what is known on
 * the other, element by element where both sides are patterns.
 */
export function unifiedVariables(left: DraftTerm, right: DraftTerm, safe: KnownVariables): ReadonlySet<VarId> {
  const unifier: Unifier = { safe, unified: new Set(), waiting: new Map() };
  unify(unifier, left, right);
  return unifier.unified;
}

interface Unifier {
  readonly safe: KnownVariables;
  readonly unified: Set<VarId>;
  /** Variables that become known when all of the given ones are. */
  readonly waiting: Map<VarId, Set<VarId>>;
}

function unify(unifier: Unifier, left: DraftTerm, right: DraftTerm): void {
  if (left.kind === "var") {
    unifyVar(unifier, left.id, right);
    return;
  }
  if (right.kind === "var") {
    unifyVar(unifier, right.id, left);
    return;
  }
  if (isPattern(left) && isPattern(right)) {
    unifyPatterns(unifier, left, right);
    return;
  }
  if (isSource(unifier, left)) markAll(unifier, right);
  if (isSource(unifier, right)) markAll(unifier, left);
}

function isPattern(term: DraftTerm): boolean {
  return term.kind === "array" || term.kind === "object" || term.kind === "constant";
}

/** A term that has a value of its own, of which the other side's pattern takes parts. */
function isSource({ safe }: Unifier, term: DraftTerm): boolean {
  if (term.kind === "comprehension") return true;
  return term.kind === "ref" && isRefReady(term, safe);
}

function unifyVar(unifier: Unifier, id: VarId, other: DraftTerm): void {
  switch (other.kind) {
    case "var":
      if (isKnown(unifier, other.id)) mark(unifier, id);
      else if (isKnown(unifier, id)) mark(unifier, other.id);
      else {
        wait(unifier, id, other.id);
        wait(unifier, other.id, id);
      }
      return;
    case "array":
    case "object": {
      if (isKnown(unifier, id)) {
        markAll(unifier, other);
        return;
      }
      const unknown = [...termVariables(other, PATTERN)].filter((inner) => !isKnown(unifier, inner));
      if (unknown.length === 0) mark(unifier, id);
      for (const inner of unknown) wait(unifier, id, inner);
      return;
    }
    case "ref":
      if (isRefReady(other, unifier.safe)) mark(unifier, id);
      return;
    default:
      mark(unifier, id);
  }
}

function unifyPatterns(unifier: Unifier, left: DraftTerm, right: DraftTerm): void {
  if (left.kind === "array" || right.kind === "array") {
    const a = itemsOf(left);
    const b = itemsOf(right);
    if (a === undefined || b === undefined || a.length !== b.length) return;
    for (const [index, item] of a.entries()) {
      const other = b[index];
      if (other !== undefined) unify(unifier, item, other);
    }
    return;
  }
  if (left.kind === "object") {
    unifyObject(unifier, left, right);
    return;
  }
  if (right.kind === "object") {
    unifyObject(unifier, right, left);
    return;
  }
}

function unifyObject(unifier: Unifier, object: Extract<DraftTerm, { kind: "object" }>, other: DraftTerm): void {
  if (sizeOf(other) !== object.entries.length) return;
  for (const { key, value } of object.entries) {
    const found = valueAt(other, key);
    if (found !== undefined) unify(unifier, value, found);
  }
}

function sizeOf(term: DraftTerm): number | undefined {
  if (term.kind === "object") return term.entries.length;
  return term.kind === "constant" && isObject(term.value) ? objectSize(term.value) : undefined;
}

function valueAt(object: DraftTerm, key: DraftTerm): DraftTerm | undefined {
  if (object.kind === "object") return object.entries.find((entry) => isSameKey(entry.key, key))?.value;
  if (object.kind !== "constant" || !isObject(object.value) || key.kind !== "constant") return undefined;
  const value = getKey(object.value, key.value);
  return value === undefined ? undefined : { kind: "constant", value, span: object.span };
}

function isSameKey(a: DraftTerm, b: DraftTerm): boolean {
  if (a.kind === "constant" && b.kind === "constant") return a.value === b.value;
  return a.kind === "var" && b.kind === "var" && a.id === b.id;
}

function itemsOf(term: DraftTerm): readonly DraftTerm[] | undefined {
  if (term.kind === "array") return term.items;
  if (term.kind !== "constant" || !isArray(term.value)) return undefined;
  return term.value.map((value: RegoValue): DraftTerm => ({ kind: "constant", value, span: term.span }));
}

function isKnown({ safe, unified }: Unifier, id: VarId): boolean {
  return safe.has(id) || unified.has(id);
}

function markAll(unifier: Unifier, term: DraftTerm): void {
  if (term.kind === "array" || term.kind === "object" || term.kind === "var") {
    for (const id of termVariables(term, PATTERN)) mark(unifier, id);
  }
}

function mark(unifier: Unifier, id: VarId): void {
  unifier.unified.add(id);
  const released = unifier.waiting.get(id);
  unifier.waiting.delete(id);
  for (const other of released ?? []) mark(unifier, other);
  for (const [other, needs] of unifier.waiting) {
    if (needs.delete(id) && needs.size === 0) mark(unifier, other);
  }
}

function wait({ waiting }: Unifier, id: VarId, needed: VarId): void {
  const needs = waiting.get(id) ?? new Set();
  needs.add(needed);
  waiting.set(id, needs);
}
