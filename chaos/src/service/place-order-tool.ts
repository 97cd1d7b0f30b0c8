import { type ToolDefinition, ToolFailure } from "@flyball/governor";
import { z } from "zod";

export interface OrderArguments {
  readonly client: string;
  readonly symbol: string;
  readonly amount: number;
}

export interface OrderResult {
  readonly fill: number;
}

const schema: z.ZodType<OrderArguments> = z.strictObject({
  client: z.string().min(1),
  symbol: z.string().min(1),
  amount: z.int().positive(),
});

/**
 * Orders go to the broker's process, each with its action's key and exactly once. What became of one is asked by that key;
 * a broker that deduplicates then also bars it, and one that does not still knows what it has read and not yet done.
 */
export function placeOrderTool(
  broker: string,
  deduplicates: boolean,
): ToolDefinition<z.ZodType<OrderArguments>, OrderResult> {
  return {
    name: "place_order",
    schema,
    client: ({ client }) => client,
    exposure: ({ arguments: { client, symbol, amount } }) => ({ amount, accounts: { client, symbol } }),
    execute: async (args, { idempotencyKey, signal }) => {
      const response = await fetch(`${broker}/orders`, {
        method: "POST",
        body: JSON.stringify({ key: idempotencyKey, ...args }),
        signal,
      });
      const body = (await response.json()) as { readonly fill?: number; readonly rejected?: string };
      if (response.status === 422) throw new ToolFailure(body.rejected ?? "rejected");
      if (response.status !== 200 || body.fill === undefined) throw new Error(`the broker answered ${response.status}`);
      return { fill: body.fill };
    },
    reconcile: async (_args, { idempotencyKey, signal }) => {
      const url = `${broker}/orders/${idempotencyKey}`;
      const response = deduplicates
        ? await fetch(`${url}/bar`, { method: "POST", signal })
        : await fetch(url, { signal });
      const { state, fill } = (await response.json()) as { readonly state: string; readonly fill?: number };
      if (state === "filled" && fill !== undefined) return { kind: "executed", result: { fill } };
      return { kind: state === "absent" ? "absent" : "unknown" };
    },
  };
}
