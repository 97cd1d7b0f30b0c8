import type { EveryNode, VarNode } from "../syntax/nodes.ts";
import { foreseeBody, openBody } from "./bind-comprehension.ts";
import { declareLocal } from "./bind-name.ts";
import { type BodyState, newVar } from "./bind-state.ts";
import type { VarId } from "./bound.ts";
import { captureTerm } from "./capture-term.ts";
import { checkUnused } from "./check-unused.ts";

/** The domain is evaluated once, before; key and value are fresh for the body. */
export function bindEvery(node: EveryNode, state: BodyState): void {
  const domain = captureTerm(state.bind.term(node.domain, state), state);
  const names = new Set([node.value.name, ...(node.key === undefined ? [] : [node.key.name])]);
  const inner = openBody(node.body, { ...state, covered: { names, outer: state.covered } });
  const key = node.key === undefined ? undefined : declare(node.key, inner);
  const value = declare(node.value, inner);
  foreseeBody(node.body, inner);
  inner.bind.body(node.body, inner);
  checkUnused(inner);
  state.support.push({ kind: "every", key, value, domain, body: inner.support, with: [], span: node.span });
}

function declare(node: VarNode, state: BodyState): VarId {
  return node.name === "_" ? newVar(state.policy, "_", node.span) : declareLocal(node, "declared", state);
}
