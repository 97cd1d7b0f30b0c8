import { type ToolDefinition, ToolFailure } from "@flyball/governor";
import { z } from "zod";
import { type ExactNumber, fromHundredths } from "../broker/money.ts";
import type { PaperBroker } from "../broker/paper-broker.ts";
import { clientFacts } from "./trade-facts.ts";

const schema: z.ZodType<{ readonly client: string }> = z.strictObject({ client: z.string().min(1).max(64) });

export interface Portfolio {
  readonly client: string;
  readonly risk_profile: string;
  readonly cash: ExactNumber;
  readonly positions: Readonly<Record<string, ExactNumber>>;
  readonly currency: "USD";
  readonly simulated: true;
}

/** What a client holds at the paper broker, in US dollars. Changes nothing. */
export function getPortfolioTool(broker: PaperBroker): ToolDefinition<typeof schema, Portfolio> {
  return {
    name: "get_portfolio",
    schema,
    readOnly: true,
    client: ({ client }) => client,
    facts: ({ principal, arguments: args }) => clientFacts(broker, { tenant: principal.tenant, client: args.client }),
    execute: ({ client }, { principal }) => {
      const account = broker.account(principal.tenant, client);
      if (account === undefined) throw new ToolFailure(`there is no client ${client}`);
      const positions = [...account.positions].map(([symbol, cents]) => [symbol, fromHundredths(cents)] as const);
      return {
        client: account.client,
        risk_profile: account.riskProfile,
        cash: fromHundredths(account.cashCents),
        positions: Object.fromEntries(positions),
        currency: "USD",
        simulated: true,
      };
    },
  };
}
