// What a refusal says would do. In: the arguments of an order and the reasons why it was refused. Out: the same order with what the
// reasons ask for, or undefined where they ask for nothing that can be done without asking the person again.

import type { OrderArguments } from "./order-arguments.ts";

export interface ToldReason {
  readonly code: string;
  readonly message: string;
}

export interface RepairContext {
  readonly reasons: readonly ToldReason[];
  /** The person named the currency. */
  readonly isCurrencyNamed: boolean;
}

/** Each reason that can be met gives an amount, of which the least is sent; one that cannot be met is a refusal for good. */
const amounts: ReadonlyMap<string, RegExp> = new Map([
  ["order_over_limit", /at most ([\d,]+(?:\.\d+)?) USD without/],
  ["trader_daily_limit", /^([\d,]+(?:\.\d+)?) of [\d,.]+ USD left today/],
  ["client_daily_limit", /^([\d,]+(?:\.\d+)?) of [\d,.]+ USD left today/],
  ["symbol_daily_limit", /^([\d,]+(?:\.\d+)?) of [\d,.]+ USD left today/],
  ["cash_insufficient", /has ([\d,]+(?:\.\d+)?) USD to spend/],
  ["short_sale", /holds ([\d,]+(?:\.\d+)?) USD of/],
]);

export function repairOrder(
  args: OrderArguments,
  { reasons, isCurrencyNamed }: RepairContext,
): OrderArguments | undefined {
  let { amount, currency } = args;
  for (const { code, message } of reasons) {
    const stated = amounts.get(code)?.exec(message)?.[1];
    if (stated !== undefined) {
      // The reasons speak of US dollars; in another currency they give no amount.
      if (currency !== "USD") return undefined;
      amount = Math.min(Number(amount), Number(stated.replaceAll(",", "")));
    } else if (code === "amount_too_precise") {
      amount = Math.floor(Number(amount) * 100) / 100;
    } else if (code === "currency_mismatch" && !isCurrencyNamed) {
      const traded = /trades in ([A-Z]{3});/.exec(message)?.[1];
      if (traded === undefined) return undefined;
      currency = traded;
    } else {
      return undefined;
    }
  }
  const isOther = Number(amount) !== Number(args.amount) || currency !== args.currency;
  return isOther && Number(amount) > 0 ? { ...args, amount, currency } : undefined;
}
