// From an OPA server to a module in process, one step at a time. The server answers as before; the module is asked behind
// it, and every difference is reported. Needs an OPA server with this policy:
//
//   opa run --server --addr 127.0.0.1:8181 finance.rego
//   node examples/policy-client-shadow/main.ts http://127.0.0.1:8181/v1/data/finance/decision

import { readFileSync } from "node:fs";
import path from "node:path";
import { compile } from "@flyball/compiler";
import { loadPolicy } from "@flyball/engine";
import { actionPolicy, fixedPolicy, PolicyClient } from "@flyball/governor";

const rego = readFileSync(path.join(import.meta.dirname, "finance.rego"), "utf8");
const { wasm, diagnostics } = compile({ modules: { "finance.rego": rego }, entrypoints: ["finance/decision"] });
if (wasm === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
const policies = fixedPolicy(actionPolicy(await loadPolicy(wasm), "finance/decision"));

// Step 1: the server answers, the module is compared. Step 2 is { policies, shadow: { url, ... } }: the module answers, the
// server is compared. Step 3 is { policies }, and the server goes.
const [url = "http://127.0.0.1:8181/v1/data/finance/decision"] = process.argv.slice(2);
const client = new PolicyClient({
  url,
  timeoutMs: 500,
  shadow: {
    policies,
    onDifference: ({ difference, inputDigest, answered, shadow }) =>
      console.log(
        `${difference}: ${answered.side} ${answered.effect}, ${shadow.side} ${shadow.effect}, ${inputDigest}`,
      ),
  },
});

// What the application does today stays as it is. Whatever goes wrong, the answer is DENY.
for (const amount of [500, 1_500, 50_000]) {
  console.log(`${amount}: ${await client.evaluatePolicy({ role: "junior", amount })}`);
}
console.log(`may trade: ${await client.checkPolicy({ role: "junior", amount: 20 })}`);

await client.drain();
const { agreed, differed, dropped } = client.stats().shadow;
console.log(`${agreed} agreed, ${differed} differed, ${dropped} not compared`);
client.close();
