import type { TermNode } from "../syntax/nodes.ts";
import { type BodyState, madeVar, newVar, report } from "./bind-state.ts";
import type { DraftTerm, DraftVar } from "./draft.ts";
import { constantTerm, foldEntries, foldItems } from "./fold-constants.ts";
import { lastEntries } from "./last-entries.ts";

export interface BoundParameters {
  readonly terms: readonly DraftTerm[];
  /** Parameters that are computed (`f(input.x)`): each call compares its argument with them, in every branch. */
  readonly computed: readonly { readonly variable: DraftVar; readonly node: TermNode }[];
}

/** The parameters of a function are patterns; the same name twice means the same value twice. */
export function bindParameters(nodes: readonly TermNode[], state: BodyState): BoundParameters {
  const computed: { variable: DraftVar; node: TermNode }[] = [];
  const terms = nodes.map((node) => bindParameter(node, state, computed));
  return { terms, computed };
}

function bindParameter(
  node: TermNode,
  state: BodyState,
  computed: { variable: DraftVar; node: TermNode }[],
): DraftTerm {
  const { span } = node;
  switch (node.kind) {
    case "var":
      return bindVariable(node, state);
    case "array": {
      const items = node.items.map((item) => bindParameter(item, state, computed));
      return foldItems("array", items, span);
    }
    case "object": {
      const entries = lastEntries(node.entries).map(({ key, value }) => ({
        key: state.bind.term(key, state),
        value: bindParameter(value, state, computed),
      }));
      return foldEntries(entries, span);
    }
    case "call":
      report(state.policy, { code: "rego_compile_error", span, message: "rule arguments cannot contain calls" });
      return constantTerm(null, span);
    case "ref":
    case "set":
    case "comprehension":
    case "template": {
      const variable = madeVar(state.policy, span);
      computed.push({ variable, node });
      return variable;
    }
    default:
      return state.bind.term(node, state);
  }
}

function bindVariable(node: Extract<TermNode, { kind: "var" }>, state: BodyState): DraftTerm {
  const { name, span } = node;
  if (name === "input" || name === "data") {
    const message = `args must not shadow ${name} (use a different variable name)`;
    report(state.policy, { code: "rego_compile_error", span, message });
  }
  if (name === "_") return { kind: "var", id: newVar(state.policy, "_", span), span };
  const known = state.locals.names.get(name);
  if (known !== undefined) {
    known.uses++;
    return { kind: "var", id: known.id, span };
  }
  const id = newVar(state.policy, name, span);
  state.locals.names.set(name, { id, occurrence: "parameter", uses: 0 });
  return { kind: "var", id, span };
}

/** The names in the parameters: they cover rules and imports in the whole rule. */
export function parameterNames(nodes: readonly TermNode[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of nodes) addNames(node, names);
  return names;
}

function addNames(node: TermNode, names: Set<string>): void {
  switch (node.kind) {
    case "var":
      names.add(node.name);
      return;
    case "array":
      for (const item of node.items) addNames(item, names);
      return;
    case "object":
      for (const { value } of node.entries) addNames(value, names);
      return;
    default:
  }
}
