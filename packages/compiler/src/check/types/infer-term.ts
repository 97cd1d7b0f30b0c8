import { structuralKey } from "@flyball/engine/values";
import type { BoundTerm } from "../../bind/bound.ts";
import { ANY, either, type MaybeType, membersOf, type RegoType } from "./rego-type.ts";
import { typeOfTerm } from "./type-of-term.ts";
import { isIncomplete, selectKey, unifies } from "./type-relations.ts";
import { type TypeScope, typeOfVar } from "./type-scope.ts";

/** Whether the two terms may be equal; variables without a type get the other side's. */
export function inferBoth(left: BoundTerm, right: BoundTerm, scope: TypeScope): boolean {
  const [a, b] = [typeOfTerm(left, scope), typeOfTerm(right, scope)];
  const [leftOpen, rightOpen] = [isIncomplete(a), isIncomplete(b)];
  if (leftOpen && !rightOpen && b !== undefined) return inferTerm(left, b, { scope, union: false });
  if (rightOpen && !leftOpen && a !== undefined) return inferTerm(right, a, { scope, union: false });
  if (!leftOpen && !rightOpen) return unifies(a, b);
  return inferOpen(left, right, scope);
}

/** Both sides have parts without a type. */
function inferOpen(left: BoundTerm, right: BoundTerm, scope: TypeScope): boolean {
  if (left.kind === "array" && right.kind === "array") {
    if (left.items.length !== right.items.length) return false;
    return left.items.every((item, index) => {
      const other = right.items[index];
      return other !== undefined && inferBoth(item, other, scope);
    });
  }
  if (left.kind === "object" && right.kind === "object") return inferObjects(left, right, scope);
  const [variable, other] = left.kind === "var" ? [left, right] : [right, left];
  if (variable.kind !== "var") return true;
  if (other.kind === "var" || other.kind === "array" || other.kind === "object") {
    const settled = inferTerm(other, ANY, { scope, union: false });
    return settled && inferTerm(variable, typeOfTerm(other, scope) ?? ANY, { scope, union: false });
  }
  return inferTerm(variable, ANY, { scope, union: false });
}

function inferObjects(
  left: Extract<BoundTerm, { kind: "object" }>,
  right: Extract<BoundTerm, { kind: "object" }>,
  scope: TypeScope,
): boolean {
  return left.entries.every(({ key, value }) => {
    if (key.kind !== "constant") return true;
    const wanted = structuralKey(key.value);
    const other = right.entries.find(
      (entry) => entry.key.kind === "constant" && structuralKey(entry.key.value) === wanted,
    );
    return other === undefined || inferBoth(value, other.value, scope);
  });
}

interface Inference {
  readonly scope: TypeScope;
  /** The type is one of several that the term may have: a variable's types are joined. */
  readonly union: boolean;
}

/** Whether the term may be of the type. Goes into composites; variables without a type get it. */
export function inferTerm(term: BoundTerm, type: RegoType, inference: Inference): boolean {
  switch (term.kind) {
    case "array":
    case "object":
    case "set":
      return inferComposite(term, type, inference);
    case "var": {
      const { scope, union } = inference;
      const known = typeOfVar(term.id, scope);
      if (union) scope.vars.set(term.id, either(known, type) ?? type);
      else if (known === undefined) scope.vars.set(term.id, type);
      else return unifies(known, type);
      return true;
    }
    default: {
      const known = typeOfTerm(term, inference.scope);
      // A comprehension whose head has no type says nothing.
      return isIncomplete(known) ? true : unifies(known, type);
    }
  }
}

type Composite = Extract<BoundTerm, { kind: "array" | "object" | "set" }>;

function inferComposite(term: Composite, type: RegoType, inference: Inference): boolean {
  if (type.kind === "any") {
    for (const part of partsOf(term)) inferTerm(part, ANY, { ...inference, union: true });
    return true;
  }
  if (type.kind === "union") {
    let found = false;
    for (const member of membersOf(type)) found = inferComposite(term, member, { ...inference, union: true }) || found;
    return found;
  }
  if (term.kind === "array") return type.kind === "array" && inferItems(term.items, { type, inference });
  if (term.kind === "set")
    return type.kind === "set" && term.items.every((item) => inferKnown(item, type.of, inference));
  if (type.kind !== "object") return false;
  if (term.entries.length !== type.properties.size && type.dynamic?.value === undefined) return false;
  return term.entries.every(({ key, value }) => {
    if (key.kind === "constant") return inferKnown(value, selectKey(type, key.value), inference);
    inferTerm(value, ANY, inference);
    return true;
  });
}

function inferItems(
  items: readonly BoundTerm[],
  { type, inference }: { readonly type: Extract<RegoType, { kind: "array" }>; readonly inference: Inference },
): boolean {
  if (items.length !== type.items.length && type.rest === undefined) return false;
  return items.every((item, index) =>
    inferKnown(item, index < type.items.length ? type.items[index] : type.rest, inference),
  );
}

/** A missing element type is that of an empty collection: nothing can be in it. */
function inferKnown(term: BoundTerm, type: MaybeType, inference: Inference): boolean {
  return type !== undefined && inferTerm(term, type, inference);
}

function partsOf(term: Composite): readonly BoundTerm[] {
  return term.kind === "object" ? term.entries.flatMap(({ key, value }) => [key, value]) : term.items;
}
