// What this model says. In: what was asked, what became of it. Out: plain sentences. It reports what results say and nothing else.

import { isMoneyText, moneyText } from "../money-text.ts";
import type { Talk } from "./intents.ts";
import { type PlacedOrder, recordOf, type ToldCall, textOf } from "./memory.ts";
import type { OrderArguments } from "./order-arguments.ts";
import type { ToldReason } from "./repair.ts";

type Answer = NonNullable<ToldCall["answer"]>;

const examples =
  'for example "buy 4,000 USD of AAPL for client c-17", "what does c-17 hold?", "price of MSFT", "sell half of it" or "could I buy 7,500 USD of AAPL for c-17?"';

export const talkTexts: Readonly<Record<Talk, string>> = {
  greeting: `Hello. I quote prices, show what clients hold, and buy and sell for them on the paper broker: ${examples}.`,
  thanks: "You are welcome.",
  bye: "Goodbye.",
  help: `I quote prices, show what clients hold, and buy and sell for them, all on a simulated broker. Every call of mine is decided by policy first; some orders wait for a reviewer. Try ${examples}.`,
  who: "I am the desk's advisor, speaking with the offline model: a deterministic program that reads plain requests, not a language model. Broker, prices and clients are simulated.",
  mood: "I am a program and have no moods, but everything works. What can I do for you?",
  advice: "I do not recommend investments. I can show prices and holdings, and say whether an order would be allowed.",
  rules:
    "I cannot change who you are, what your role may do or what the policy says, and nothing that is written here can. Every order is decided by policy, and where it says so by a reviewer, who is never the one who asked. I do not split orders to get below a limit either.",
  cancel:
    "I cannot take an order back. One that was executed stays, and can only be met by another order; one that waits can be rejected by a reviewer.",
  no: "All right. Nothing was done.",
  declined: "All right. Nothing was done.",
  "nothing-to-confirm": "There is nothing that waits for a yes. What shall I do?",
};

export const unclearText: string = `I did not understand that, and did nothing. I can quote a price, show what a client holds, and buy or sell: ${examples}.`;

/** "buy 4,000 USD of AAPL for c-17 at 231.50": words that this model reads itself. */
export function orderText({
  side,
  amount,
  currency,
  symbol,
  client,
  limit,
}: Omit<PlacedOrder, "outcome" | "amount"> & { readonly amount: number | string }): string {
  const price = limit === undefined ? "" : ` at ${limit}`;
  return `${side === "BUY" ? "buy" : "sell"} ${money(amount)} ${currency} of ${symbol} for ${client}${price}`;
}

export function placedOf(args: OrderArguments): Parameters<typeof orderText>[0] {
  const limit = args.limit_price === undefined ? undefined : Number(args.limit_price);
  return { ...args, limit };
}

function nameOf(args: OrderArguments): string {
  const what = args.side === "BUY" ? "the purchase" : "the sale";
  return `${what} of ${money(args.amount)} ${args.currency} of ${args.symbol} for ${args.client}`;
}

export function tradeText(args: OrderArguments, answer: Answer): string {
  const why = whyText(answer);
  switch (answer["outcome"]) {
    case "executed": {
      const { quantity, price, currency, fill } = recordOf(answer["result"]);
      const verb = args.side === "BUY" ? "Bought" : "Sold";
      return `${verb} ${amountOf(quantity)} ${args.symbol} for ${money(args.amount)} ${args.currency} at ${amountOf(price)} ${textOf(currency) ?? ""} for ${args.client} (fill ${amountOf(fill)}; simulated).`;
    }
    case "suspended": {
      const { id, expires_at: until } = recordOf(answer["review"]);
      return `${upper(nameOf(args))} waits for a reviewer until ${textOf(until) ?? "its time is over"} (review ${textOf(id) ?? "unknown"}): ${why} Nothing was traded yet; it runs by itself if they approve.`;
    }
    case "failed":
      return `${upper(nameOf(args))} was allowed, but nothing took effect: ${textOf(answer["text"]) ?? ""}`;
    case "unknown":
      return `It is not known whether ${nameOf(args)} took effect. I do not send it again; the desk will find out.`;
    default:
      return `${upper(nameOf(args))} was refused: ${why}`;
  }
}

/** An order that was sent again with what the refusal said would do. */
export function repairedText(first: { readonly args: OrderArguments; readonly answer: Answer }, then: string): string {
  return `${upper(nameOf(first.args))} was refused: ${whyText(first.answer)} I sent what would do instead. ${then}`;
}

export function proposalText(args: OrderArguments, answer: Answer, wouldDo: OrderArguments | undefined): string {
  const why = whyText(answer);
  const ask = (order: OrderArguments): string => `Shall I ${orderText(placedOf(order))}?`;
  switch (answer["would_be"]) {
    case "ALLOW":
      return `${upper(nameOf(args))} would be allowed now. ${ask(args)}`;
    case "MANUAL_REVIEW":
      return `${upper(nameOf(args))} would wait for a reviewer: ${why} ${ask(args)}`;
    default:
      return `${upper(nameOf(args))} would be refused: ${why}${wouldDo === undefined ? "" : ` ${ask(wouldDo)}`}`;
  }
}

export function holdingsText(client: string, answer: Answer, isCashOnly: boolean): string {
  if (answer["outcome"] !== "executed") return `What ${client} holds was not shown: ${whyText(answer)}`;
  const { cash, positions, risk_profile: profile } = recordOf(answer["result"]);
  const cashText = `${money(cash)} USD in cash`;
  if (isCashOnly) return `${client} has ${cashText} (simulated).`;
  const held = Object.entries(recordOf(positions)).map(([symbol, worth]) => `${symbol} worth ${money(worth)} USD`);
  const holds = held.length === 0 ? "holds nothing" : `holds ${held.join(", ")}`;
  return `${client} (${textOf(profile) ?? "no"} risk profile) ${holds}, and has ${cashText} (simulated).`;
}

export function quoteText(symbol: string, answer: Answer): string {
  if (answer["outcome"] !== "executed") return `There is no price of ${symbol}: ${whyText(answer)}`;
  const { last_price: price, currency } = recordOf(answer["result"]);
  return `${symbol} is at ${money(price)} ${textOf(currency) ?? ""} (simulated).`;
}

export function reasonsOf(answer: Answer): readonly ToldReason[] {
  const reasons: unknown = answer["reasons"];
  return Array.isArray(reasons)
    ? reasons.map((reason: unknown) => {
        const { code, message } = recordOf(reason);
        return { code: textOf(code) ?? "", message: textOf(message) ?? "" };
      })
    : [];
}

/** The first say the most, and the decision shows all. */
const maxReasons = 2;

function whyText(answer: Answer): string {
  const why = reasonsOf(answer).map(({ message }) => message);
  const more = why.length > maxReasons ? ` (and ${why.length - maxReasons} more)` : "";
  return why.length > 0
    ? `${why.slice(0, maxReasons).join("; ")}${more}.`
    : (textOf(answer["text"]) ?? "it is not said why.");
}

function money(value: unknown): string {
  return isMoneyText(value) ? moneyText(value) : "an unknown amount of";
}

function amountOf(value: unknown): string {
  return isMoneyText(value) ? moneyText(value) : "?";
}

function upper(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
