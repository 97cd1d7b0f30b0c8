import type { Span, TermNode, VarNode } from "../syntax/nodes.ts";
import { declareLocal, wildcard } from "./bind-name.ts";
import { type BodyState, report } from "./bind-state.ts";
import type { DraftTerm } from "./draft.ts";
import { constantTerm, foldEntries, foldItems } from "./fold-constants.ts";
import { lastEntries } from "./last-entries.ts";

/** `target := value`: the value sees the names from before. */
export function bindAssignment([target, value]: readonly [TermNode, TermNode], state: BodyState, span: Span): void {
  const right = state.bind.term(value, state);
  const left = bindTarget(target, state);
  state.support.push({ kind: "unify", left, right, assignment: true, with: [], span });
}

function bindTarget(node: TermNode, state: BodyState): DraftTerm {
  const { span } = node;
  switch (node.kind) {
    case "var":
      if (node.name === "_") return wildcard(span, state);
      refuseRoot(node, state);
      return { kind: "var", id: declareLocal(node, "assigned", state), span };
    case "array": {
      const items = node.items.map((item) => bindTarget(item, state));
      return foldItems("array", items, span);
    }
    case "object": {
      const entries = lastEntries(node.entries).map(({ key, value }) => ({
        key: state.bind.term(key, state),
        value: bindTarget(value, state),
      }));
      return foldEntries(entries, span);
    }
    default: {
      const message = `cannot assign to ${node.kind}`;
      const suggestion = "Use `=` to unify, or `==` to compare.";
      report(state.policy, { code: "rego_compile_error", span, message, suggestion });
      return constantTerm(null, span);
    }
  }
}

function refuseRoot({ name, span }: VarNode, { policy, module }: BodyState): void {
  if ((name !== "input" && name !== "data") || (module.regoVersion === 0 && !policy.strict)) return;
  const message = `variables must not shadow ${name} (use a different variable name)`;
  report(policy, { code: "rego_compile_error", span, message });
}
