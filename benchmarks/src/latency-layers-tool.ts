import { compile } from "@flyball/compiler";
import { loadPolicy, type Policy } from "@flyball/engine";
import {
  actionPolicy,
  createGovernor,
  fixedPolicy,
  type GovernedTool,
  type Governor,
  type Store,
  type ToolDefinition,
} from "@flyball/governor";

/** One policy and one tool for all layers, so that their figures can be subtracted from each other. */
export const layersEntrypoint = "bench/decision";

const source = `package bench

default decision := "DENY"

limits := {"junior": 1000, "senior": 25000}

decision := "ALLOW" if {
  input.action.tool == "place_order"
  input.action.arguments.amount > 0
  input.action.arguments.amount <= limits[input.principal.role]
  not repeated
}

repeated if {
  some recent in input.recent_orders
  recent.amount == input.action.arguments.amount
}
`;

export async function layersPolicy(): Promise<Policy> {
  const { wasm, diagnostics } = compile({ modules: { "bench.rego": source }, entrypoints: [layersEntrypoint] });
  if (wasm === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return await loadPolicy(wasm, { limits: { fuel: 10_000_000 } });
}

export const trader = { tenant: "acme", issuer: "https://id.example", subject: "jun", role: "junior" } as const;

export interface OrderArguments {
  readonly amount: number;
}

/** A Standard Schema by hand, so that no validator is measured. */
const schema = {
  "~standard": {
    version: 1,
    vendor: "flyball-benchmarks",
    types: undefined as { readonly input: OrderArguments; readonly output: OrderArguments } | undefined,
    validate: (value: unknown) =>
      typeof value === "object" && value !== null && "amount" in value && typeof value.amount === "number"
        ? { value: { amount: value.amount } }
        : { issues: [{ message: "amount must be a number" }] },
  },
} as const;

export interface LayersDesk {
  readonly governor: Governor;
  readonly placeOrder: GovernedTool<OrderArguments>;
}

export interface DeskOptions {
  /** On whose account of the ledger orders count; on nobody's where absent. */
  readonly client?: string;
  /** Whose orders of the last 15 s the policy is told of. */
  readonly recentOf?: string;
}

export function openDesk(policy: Policy, store: Store, { client, recentOf }: DeskOptions = {}): LayersDesk {
  const governor = createGovernor({ policies: fixedPolicy(actionPolicy(policy, layersEntrypoint)), store });
  const tool: ToolDefinition<typeof schema, OrderArguments> = {
    name: "place_order",
    schema,
    execute: ({ amount }) => ({ amount }),
    ...(client === undefined ? {} : { exposure: ({ arguments: { amount } }) => ({ amount, accounts: { client } }) }),
    ...(recentOf === undefined
      ? {}
      : {
          // Not the client whose orders are counted, or what is measured would grow by being measured.
          client: () => "c-measured",
          facts: async ({ actions, now }) => {
            const base = { tool: "place_order", client: recentOf } as const;
            const [, recent] = await Promise.all([
              actions({ ...base, states: ["executing", "unknown"] }),
              actions({ ...base, states: ["executing", "executed", "unknown", "suspended"], since: now - 15_000 }),
            ]);
            // The store adds orders of which it does not know for whom they are.
            const own = recent.map((action) => action.arguments as unknown as { readonly client?: string });
            return { recent_orders: own.filter((order) => order.client === recentOf) };
          },
        }),
  };
  return { governor, placeOrder: governor.governTool(tool) };
}
