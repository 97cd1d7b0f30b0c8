import type { CallNode, ComprehensionNode, TermNode } from "../syntax/nodes.ts";
import type { BodyState } from "./bind-state.ts";

/**
 * Printing is for people and cannot fail, so a policy that decides leaves it out; what it prints counts as used. Where somebody listens it is what OPA makes of it: `print(a, b)` is
 * `internal.print([{x | x = a}, {y | y = b}])`, so that an argument may be undefined.
 */
export function bindPrint(node: CallNode, state: BodyState): void {
  if (!state.policy.prints) {
    const aside: BodyState = { ...state, policy: { ...state.policy, diagnostics: [] }, support: [] };
    for (const arg of node.args) aside.bind.term(arg, aside);
    return;
  }
  const { span, operatorSpan } = node;
  const args: readonly TermNode[] = [{ kind: "array", span, items: node.args.map(valuesOf) }];
  const call: TermNode = { kind: "call", span, operator: ["internal", "print"], operatorSpan, args, written: "call" };
  state.bind.body([{ kind: "term-statement", span, with: [], term: call }], state);
}

/** `{x | x = argument}` */
function valuesOf(argument: TermNode): ComprehensionNode {
  const { span } = argument;
  const head: TermNode = { kind: "var", span, name: `__local_print_${span.start}__` };
  const unify: TermNode = {
    kind: "call",
    span,
    operator: ["eq"],
    operatorSpan: span,
    args: [head, argument],
    written: "infix",
  };
  const body = [{ kind: "term-statement", span, with: [], term: unify } as const];
  return { kind: "comprehension", span, form: "set", key: undefined, head, body };
}
