import { compile } from "@flyball/compiler";
import { type Evaluation, loadPolicy } from "@flyball/engine";

const source = `package limits

default decision := "DENY"

decision := "ALLOW" if input.amount <= 5000
`;

const { wasm, diagnostics } = compile({ modules: { "limits.rego": source }, entrypoints: ["limits/decision"] });
if (wasm === undefined) throw new Error(JSON.stringify(diagnostics));

const policy = await loadPolicy(wasm);
const decide = policy.entrypoint("limits/decision");

function effect(evaluation: Evaluation): unknown {
  return evaluation.kind === "value" ? evaluation.value : evaluation.kind;
}

console.log(JSON.stringify({ small: effect(decide({ amount: 4000 })), large: effect(decide({ amount: 6000 })) }));
