import { type ToolDefinition, ToolFailure } from "@flyball/governor";
import { z } from "zod";
import { type ExactNumber, fromHundredths, fromMillionths, toHundredths } from "../broker/money.ts";
import type { Fill, PaperBroker } from "../broker/paper-broker.ts";
import { exactAmount } from "./exact-amount.ts";
import { normalSymbol } from "./get-quote.ts";
import { tradeExposure, tradeFacts } from "./trade-facts.ts";

export interface TradeArguments {
  readonly client: string;
  readonly symbol: string;
  readonly side: "BUY" | "SELL";
  /** Money to spend or to raise, in `currency`. */
  readonly amount: ExactNumber;
  readonly currency: string;
  readonly order_type: "MARKET" | "LIMIT";
  readonly limit_price?: ExactNumber | undefined;
}

/** The shape alone: which symbols, currencies and amounts are acceptable is for the policy to say. */
const schema: z.ZodType<TradeArguments> = z
  .strictObject({
    client: z.string().min(1).max(64),
    symbol: z.string().min(1).max(32),
    side: z.enum(["BUY", "SELL"]),
    amount: exactAmount(2),
    currency: z.string().min(1).max(16),
    order_type: z.enum(["MARKET", "LIMIT"]),
    limit_price: exactAmount(2).optional(),
  })
  .superRefine(({ order_type, limit_price }, context) => {
    const isLimit = order_type === "LIMIT";
    if (isLimit === (limit_price !== undefined)) return;
    const message = isLimit ? "is required for a LIMIT order" : "must be absent for a MARKET order";
    context.addIssue({ code: "custom", path: ["limit_price"], message });
  });

/** What the paper broker did. Nothing of it happened anywhere but in its file. */
export interface TradeConfirmation {
  readonly fill: number;
  readonly symbol: string;
  readonly side: "BUY" | "SELL";
  readonly amount: ExactNumber;
  readonly currency: string;
  readonly price: ExactNumber;
  /** In shares, cut off after six decimal places. */
  readonly quantity: ExactNumber;
  readonly filled_at: string;
  readonly simulated: true;
}

export function executeTradeTool(broker: PaperBroker): ToolDefinition<typeof schema, TradeConfirmation> {
  return {
    name: "execute_trade",
    schema,
    client: ({ client }) => client,
    facts: (request) => tradeFacts(broker, request),
    exposure: ({ arguments: args }) => tradeExposure(args),
    reconcile: (_args, { idempotencyKey }) => {
      const fill = broker.settleKey(idempotencyKey);
      return fill === undefined ? { kind: "absent" } : { kind: "executed", result: confirmation(fill) };
    },
    execute: (args, { idempotencyKey, principal }) => {
      const placement = broker.place({
        idempotencyKey,
        trader: principal,
        client: args.client,
        symbol: normalSymbol(args.symbol),
        side: args.side,
        amount: toHundredths(args.amount),
        currency: args.currency.trim().toUpperCase(),
        ...(args.limit_price === undefined ? {} : { limitPrice: toHundredths(args.limit_price) }),
      });
      if (placement.kind === "rejected")
        throw new ToolFailure(`the paper broker rejects the order: ${placement.message}`);
      return confirmation(placement.fill);
    },
  };
}

function confirmation(fill: Fill): TradeConfirmation {
  return {
    fill: fill.id,
    symbol: fill.symbol,
    side: fill.side,
    amount: fromHundredths(fill.amount),
    currency: fill.currency,
    price: fromHundredths(fill.price),
    quantity: fromMillionths(fill.quantity),
    filled_at: new Date(fill.filledAt).toISOString(),
    simulated: true,
  };
}
