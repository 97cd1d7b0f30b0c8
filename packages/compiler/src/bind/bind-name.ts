import type { Span, VarNode } from "../syntax/nodes.ts";
import { type BodyState, globalPath, isDeclared, isGlobal, newVar, report } from "./bind-state.ts";
import type { VarId } from "./bound.ts";
import type { DraftRef, DraftTerm, DraftVar } from "./draft.ts";
import { constantTerm } from "./fold-constants.ts";
import { lookUp, type Occurrence, whyTaken } from "./local-scope.ts";

/** A name in a term: a rule or import, the input, the data, or a local. */
export function bindName(node: VarNode, state: BodyState): DraftTerm {
  const { name, span } = node;
  if (name === "_") return wildcard(span, state);
  const path = globalPath(name, state);
  if (path !== undefined) return documentRef(path, span);
  if ((name === "input" || name === "data") && !isDeclared(name, state)) return documentRef([name], span);
  return { kind: "var", id: useLocal(name, span, state), span };
}

export function wildcard(span: Span, state: BodyState): DraftVar {
  return { kind: "var", id: newVar(state.policy, "_", span), span };
}

/** `path` begins with `data` or `input`. */
function documentRef([root, ...steps]: readonly string[], span: Span): DraftRef {
  const operands = steps.map((step) => constantTerm(step, span));
  return { kind: "ref", root: { kind: root === "input" ? "input" : "data" }, operands, span };
}

/** The variable that the name stands for. A name that nothing has declared becomes a variable of this body. */
function useLocal(name: string, span: Span, state: BodyState): VarId {
  const local = lookUp(state.locals, name);
  if (local !== undefined) {
    local.uses++;
    return local.id;
  }
  const id = newVar(state.policy, name, span);
  state.locals.names.set(name, { id, occurrence: "seen", uses: 1 });
  return id;
}

/** Declares a name in the current scope. */
export function declareLocal(node: VarNode, occurrence: Occurrence, state: BodyState): VarId {
  const { name, span } = node;
  const taken = whyTaken(state.locals, name);
  const before = state.locals.names.get(name);
  if (taken !== undefined && before !== undefined) {
    report(state.policy, { code: "rego_compile_error", span, message: taken });
    before.uses++;
    return before.id;
  }
  const id = newVar(state.policy, name, span);
  state.locals.names.set(name, { id, occurrence, uses: 0 });
  return id;
}

/** Lets undeclared names of a body be there from its start. */
export function foresee(names: ReadonlyMap<string, Span>, declared: ReadonlySet<string>, state: BodyState): void {
  for (const [name, span] of names) {
    if (name === "input" || name === "data" || declared.has(name)) continue;
    if (lookUp(state.locals, name) !== undefined || isGlobal(name, state)) continue;
    state.locals.names.set(name, { id: newVar(state.policy, name, span), occurrence: "foreseen", uses: 0 });
  }
}
