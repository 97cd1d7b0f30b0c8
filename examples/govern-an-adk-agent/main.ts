// An agent of Google's kit behind the governor: node examples/govern-an-adk-agent/main.ts

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { governAgent } from "@flyball/adapters/adk";
import { compile } from "@flyball/compiler";
import { loadPolicy } from "@flyball/engine";
import { actionPolicy, createGovernor, fixedPolicy } from "@flyball/governor";
import { openSqliteStore } from "@flyball/governor/sqlite";
import { BaseLlm, InMemorySessionService, LlmAgent, Runner, setLogger } from "@google/adk";
import { z } from "zod";

// The policy: clerks pay up to 500 at once, and the refusal says so.
const rego = `package payments

default decision := {"decision": "DENY", "reasons": [{"code": "not_permitted", "message": "only clerks pay, and at most 500 at once"}]}

decision := "ALLOW" if {
  input.principal.role == "clerk"
  input.action.tool == "pay"
  input.action.arguments.amount > 0
  input.action.arguments.amount <= 500
}
`;
const { wasm, diagnostics } = compile({ modules: { "payments.rego": rego }, entrypoints: ["payments/decision"] });
if (wasm === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
const policy = actionPolicy(await loadPolicy(wasm), "payments/decision");
const folder = mkdtempSync(path.join(tmpdir(), "govern-an-adk-agent-"));
const store = openSqliteStore({ path: path.join(folder, "governor.sqlite") });
const governor = createGovernor({ policies: fixedPolicy(policy), store });

// What the tool does is registered with the governor; the agent gets its name and shape alone.
governor.governTool({
  name: "pay",
  schema: z.strictObject({ to: z.string().min(1), amount: z.number() }),
  execute: ({ to, amount }, { principal }) => ({ receipt: `${principal.subject} paid ${amount} to ${to}` }),
});

// Who asks comes from a credential that the application has verified; the model has no field for it.
const principal = {
  tenant: "acme",
  issuer: "https://id.example",
  subject: "carla",
  role: "clerk",
  agent: "bookkeeper",
};
const { plugin, tools } = governAgent({
  governor,
  tools: [
    {
      name: "pay",
      description: "Pays an amount to an account.",
      parameters: {
        type: "object",
        properties: { to: { type: "string" }, amount: { type: "number" } },
        required: ["to", "amount"],
        additionalProperties: false,
      },
    },
  ],
  callerOf: ({ sessionId }) => ({ principal, session: sessionId }),
  onOutcome: ({ tool, arguments: args }, { outcome }) => console.log(`${tool} ${JSON.stringify(args)}: ${outcome}`),
});

// In place of Gemini, so that this runs without an account: it asks for too much, invents a tool, and then reads what would do.
class StubbornModel extends BaseLlm {
  #step = 0;

  // biome-ignore lint/suspicious/useAwait: what a model answers comes as an asynchronous generator
  override async *generateContentAsync() {
    this.#step += 1;
    const call = (name: string, amount: number) => ({ functionCall: { name, args: { to: "ACME Paper Ltd", amount } } });
    const parts = [
      [call("pay", 9_000), call("wire", 9_000)],
      [call("pay", 500)],
      [{ text: "I paid 500 to ACME Paper Ltd." }],
    ];
    yield { content: { role: "model", parts: parts[this.#step - 1] ?? [] } };
  }

  override connect(): Promise<never> {
    return Promise.reject(new Error("there is no live model"));
  }
}

setLogger(null);
const agent = new LlmAgent({
  name: "bookkeeper",
  model: new StubbornModel({ model: "stubborn" }),
  instruction: "You pay invoices.",
  tools: [...tools],
});
const sessionService = new InMemorySessionService();
await sessionService.createSession({ appName: "payments", userId: "carla", sessionId: "s-1" });
// The governor's plugin comes first: a plugin before it could answer in its place.
const runner = new Runner({ appName: "payments", agent, plugins: [plugin], sessionService });
const newMessage = { role: "user", parts: [{ text: "Pay the invoice of ACME Paper." }] };
for await (const { content } of runner.runAsync({ userId: "carla", sessionId: "s-1", newMessage })) {
  for (const { text, functionResponse } of content?.parts ?? []) {
    if (functionResponse !== undefined)
      console.log(`  the model reads: ${String(functionResponse.response?.["text"])}`);
    if (text !== undefined) console.log(text);
  }
}

const { records } = await store.listDecisions({ tenant: "acme", limit: 10 });
const lines = records.toReversed().map(({ tool, decision }) => `${tool} ${decision.effect}`);
console.log(`on record: ${lines.join(", ")}`);
await governor.drain();
await store.close();
rmSync(folder, { recursive: true });
