import { compile } from "@flyball/compiler";
import { loadPolicy } from "@flyball/engine";
import { type ActionPolicy, actionPolicy } from "@flyball/governor";

const rego = `package test

default decision := {"decision": "DENY", "reasons": [{"code": "not_permitted", "message": "not permitted"}]}

payable if { input.principal.role in {"junior", "senior"}; input.action.tool == "pay" }

decision := {"decision": "ALLOW"} if { payable; input.action.arguments.amount <= 100 }

decision := {
  "decision": "MANUAL_REVIEW",
  "reasons": [{"code": "amount_over_limit", "message": "over 100", "field": "amount"}],
  "obligations": {"review": {"approver_roles": ["reviewer"]}},
} if { payable; input.action.arguments.amount > 100; input.action.arguments.amount <= 1000 }
`;

/** Juniors and seniors pay up to 100, with a review up to 1,000; everything else is denied. */
export async function toolPolicy(): Promise<ActionPolicy> {
  const { wasm, diagnostics } = compile({ modules: { "test.rego": rego }, entrypoints: ["test/decision"] });
  if (wasm === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return actionPolicy(await loadPolicy(wasm), "test/decision");
}
