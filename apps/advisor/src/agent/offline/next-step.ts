// What to do next in a turn. In: what the person wants, and every call of the turn with its answer. Out: the calls that can be made
// now, or the reply once there are none. It is worked out anew from the whole turn each time: the same turn gives the same steps.

import { canonicalJson, toPlainValue } from "@flyball/governor";
import type { Intent, TradeIntent } from "./intents.ts";
import { isComplete, type Memory, type PlacedOrder, recordOf, type ToldCall, textOf } from "./memory.ts";
import { exactNumber, type OrderArguments } from "./order-arguments.ts";
import { repairOrder } from "./repair.ts";
import {
  holdingsText,
  orderText,
  placedOf,
  proposalText,
  quoteText,
  reasonsOf,
  repairedText,
  talkTexts,
  tradeText,
  unclearText,
} from "./say.ts";
import type { Slots } from "./slots.ts";

export interface PlannedCall {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export type Step =
  | { readonly kind: "calls"; readonly calls: readonly PlannedCall[] }
  | { readonly kind: "text"; readonly text: string };

/** How often an order is sent again with what its refusal says would do. */
const maxRepairs = 2;

export function nextStep(intents: readonly Intent[], memory: Memory, done: readonly ToldCall[]): Step {
  const turn = turnOf(done);
  const texts = intents.map((intent) => follow(intent, memory, turn)).filter((text) => text !== undefined);
  const calls = turn.wanted();
  if (calls.length > 0) return { kind: "calls", calls };
  return { kind: "text", text: texts.join("\n") };
}

interface Turn {
  /** The answer to a call that changes nothing; undefined where it is only wanted now. */
  readonly ask: (call: PlannedCall) => ToldCall["answer"];
  /** The answer to an order; each is taken once, since two alike are two orders. */
  readonly send: (call: PlannedCall) => ToldCall["answer"];
  readonly wanted: () => readonly PlannedCall[];
}

function turnOf(done: readonly ToldCall[]): Turn {
  const left = [...done];
  const wanted: PlannedCall[] = [];
  const keyOf = (call: PlannedCall): string => {
    const args = toPlainValue(call.arguments);
    return `${call.tool} ${args.ok ? canonicalJson(args.value) : ""}`;
  };
  return {
    ask: (call) => {
      const key = keyOf(call);
      const found = done.find((one) => keyOf(one) === key);
      if (found === undefined && !wanted.some((one) => keyOf(one) === key)) wanted.push(call);
      return found?.answer;
    },
    send: (call) => {
      const key = keyOf(call);
      const index = left.findIndex((one) => keyOf(one) === key);
      if (index < 0) wanted.push(call);
      return index < 0 ? undefined : left.splice(index, 1)[0]?.answer;
    },
    wanted: () => wanted,
  };
}

/** What to say about it, undefined while something is still to be done. */
function follow(intent: Intent, memory: Memory, turn: Turn): string | undefined {
  switch (intent.kind) {
    case "talk":
      return talkTexts[intent.about];
    case "unclear":
      return unclearText;
    case "status":
      return statusText(memory);
    case "holdings": {
      const { client } = intent;
      if (client === undefined) return "Which client? Say, for example, c-17.";
      const answer = turn.ask({ tool: "get_portfolio", arguments: { client } });
      return answer === undefined ? undefined : holdingsText(client, answer, intent.isCashOnly);
    }
    case "quote": {
      const { symbol } = intent;
      if (symbol === undefined) return "The price of what?";
      const answer = turn.ask({ tool: "get_quote", arguments: { symbol } });
      return answer === undefined ? undefined : quoteText(symbol, answer);
    }
    case "afterthought":
      return followAfterthought(intent.order, intent.changed, { memory, turn });
    case "trade":
      return followTrade(intent, turn);
    default:
      return assertNever(intent);
  }
}

function statusText({ report, order }: Memory): string {
  if (report !== undefined) return report;
  if (order === undefined) return "There was no order in this conversation yet.";
  const { outcome } = order;
  return `The last order (${orderText(order)}) is ${outcome === "suspended" ? "still waiting for a reviewer" : outcome}.`;
}

function followAfterthought(
  order: PlacedOrder,
  changed: Slots,
  { memory, turn }: { readonly memory: Memory; readonly turn: Turn },
): string | undefined {
  const next = changedOrder(order, changed);
  if (order.outcome === "unknown") {
    return `It is not known whether the last order (${orderText(order)}) took effect, so I send no other in its place.`;
  }
  if (order.outcome === "suspended") {
    return `The last order (${orderText(order)}) waits for a reviewer, and I cannot take it back; they can reject it. Shall I ${orderText(next)}?`;
  }
  if (order.outcome !== "executed") {
    const amount = { kind: "money", value: String(next.amount), currency: next.currency } as const;
    const { client, symbol, side, limit } = next;
    const price = limit === undefined ? {} : { limit: String(limit) };
    return follow(
      { kind: "trade", client, symbol, side, amount, ...price, isQuestion: false, isExact: false },
      memory,
      turn,
    );
  }
  const isOnlyAmount =
    next.symbol === order.symbol &&
    next.client === order.client &&
    next.side === order.side &&
    next.currency === order.currency;
  const difference = Math.round((next.amount - order.amount) * 100) / 100;
  if (!isOnlyAmount) return `The last order was executed and cannot be changed. Shall I ${orderText(next)}?`;
  if (difference === 0) return "The last order was executed for just that.";
  const side = difference > 0 === (order.side === "BUY") ? "BUY" : "SELL";
  const rest = orderText({ ...next, side, amount: Math.abs(difference) });
  return `The last order was executed for ${orderText(order)} and cannot be changed. To come to ${orderText(next)}: Shall I ${rest}?`;
}

function changedOrder(order: PlacedOrder, { side, amount, symbol, client, limit }: Slots): PlacedOrder {
  const isMoney = amount?.kind === "money";
  const part = amount?.kind === "part" ? Math.floor(order.amount * amount.percent) / 100 : order.amount;
  return {
    ...order,
    side: side ?? order.side,
    symbol: symbol ?? order.symbol,
    client: client ?? order.client,
    limit: limit === undefined ? order.limit : Number(limit),
    amount: isMoney ? Number(amount.value) : part,
    currency: (isMoney ? amount.currency : undefined) ?? order.currency,
  };
}

function followTrade(intent: TradeIntent, turn: Turn): string | undefined {
  if (!isComplete(intent)) return missingText(intent);
  const sized = sizeOf(intent, turn);
  if (sized === undefined || typeof sized === "string") return sized;
  const tool = intent.isQuestion ? "propose_trade" : "execute_trade";
  const isCurrencyNamed = intent.amount?.kind === "money" && intent.amount.currency !== undefined;
  const tried: { readonly args: OrderArguments; readonly answer: NonNullable<ToldCall["answer"]> }[] = [];
  for (let args: OrderArguments | undefined = sized; args !== undefined; ) {
    const call: PlannedCall = { tool, arguments: { ...args } };
    const answer = intent.isQuestion ? turn.ask(call) : turn.send(call);
    if (answer === undefined) return undefined;
    const wouldDo = repairOrder(args, { reasons: reasonsOf(answer), isCurrencyNamed });
    if (intent.isQuestion) return proposalText(args, answer, wouldDo);
    const mayRepair = answer["outcome"] === "refused" && !intent.isExact && tried.length < maxRepairs;
    if (!mayRepair || wouldDo === undefined) {
      const text = tradeText(args, answer);
      const [first] = tried;
      if (first !== undefined) return repairedText(first, text);
      const isOffer = wouldDo !== undefined && answer["outcome"] === "refused";
      return isOffer ? `${text} Shall I ${orderText(placedOf(wouldDo))}?` : text;
    }
    tried.push({ args, answer });
    args = wouldDo;
  }
  return undefined;
}

function missingText({ side, amount, symbol, client, unclear }: TradeIntent): string {
  const missing = [
    side === undefined ? "buy or sell" : "",
    amount === undefined ? "the amount (4,000 USD or 10 shares; I cannot tell what 4.000 means)" : "",
    symbol === undefined ? "the instrument (AAPL, for example)" : "",
    client === undefined ? "the client (c-17, for example)" : "",
    unclear === undefined ? "" : `one ${unclear.join(" and one ")} for each order`,
  ].filter((part) => part !== "");
  return `Nothing was sent yet. Please tell me ${missing.join(", and ")}.`;
}

/** The order with its amount in money; a text where there can be none, undefined while prices or holdings are asked for. */
function sizeOf(intent: TradeIntent, turn: Turn): OrderArguments | string | undefined {
  const { side, amount, symbol, client, limit } = intent;
  if (side === undefined || amount === undefined || symbol === undefined || client === undefined) return undefined;
  const terms =
    limit === undefined
      ? { order_type: "MARKET" as const }
      : { order_type: "LIMIT" as const, limit_price: exactNumber(limit) };
  const order = { client, symbol, side, ...terms };
  if (amount.kind === "money")
    return { ...order, amount: exactNumber(amount.value), currency: amount.currency ?? "USD" };
  if (amount.kind === "shares") {
    const quote = turn.ask({ tool: "get_quote", arguments: { symbol } });
    if (quote === undefined) return undefined;
    const { last_price: price, currency } = recordOf(quote["result"]);
    if (typeof price !== "number") return quoteText(symbol, quote);
    return { ...order, amount: cutToCents(price * Number(amount.quantity)), currency: textOf(currency) ?? "USD" };
  }
  const portfolio = turn.ask({ tool: "get_portfolio", arguments: { client } });
  if (portfolio === undefined) return undefined;
  if (portfolio["outcome"] !== "executed") return holdingsText(client, portfolio, false);
  const { cash, positions } = recordOf(portfolio["result"]);
  const whole = side === "BUY" ? cash : recordOf(positions)[symbol];
  if (typeof whole !== "number" || whole <= 0)
    return `${client} ${side === "BUY" ? "has no cash" : `holds no ${symbol}`}, so nothing was sent.`;
  return { ...order, amount: cutToCents((whole * amount.percent) / 100), currency: "USD" };
}

/** A hair is added, so that a product that is a cent in truth and a little less as a double stays one. */
function cutToCents(amount: number): number {
  return Math.floor(amount * 100 + 1e-6) / 100;
}

function assertNever(value: never): never {
  throw new TypeError(`unexpected ${String(value)}`);
}
