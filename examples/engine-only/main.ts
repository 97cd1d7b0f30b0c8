// A policy as a function: no governor, no store, nothing recorded. node examples/engine-only/main.ts

import { compile } from "@flyball/compiler";
import { loadPolicy, toJson } from "@flyball/engine";

const rego = `package trading

default decision := "DENY"

decision := "ALLOW" if input.amount <= data.limits[input.role]
`;

const { wasm, diagnostics } = compile({ modules: { "trading.rego": rego }, entrypoints: ["trading/decision"] });
if (wasm === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));

const policy = await loadPolicy(wasm, {
  data: { limits: { junior: 1_000, senior: 25_000 } },
  limits: { fuel: 10_000 },
});

// The fastest form: one entrypoint as a function of the input.
const decide = policy.entrypoint("trading/decision");
for (const input of [
  { role: "junior", amount: 1_000 },
  { role: "junior", amount: 1_000.01 },
  { role: "constructor", amount: 1 },
  { role: "senior", amount: Number.NaN },
]) {
  const evaluation = decide(input);
  // Three kinds of answers; only the first is the policy's word.
  switch (evaluation.kind) {
    case "value":
      console.log(`${input.role}, ${input.amount}: ${toJson(evaluation.value)}`);
      break;
    case "undefined":
      console.log(`${input.role}, ${input.amount}: no answer`);
      break;
    case "fault":
      console.log(`${input.role}, ${input.amount}: ${evaluation.code}`);
      break;
  }
}

// Documents are exchanged whole, between two evaluations.
policy.setData({ limits: { junior: 2_000, senior: 25_000 } });
const evaluation = decide({ role: "junior", amount: 1_500 });
console.log(`after setData: ${evaluation.kind === "value" ? toJson(evaluation.value) : evaluation.kind}`);
