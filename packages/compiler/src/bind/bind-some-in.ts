import type { SomeInNode, TermNode } from "../syntax/nodes.ts";
import { declareLocal } from "./bind-name.ts";
import { type BodyState, madeVar, report } from "./bind-state.ts";
import { bindTerm, extendReference } from "./bind-term.ts";
import { someInNames } from "./declared-names.ts";
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
  declarePattern(node.key, state);
  declarePattern(node.value, state);
  const domain = bindTerm(node.domain, state);
  const key = node.key === undefined ? madeVar(state.policy, span) : bindTerm(node.key, state);
  const left = bindTerm(node.value, state);
  const right = extendReference(domain, [key], { state, span: node.domain.span });
  state.support.push({ kind: "unify", left, right, assignment: false, with: [], span });
}

function declarePattern(node: TermNode | undefined, state: BodyState): void {
  switch (node?.kind) {
    case "var":
      if (node.name !== "_") declareLocal(node, "declared", state);
      return;
    case "array":
      for (const item of node.items) declarePattern(item, state);
      return;
    case "object":
      for (const { value } of node.entries) declarePattern(value, state);
      return;
    default:
  }
}
