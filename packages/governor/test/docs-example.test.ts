// The example of docs/reference/governor.md is support/payments-example.ts: type-checked with everything else, run here,
// and compared with the page.

import { readFileSync } from "node:fs";
import path from "node:path";
import { compile } from "@flyball/compiler";
import { expect, test } from "vitest";
import { governPayments } from "./support/payments-example.ts";
import { temporaryFolder } from "./support/test-governor.ts";

const rego = `package payments

default decision := "DENY"

decision := "ALLOW" if {
  input.principal.role == "clerk"
  input.action.tool == "pay"
  input.action.arguments.amount <= input.budget
}
`;

test("the example of the page runs", async () => {
  const { wasm } = compile({ modules: { "payments.rego": rego }, entrypoints: ["payments/decision"] });
  if (wasm === undefined) throw new Error("the example's policy does not compile");
  const pay = await governPayments(wasm, path.join(temporaryFolder(), "store.sqlite"));
  const principal = { tenant: "acme", issuer: "https://id.example", subject: "u-1", role: "clerk" };
  const outcomes = [];
  for (const [to, amount] of [
    ["x", 500],
    ["x", 501],
    ["nobody", 1],
  ] as const) {
    outcomes.push((await pay({ principal, session: "s-1" }, { to, amount })).outcome);
  }
  expect(outcomes).toEqual(["executed", "refused", "failed"]);
});

test("the page shows the code and the policy as they are", () => {
  const page = readFileSync(path.resolve(import.meta.dirname, "../../../docs/reference/governor.md"), "utf8");
  const text = readFileSync(path.resolve(import.meta.dirname, "support/payments-example.ts"), "utf8");
  expect(page).toContain(`\`\`\`ts\n${text}\`\`\``);
  expect(page).toContain(`\`\`\`rego\n${rego}\`\`\``);
});
