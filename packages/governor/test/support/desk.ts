// A desk with a daily limit: up to 25,000.00 a day and trader, reviewed above 1,000; its tool counts by client as well.

import { compile } from "@flyball/compiler";
import { loadPolicy } from "@flyball/engine";
import {
  type ActionPolicy,
  actionPolicy,
  createGovernor,
  type Governor,
  type GovernorOptions,
  type Principal,
  type Reconciled,
  type Store,
  ToolFailure,
} from "@flyball/governor";
import { z } from "zod";

const deskRego = `package desk

default decision := {"decision": "DENY", "reasons": [{"code": "not_permitted", "message": "no"}]}

amount := input.action.arguments.amount

used := input.exposure.trader.committed + input.exposure.trader.reserved

over if used + amount > 25000

duty := {"review": {"approver_roles": input.approvers}}

review contains {"code": "large", "message": sprintf("%v is large", [amount]), "field": "amount"} if amount > 1000

review contains {"code": "frozen_client", "message": "the client is frozen"} if input.frozen

decision := {"decision": "DENY", "reasons": [{
  "code": "daily_limit",
  "message": sprintf("%v of 25000 left today", [25000 - used]),
}]} if over

decision := {"decision": "MANUAL_REVIEW", "reasons": review, "obligations": duty} if {
  not over
  count(review) > 0
}

decision := {"decision": "ALLOW"} if {
  not over
  count(review) == 0
}
`;

export async function deskPolicy(): Promise<ActionPolicy> {
  const { wasm } = compile({ modules: { "desk.rego": deskRego }, entrypoints: ["desk/decision"] });
  if (wasm === undefined) throw new Error("the desk's policy does not compile");
  return actionPolicy(await loadPolicy(wasm), "desk/decision", { module: wasm });
}

export const trader: Principal = { tenant: "acme", issuer: "https://id.example", subject: "tra", role: "junior" };
export const approver: Principal = { ...trader, subject: "rev", role: "reviewer" };
export const context = { principal: trader, session: "s-1" } as const;

export interface Desk {
  readonly governor: Governor;
  /** Amounts that were executed. */
  readonly paid: number[];
  /** What the policy is told about the client. */
  readonly client: { frozen: boolean; approvers: readonly string[] };
  readonly pay: (amount: number, more?: Readonly<Record<string, unknown>>) => ReturnType<Governor["act"]>;
}

export interface DeskOptions extends Partial<Omit<GovernorOptions, "policies" | "store">> {
  readonly execute?: (amount: number) => unknown;
  readonly reconcile?: () => Reconciled<unknown>;
}

export function openDesk(store: Store, policy: ActionPolicy, options: DeskOptions = {}): Desk {
  const { execute = (amount: number) => ({ paid: amount }), reconcile, ...rest } = options;
  const governor = createGovernor({ policies: { current: () => policy }, store, ...rest });
  const paid: number[] = [];
  const client: Desk["client"] = { frozen: false, approvers: ["reviewer"] };
  governor.governTool({
    name: "pay",
    schema: z.strictObject({ amount: z.number(), to: z.string().optional() }),
    exposure: ({ arguments: { amount, to = "c-1" } }) => ({ amount, accounts: { client: to } }),
    facts: () => ({ ...client }),
    execute: ({ amount }) => {
      if (amount === 13) throw new ToolFailure("unlucky");
      paid.push(amount);
      return execute(amount);
    },
    ...(reconcile === undefined ? {} : { reconcile }),
  });
  return {
    governor,
    paid,
    client,
    pay: (amount, more = {}) => governor.act({ ...context, ...more }, { tool: "pay", arguments: { amount } }),
  };
}
