// A tool behind the governor, without any service: node examples/govern-a-tool/main.ts

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { compile } from "@flyball/compiler";
import { loadPolicy } from "@flyball/engine";
import { actionPolicy, createGovernor, fixedPolicy, ToolFailure } from "@flyball/governor";
import { openSqliteStore } from "@flyball/governor/sqlite";
import { z } from "zod";

// The policy: clerks pay up to 500, a person looks at up to 5,000, and nothing else happens.
const rego = `package payments

default decision := {"decision": "DENY", "reasons": [{"code": "not_permitted", "message": "only clerks pay, and up to 5,000"}]}

amount := input.action.arguments.amount

is_payment if {
  input.principal.role == "clerk"
  input.action.tool == "pay"
  amount > 0
}

decision := "ALLOW" if {
  is_payment
  amount <= 500
}

decision := {
  "decision": "MANUAL_REVIEW",
  "reasons": [{"code": "large_payment", "message": "over 500", "field": "amount"}],
  "obligations": {"review": {"approver_roles": ["controller"]}},
} if {
  is_payment
  amount > 500
  amount <= 5000
}
`;

// Compiled here so that the example is one file; a project runs `flyball build` and ships policy.wasm without the compiler.
const { wasm, diagnostics } = compile({ modules: { "payments.rego": rego }, entrypoints: ["payments/decision"] });
if (wasm === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
const policy = await loadPolicy(wasm, { limits: { fuel: 100_000 } });

// Decisions, actions and reviews are kept in one file.
const folder = mkdtempSync(path.join(tmpdir(), "govern-a-tool-"));
const store = openSqliteStore({ path: path.join(folder, "governor.sqlite") });
const governor = createGovernor({ policies: fixedPolicy(actionPolicy(policy, "payments/decision")), store });

// The tool. It is called at most once for an action, after the decision is on disk; the key goes to whoever moves the money.
const pay = governor.governTool({
  name: "pay",
  schema: z.strictObject({ to: z.string().min(1), amount: z.number() }),
  execute: ({ to, amount }, { idempotencyKey }) => {
    if (to === "nobody") throw new ToolFailure("there is no such account");
    return { receipt: `receipt-${idempotencyKey.length}`, paid: amount };
  },
});

// Who asks comes from a credential that the application has verified, never from the model.
const principal = { tenant: "acme", issuer: "https://id.example", subject: "carla", role: "clerk" };
const context = { principal, session: "s-1" };

// What the model proposes, and what became of it.
for (const proposal of [
  { to: "ACME Paper Ltd", amount: 120 },
  { to: "ACME Paper Ltd", amount: 1_200 },
  { to: "ACME Paper Ltd", amount: 12_000 },
  { to: "ACME Paper Ltd", amount: "120" },
  { to: "nobody", amount: 1 },
]) {
  const outcome = await pay(context, proposal);
  const why = outcome.decision.reasons.map(({ message }) => message).join("; ");
  console.log(`${proposal.to}, ${proposal.amount}: ${outcome.outcome}${why === "" ? "" : ` (${why})`}`);
}

// The same key and action: the same answer, and one execution.
const once = { ...context, idempotencyKey: "invoice-17" };
const first = await pay(once, { to: "ACME Paper Ltd", amount: 20 });
const again = await pay(once, { to: "ACME Paper Ltd", amount: 20 });
console.log(`the same decision again: ${first.decision.id === again.decision.id}`);

// Would it be allowed? Runs nothing.
const decision = await governor.check(context, { tool: "pay", arguments: { to: "ACME Paper Ltd", amount: 600 } });
console.log(`600 would be: ${decision.effect}`);

await governor.drain();
await store.close();
rmSync(folder, { recursive: true });
