// What the policy must know about a trade beside the request: the fields of policies/README.md. In: the request and the
// broker. Out: facts. Whatever is not known is left out, and the policy refuses for want of it; nothing is made up here.

import { canonicalNumber, divideNumbers, multiplyNumbers, subtractNumbers } from "@flyball/engine/values";
import type { Exposure, Facts, FactsRequest, PlainValue, StoredAction } from "@flyball/governor";
import { findInstrument, lastPrice, simulatedVenue, usdRate } from "../broker/market-data.ts";
import { fromHundredths, toHundredths, toUsdCents } from "../broker/money.ts";
import type { Account, PaperBroker } from "../broker/paper-broker.ts";
import type { TradeArguments } from "./execute-trade.ts";
import { normalSymbol } from "./get-quote.ts";

const nsPerMs = 1_000_000n;
/** The policy asks for the client's orders of the last 10 s at least. */
const recentMs = 15_000;

type TradeRequest = FactsRequest<TradeArguments>;

export async function tradeFacts(broker: PaperBroker, request: TradeRequest): Promise<Facts> {
  const { principal, arguments: args, now } = request;
  const { tenant } = principal;
  const [inFlight, recent] = await Promise.all([
    tradesOf(request, { states: ["executing", "unknown"] }),
    tradesOf(request, { states: ["executing", "executed", "unknown", "suspended"], since: now - recentMs }),
  ]);
  // The policy looks for the same order again, so orders in other symbols need not be read, nor kept in the record.
  const symbol = normalSymbol(args.symbol);
  const alike = recent.filter((action) => normalSymbol(tradeOf(action).symbol) === symbol);
  // The account is read after the actions in flight: one that fills in between is counted twice for a moment, and never
  // not at all.
  return {
    ...marketFacts(args, now),
    ...clientFacts(broker, { tenant, client: args.client, reservedCents: sum(inFlight.filter(isPurchase)) }),
    recent_orders: alike.map(recentOrder),
  };
}

/** What the store knows of the client's trades; it adds those of which it does not know for whom they are. */
async function tradesOf(
  { actions, arguments: { client } }: TradeRequest,
  query: Pick<Parameters<TradeRequest["actions"]>[0], "states" | "since">,
): Promise<readonly StoredAction[]> {
  const found = await actions({ tool: "execute_trade", client, ...query });
  return found.filter((action) => tradeOf(action).client === client);
}

function marketFacts({ symbol, currency }: TradeArguments, now: number): Facts {
  const facts: Record<string, PlainValue> = {};
  const code = currency.trim().toUpperCase();
  const rate = usdRate(code);
  if (rate !== undefined && code !== "USD") {
    facts["fx"] = { currency: code, usd_per_unit: canonicalNumber({ coefficient: rate, exponent: -4 }) };
  }
  const instrument = findInstrument(normalSymbol(symbol));
  if (instrument === undefined) return facts;
  facts["instrument"] = {
    symbol: instrument.symbol,
    class: instrument.class,
    rating: instrument.rating,
    currency: instrument.currency,
    venue: simulatedVenue,
  };
  facts["market"] = {
    symbol: instrument.symbol,
    status: "OPEN",
    last_price: fromHundredths(lastPrice(instrument, now)),
    average_daily_volume: instrument.averageDailyVolume,
    as_of_ns: BigInt(now) * nsPerMs,
  };
  return facts;
}

interface ClientQuery {
  readonly tenant: string;
  readonly client: string;
  /** What purchases in flight will take, US cents. */
  readonly reservedCents?: bigint;
}

/** Empty where the tenant has no such client. */
export function clientFacts(broker: PaperBroker, { tenant, client, reservedCents = 0n }: ClientQuery): Facts {
  const account = broker.account(tenant, client);
  if (account === undefined) return {};
  const free = account.cashCents - reservedCents;
  const positions = [...account.positions].map(([symbol, cents]) => [symbol, fromHundredths(cents)] as const);
  return {
    client: {
      id: account.client,
      tenant,
      risk_profile: account.riskProfile,
      drawdown_percent: drawdownPercent(account),
      cash: fromHundredths(free > 0n ? free : 0n),
      positions: Object.fromEntries(positions),
    },
  };
}

function drawdownPercent({ cashCents, positions, peakCents }: Account): PlainValue {
  const worth = [...positions.values()].reduce((total, value) => total + value, cashCents);
  if (worth >= peakCents) return 0;
  return divideNumbers(multiplyNumbers(subtractNumbers(peakCents, worth), 100), peakCents) ?? 0;
}

/** What an order moves, in US dollars, for the ledger. What the policy refuses anyway (no rate, a negative amount) is 0. */
export function tradeExposure({ client, symbol, amount, currency }: TradeArguments): Exposure {
  const cents = toUsdCents(toHundredths(amount), usdRate(currency.trim().toUpperCase()) ?? 0n);
  return {
    amount: fromHundredths(cents > 0n ? cents : 0n),
    accounts: { client, symbol: normalSymbol(symbol) },
  };
}

/** The arguments of a stored trade, which were made by this tool's own schema. */
function tradeOf(action: StoredAction): TradeArguments {
  return action.arguments as unknown as TradeArguments;
}

function isPurchase(action: StoredAction): boolean {
  return tradeOf(action).side === "BUY";
}

/** US cents. */
function sum(actions: readonly StoredAction[]): bigint {
  return actions.reduce((total, action) => {
    const { amount, currency } = tradeOf(action);
    return total + toUsdCents(toHundredths(amount), usdRate(currency.trim().toUpperCase()) ?? 0n);
  }, 0n);
}

function recentOrder(action: StoredAction): PlainValue {
  const { client, symbol, side, amount, currency, order_type, limit_price } = tradeOf(action);
  return {
    client,
    symbol: normalSymbol(symbol),
    side,
    amount,
    currency: currency.trim().toUpperCase(),
    order_type,
    ...(limit_price === undefined ? {} : { limit_price }),
    placed_ns: BigInt(action.createdAt) * nsPerMs,
  };
}
