import type { Callee } from "../bind/bound.ts";
import type { Operand } from "./query-plan.ts";

/**
 * What enclosing `with` modifiers have replaced, as far as it is known when planning. Replaced input and base documents need no place here: they are
 * patched when the policy runs. A replaced virtual document, function or built-in makes a variant of every function that can see it.
 */
export interface PlanContext {
  /** Data paths whose virtual documents are out of sight: the base document, patched, answers instead. */
  readonly hidden: readonly (readonly string[])[];
  /** By callee key. */
  readonly callees: ReadonlyMap<string, CalleeReplacement>;
}

export type CalleeReplacement =
  | { readonly kind: "callee"; readonly callee: Callee }
  /** The value lies in the (reserved) base document at `path`, or is a constant. */
  | { readonly kind: "document"; readonly path: readonly string[] }
  | { readonly kind: "constant"; readonly operand: Operand };

export const EMPTY_CONTEXT: PlanContext = { hidden: [], callees: new Map() };

const BUILTIN_KEY = "builtin ";
const FUNCTION_KEY = "function ";

export function calleeKey(callee: Callee): string {
  return callee.kind === "builtin" ? `${BUILTIN_KEY}${callee.name}` : `${FUNCTION_KEY}${JSON.stringify(callee.path)}`;
}

export function isEmpty({ hidden, callees }: PlanContext): boolean {
  return hidden.length === 0 && callees.size === 0;
}

/** The names of what is replaced, for people. */
export function replacedNames({ hidden, callees }: PlanContext): readonly string[] {
  const names = [...callees.keys()].map((key) =>
    key.startsWith(BUILTIN_KEY)
      ? key.slice(BUILTIN_KEY.length)
      : dataName(JSON.parse(key.slice(FUNCTION_KEY.length)) as readonly string[]),
  );
  return [...hidden.map(dataName), ...names].sort();
}

function dataName(path: readonly string[]): string {
  return ["data", ...path].join(".");
}

/** Text that is equal for equal contexts. */
export function contextKey(context: PlanContext): string {
  if (isEmpty(context)) return "";
  const hidden = context.hidden.map((path) => JSON.stringify(path)).sort();
  const callees = [...context.callees].map(([key, replacement]) => `${key} -> ${replacementKey(replacement)}`).sort();
  return [...hidden, ...callees].join("; ");
}

function replacementKey(replacement: CalleeReplacement): string {
  switch (replacement.kind) {
    case "callee":
      return calleeKey(replacement.callee);
    case "document":
      return JSON.stringify(replacement.path);
    case "constant":
      return `constant ${replacement.operand.id}`;
  }
}

export function startsWith(path: readonly string[], prefix: readonly string[]): boolean {
  return prefix.length <= path.length && prefix.every((step, index) => path[index] === step);
}

export function overlaps(a: readonly string[], b: readonly string[]): boolean {
  return startsWith(a, b) || startsWith(b, a);
}
