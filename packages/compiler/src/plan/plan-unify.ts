import { equalValues } from "@flyball/engine/values";
import type { BoundTerm } from "../bind/bound.ts";
import { InternalError } from "../diagnostics/internal-error.ts";
import { isReady } from "./free-variables.ts";
import { localOperand, type PlanScope } from "./plan-scope.ts";
import { planTerm } from "./plan-term.ts";
import type { Operand } from "./query-plan.ts";

type Pair = readonly [BoundTerm, BoundTerm];

/** `left = right`: binds what is unbound on either side, compares what is bound. Pairs of patterns wait until one side has a value. */
export function planUnify(scope: PlanScope, left: BoundTerm, right: BoundTerm): void {
  let waiting: readonly Pair[] = [[left, right]];
  while (waiting.length > 0) {
    const later: Pair[] = [];
    let moved = false;
    for (const pair of waiting) {
      const rest = unifyPair(scope, pair);
      if (rest === "wait") later.push(pair);
      else {
        moved = true;
        later.push(...rest);
      }
    }
    if (!moved) throw new InternalError(`neither side of a unification has a value in ${scope.builder.name}`);
    waiting = later;
  }
}

/** The value of `operand` against a pattern. */
export function unifyOperand(scope: PlanScope, pattern: BoundTerm, operand: Operand): void {
  const { builder, state } = scope;
  if (pattern.kind === "var" && !builder.isBound(pattern.id)) {
    builder.bind(pattern.id, operand);
    return;
  }
  if (isReady(pattern, builder)) {
    const value = planTerm(scope, pattern);
    builder.emit({ kind: "compare", operator: "equal", left: value, right: operand });
    return;
  }
  if (pattern.kind === "array") {
    builder.emit({ kind: "array-of", source: operand, count: pattern.items.length });
    unifyAll(
      scope,
      pattern.items.map((item, index) => [item, step(scope, operand, state.constant(index))]),
    );
    return;
  }
  if (pattern.kind === "object") {
    builder.emit({ kind: "object-of", source: operand, count: pattern.entries.length });
    unifyAll(
      scope,
      pattern.entries.map(({ key, value }) => [value, step(scope, operand, planTerm(scope, key))]),
    );
    return;
  }
  throw new InternalError(`a ${pattern.kind} with unbound variables is no pattern in ${builder.name}`);
}

/** Patterns that bind come before those that need what they bind: `[x, {x: y}]`. */
function unifyAll(scope: PlanScope, parts: readonly (readonly [BoundTerm, Operand])[]): void {
  for (const [pattern, operand] of parts) if (pattern.kind === "var") unifyOperand(scope, pattern, operand);
  for (const [pattern, operand] of parts) if (pattern.kind !== "var") unifyOperand(scope, pattern, operand);
}

function step(scope: PlanScope, source: Operand, key: Operand): Operand {
  const target = scope.builder.local();
  scope.builder.emit({ kind: "dot", target, source, key });
  return localOperand(target);
}

/** Unifies the pair, or answers the pairs it falls into, or that it has to wait. */
function unifyPair(scope: PlanScope, [left, right]: Pair): readonly Pair[] | "wait" {
  const { builder } = scope;
  if (left.kind === "array" && right.kind === "array" && !(isReady(left, builder) && isReady(right, builder))) {
    if (left.items.length !== right.items.length) return fail(scope);
    return left.items.map((item, index): Pair => [item, itemAt(right.items, index)]);
  }
  if (left.kind === "object" && right.kind === "object" && !(isReady(left, builder) && isReady(right, builder))) {
    const pairs = pairEntries(left, right);
    if (pairs !== undefined) return pairs;
  }
  if (isReady(right, builder)) {
    unifyOperand(scope, left, planTerm(scope, right));
    return [];
  }
  if (isReady(left, builder)) {
    unifyOperand(scope, right, planTerm(scope, left));
    return [];
  }
  return "wait";
}

function fail(scope: PlanScope): readonly Pair[] {
  scope.builder.emit({ kind: "fail" });
  return [];
}

function itemAt(items: readonly BoundTerm[], index: number): BoundTerm {
  const item = items[index];
  if (item === undefined) throw new InternalError("arrays of one length differ in length");
  return item;
}

type ObjectTerm = Extract<BoundTerm, { kind: "object" }>;

/** Values under equal constant keys; undefined when keys are not all constants or do not match. */
function pairEntries(left: ObjectTerm, right: ObjectTerm): readonly Pair[] | undefined {
  if (left.entries.length !== right.entries.length) return undefined;
  const pairs: Pair[] = [];
  for (const { key, value } of left.entries) {
    if (key.kind !== "constant") return undefined;
    const other = right.entries.find(
      (entry) => entry.key.kind === "constant" && equalValues(entry.key.value, key.value),
    );
    if (other === undefined) return undefined;
    pairs.push([value, other.value]);
  }
  return pairs;
}
