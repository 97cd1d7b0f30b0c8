import { loadPolicy } from "@flyball/engine";
import { actionPolicy, createGovernor, fixedPolicy, type GovernedTool, ToolFailure } from "@flyball/governor";
import { openSqliteStore } from "@flyball/governor/sqlite";
import { z } from "zod";

export async function governPayments(wasm: Uint8Array<ArrayBuffer>, file: string): Promise<GovernedTool<object>> {
  const policy = await loadPolicy(wasm, { limits: { fuel: 100_000 } });
  const store = openSqliteStore({ path: file });
  const governor = createGovernor({ policies: fixedPolicy(actionPolicy(policy, "payments/decision")), store });

  return governor.governTool({
    name: "pay",
    schema: z.strictObject({ to: z.string(), amount: z.number() }),
    facts: ({ principal }) => ({ budget: principal.tenant === "acme" ? 500 : 0 }),
    execute: ({ to, amount }, { idempotencyKey, signal }) => {
      signal.throwIfAborted();
      if (to === "nobody") throw new ToolFailure("there is no such account");
      return { receipt: idempotencyKey, paid: amount };
    },
  });
}
