import type { SomeInNode, VarNode } from "../syntax/nodes.ts";
import { declareLocal } from "./bind-name.ts";
import { type BodyState, madeVar, report } from "./bind-state.ts";
import { extendReference } from "./capture-term.ts";
import { patternVariables, someInNames } from "./declared-names.ts";
import { ownNames } from "./own-names.ts";

/** `some k, v in xs` is `v = xs[k]` with k and v declared. */
export function bindSomeIn(node: SomeInNode, state: BodyState): void {
  const { span } = node;
  const inDomain = ownNames([{ kind: "term-statement", term: node.domain, with: [], span }]);
  const names = someInNames(node);
  for (const name of names) {
    if (!inDomain.has(name)) continue;
    report(state.policy, { code: "rego_compile_error", span, message: `var ${name} assigned before` });
    return;
  }
  declarePattern(
    [...(node.key === undefined ? [] : patternVariables(node.key)), ...patternVariables(node.value)],
    state,
  );
  const domain = state.bind.term(node.domain, state);
  const key = node.key === undefined ? madeVar(state.policy, span) : state.bind.term(node.key, state);
  const left = state.bind.term(node.value, state);
  const right = extendReference(domain, [key], { state, span: node.domain.span });
  state.support.push({ kind: "unify", left, right, assignment: false, with: [], span });
}

function declarePattern(variables: readonly VarNode[], state: BodyState): void {
  const seen = new Set<string>();
  for (const variable of variables) {
    // `some [x, x] in pairs` means one x.
    if (!seen.has(variable.name)) declareLocal(variable, "declared", state);
    seen.add(variable.name);
  }
}
