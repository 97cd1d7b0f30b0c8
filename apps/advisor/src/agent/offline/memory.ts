// What was spoken of before. In: the conversation as the framework hands it over. Out: the last client, instrument and order, what
// was offered and what is missing. It is worked out anew at each step: this model keeps nothing itself.

import { readIntents, type TradeIntent } from "./intents.ts";

/** A call and its answer, as the framework tells them. */
export interface ToldCall {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly answer: Readonly<Record<string, unknown>> | undefined;
}

export type Told =
  | { readonly kind: "user"; readonly text: string }
  | { readonly kind: "desk"; readonly text: string }
  | { readonly kind: "model"; readonly text: string }
  | { readonly kind: "call"; readonly call: ToldCall };

/** An order that was sent, or asked about. */
export interface PlacedOrder {
  readonly client: string;
  readonly symbol: string;
  readonly side: "BUY" | "SELL";
  readonly amount: number;
  readonly currency: string;
  readonly limit: number | undefined;
  readonly outcome: string;
}

export interface Memory {
  readonly client?: string | undefined;
  readonly symbol?: string | undefined;
  readonly order?: PlacedOrder | undefined;
  /** A request that would be done on a yes. */
  readonly offer?: string | undefined;
  /** An order for which something was missing. */
  readonly draft?: TradeIntent | undefined;
  /** What the desk reported last. */
  readonly report?: string | undefined;
}

export function memoryOf(past: readonly Told[]): Memory {
  let memory: Memory = {};
  for (const told of past) memory = remember(memory, told);
  return memory;
}

function remember(memory: Memory, told: Told): Memory {
  switch (told.kind) {
    case "user": {
      const intents = readIntents(told.text, memory);
      const trade = intents.findLast((intent): intent is TradeIntent => intent.kind === "trade");
      const named = intents.findLast((intent) => intent.kind === "trade" || intent.kind === "holdings");
      const isDraft = trade !== undefined && !isComplete(trade);
      return {
        ...memory,
        ...(named?.client === undefined ? {} : { client: named.client }),
        offer: undefined,
        draft: isDraft ? trade : undefined,
      };
    }
    case "desk":
      return { ...memory, report: told.text };
    case "model":
      return { ...memory, offer: /Shall I (.+?)\?/.exec(told.text)?.[1] };
    case "call":
      return { ...memory, ...fromCall(told.call, memory) };
    default:
      return assertNever(told);
  }
}

export function isComplete({ side, amount, symbol, client }: TradeIntent): boolean {
  return side !== undefined && amount !== undefined && symbol !== undefined && client !== undefined;
}

function fromCall({ tool, arguments: args, answer }: ToldCall, before: Memory): Partial<Memory> {
  const client = textOf(args["client"]);
  const symbol = textOf(args["symbol"]);
  const named = { ...(client === undefined ? {} : { client }), ...(symbol === undefined ? {} : { symbol }) };
  if (tool === "get_portfolio") return { ...named, ...onlyHolding(answer, before) };
  if (tool !== "execute_trade" && tool !== "propose_trade") return named;
  const { side, amount, currency, limit_price: limit } = args;
  if (client === undefined || symbol === undefined || typeof amount !== "number") return named;
  const order: PlacedOrder = {
    client,
    symbol,
    side: side === "SELL" ? "SELL" : "BUY",
    amount,
    currency: textOf(currency) ?? "USD",
    limit: typeof limit === "number" ? limit : undefined,
    outcome: textOf(answer?.["outcome"]) ?? "unknown",
  };
  return { ...named, order };
}

/** "It" after a portfolio means what was spoken of before, where that is held, or the only holding. */
function onlyHolding(answer: ToldCall["answer"], before: Memory): Partial<Memory> {
  const positions = recordOf(recordOf(answer?.["result"])["positions"]);
  if (before.symbol !== undefined && Object.hasOwn(positions, before.symbol)) return {};
  const [symbol, ...others] = Object.keys(positions);
  return { symbol: others.length === 0 ? symbol : undefined };
}

export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function assertNever(value: never): never {
  throw new TypeError(`unexpected ${String(value)}`);
}
