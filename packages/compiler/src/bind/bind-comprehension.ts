import type { BodyNode, ComprehensionNode } from "../syntax/nodes.ts";
import { foresee } from "./bind-name.ts";
import type { BodyState } from "./bind-state.ts";
import { captureEvaluated } from "./capture-term.ts";
import { checkUnused } from "./check-unused.ts";
import { declaredHere, declaredWithin } from "./declared-names.ts";
import type { DraftComprehension, DraftStatement } from "./draft.ts";
import { openScope } from "./local-scope.ts";
import { ownNames } from "./own-names.ts";

export function bindComprehension(node: ComprehensionNode, state: BodyState): DraftComprehension {
  const inner = enterBody(node.body, state);
  inner.bind.body(node.body, inner);
  // What the head needs is evaluated at the end of the body.
  const key = node.key === undefined ? undefined : captureEvaluated(inner.bind.term(node.key, inner), inner);
  const head = captureEvaluated(inner.bind.term(node.head, inner), inner);
  checkUnused(inner);
  return { kind: "comprehension", form: node.form, key, head, body: inner.support, span: node.span };
}

/** A scope for a body inside of another. */
export function enterBody(body: BodyNode, state: BodyState): BodyState & { readonly support: DraftStatement[] } {
  const inner = openBody(body, state);
  foreseeBody(body, inner);
  return inner;
}

export function openBody(body: BodyNode, state: BodyState): BodyState & { readonly support: DraftStatement[] } {
  const covered = { names: declaredWithin(body), outer: state.covered };
  return { ...state, locals: openScope(state.locals), covered, support: [], inTemplate: false };
}

/** Makes the variables that the body uses without declaring them. */
export function foreseeBody(body: BodyNode, inner: BodyState): void {
  foresee(ownNames(body), declaredHere(body), inner);
}
