import { loadBuiltins } from "@flyball/builtins";
import { compile } from "@flyball/compiler";
import { type Limits, loadPolicy } from "@flyball/engine";
import { type ActionPolicy, actionPolicy } from "@flyball/governor";

/** A policy of the real engine, compiled from Rego by the real compiler. The entrypoint is `test/decision`. */
export async function regoPolicy(rules: string, limits: Partial<Limits> = {}): Promise<ActionPolicy> {
  const source = `package test\n\n${rules}\n`;
  const { wasm, diagnostics } = compile({ modules: { "test.rego": source }, entrypoints: ["test/decision"] });
  if (wasm === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return actionPolicy(await loadPolicy(wasm, { limits, builtins: loadBuiltins }), "test/decision");
}

/** Up to 100 ALLOW, up to 1,000 MANUAL_REVIEW, above DENY; the shape of policies/ in small. */
export const limitsRego = `
default decision := {"decision": "DENY", "reasons": [{"code": "amount_unknown", "message": "no amount"}]}

amount := input.action.arguments.amount

decision := {"decision": "ALLOW"} if { amount > 0; amount <= 100 }

decision := {
  "decision": "MANUAL_REVIEW",
  "reasons": [{"code": "amount_over_limit", "message": "over 100", "field": "amount"}],
  "obligations": {"review": {"approver_roles": ["reviewer"]}},
} if { amount > 100; amount <= 1000 }

decision := {
  "decision": "DENY",
  "reasons": {{"code": "amount_over_limit", "message": "over 1000", "field": "amount"}},
} if amount > 1000
`;
