// The advisor's complete decision (everything under policies/) as a careful engineer would write it in TypeScript: the
// yardstick that `handwritten` stands for in a clone without ../shared, and a second opinion that the grid test holds the
// compiled policy against, reason by reason. In: the input document of policies/README.md. Out: the decision object. It
// reads own properties only, reads the same thresholds as the policy, and must not share code with the policy's road.
//
// Where it is allowed to be coarser than Rego: money is added up in millionths of a unit held in a double, while the
// policy calculates with exact decimals. Figures that differ beyond the sixth place are outside what it is compared on.
// Longer than a file of ours usually is, because the whole decision stands in one place to be read beside the Rego.

import { sessionTable } from "./advisor-sessions.ts";

export interface AdvisorReason {
  readonly code: string;
  readonly field: string;
  readonly message: string;
}

export interface AdvisorDecision {
  readonly decision: "ALLOW" | "DENY" | "MANUAL_REVIEW";
  readonly reasons: readonly AdvisorReason[];
  readonly obligations: object;
}

/** The documents policies/<folder>/data.json, keyed by folder. */
export interface AdvisorData {
  readonly tools: {
    readonly roles: Readonly<Record<string, string>>;
    readonly grants: Readonly<Record<string, readonly string[]>>;
    readonly approver_roles: readonly string[];
  };
  readonly order: {
    readonly largest_amount: number;
    readonly currencies: Readonly<Record<string, { readonly units: number }>>;
    readonly classes: readonly string[];
    readonly crypto: Readonly<Record<string, string>>;
    readonly crypto_quotes: readonly string[];
    readonly restricted: Readonly<Record<string, string>>;
  };
  readonly limits: { readonly order: Readonly<Record<string, { readonly allow: number; readonly review: number }>> };
  readonly quality: {
    readonly largest_quote_age_seconds: number;
    readonly largest_market_order_percent_of_volume: number;
    readonly limit_price_collar_percent: number;
    readonly repeat_window_seconds: number;
    readonly largest_drawdown_percent_for_buys: number;
    readonly calendars: Readonly<Record<string, AdvisorCalendar>>;
    readonly venues: Readonly<Record<string, { readonly calendar?: string; readonly always_open?: boolean }>>;
  };
  readonly suitability: {
    readonly highest_rating: Readonly<Record<string, number>>;
    readonly ratings_above_profile_with_review: number;
    readonly concentration_percent: { readonly allow: number; readonly review: number };
  };
  readonly exposure: {
    readonly trader_daily: Readonly<Record<string, number>>;
    readonly client_daily: number;
    readonly symbol_daily: number;
  };
}

export interface AdvisorCalendar {
  readonly time_zone: string;
  readonly days: readonly string[];
  /** Hour, minute, second at the venue. */
  readonly open: readonly number[];
  readonly close: readonly number[];
  readonly holidays: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly early_closes: Readonly<Record<string, readonly number[]>>;
}

const ALLOW: AdvisorDecision = Object.freeze({
  decision: "ALLOW",
  reasons: Object.freeze([]),
  obligations: Object.freeze({}),
});

const own = Object.hasOwn;

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && !Array.isArray(value) && own(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function isPositive(value: unknown, largest: number): value is number {
  return typeof value === "number" && value > 0 && value <= largest;
}

function isNotNegative(value: unknown): value is number {
  return typeof value === "number" && value >= 0;
}

function isFilled(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isInstant(value: unknown): value is number {
  return typeof value === "number" && value > 0 && value < 9e18 && Math.floor(value) === value;
}

/** Millionths of a unit, so that sums of cents compare as sums of cents. */
function micro(amount: number): number {
  return Math.round(amount * 1e6);
}

/** Upper case without the white space around it, as Go's strings package understands both. */
function normalised(text: string): string {
  return text.replace(/^[\p{White_Space}]+|[\p{White_Space}]+$/gu, "").toUpperCase();
}

function grouped(whole: number): string {
  let head = String(whole);
  let tail = "";
  for (let group = 0; group < 3 && head.length > 3; group += 1) {
    tail = `,${head.slice(-3)}${tail}`;
    head = head.slice(0, -3);
  }
  return head + tail;
}

function ledger(amount: number): string {
  const cents = Math.round(amount * 100);
  return `${grouped(Math.floor(cents / 100))}.${String(cents % 100).padStart(2, "0")}`;
}

function money(amount: number): string {
  const written = ledger(amount);
  return written.endsWith(".00") ? written.slice(0, -3) : written;
}

function bySortOrder(a: AdvisorReason, b: AdvisorReason): number {
  if (a.code !== b.code) return a.code < b.code ? -1 : 1;
  if (a.field !== b.field) return a.field < b.field ? -1 : 1;
  return a.message < b.message ? -1 : a.message > b.message ? 1 : 0;
}

/** What one decision collects; lists come into being only when there is something to say. */
interface Findings {
  denials: AdvisorReason[] | undefined;
  reviews: AdvisorReason[] | undefined;
}

function deny(findings: Findings, code: string, fieldName: string, message: string): void {
  findings.denials ??= [];
  findings.denials.push({ code, field: fieldName, message });
}

function review(findings: Findings, code: string, fieldName: string, message: string): void {
  findings.reviews ??= [];
  findings.reviews.push({ code, field: fieldName, message });
}

const SYMBOL = /^[\t\n\f\r ]*[A-Za-z][A-Za-z0-9]{0,9}(?:[.-][A-Za-z0-9]{1,5})?[\t\n\f\r ]*$/;
const CURRENCY = /^[\t\n\f\r ]*[A-Za-z]{3}[\t\n\f\r ]*$/;

/** @returns the decision as a function of the input; thresholds are read and prepared once. */
export function handwrittenAdvisor(data: AdvisorData): (input: unknown) => AdvisorDecision {
  const roles = new Set(Object.keys(data.tools.roles));
  const grants = new Map(Object.entries(data.tools.grants).map(([tool, may]) => [tool, new Set(may)]));
  const largest = data.order.largest_amount;
  const currencies = new Map(Object.entries(data.order.currencies));
  const classes = new Set<unknown>(data.order.classes);
  const crypto = new Set(Object.keys(data.order.crypto));
  const restricted = new Set(Object.keys(data.order.restricted));
  const bounds = new Map(Object.entries(data.limits.order));
  const venues = new Map(Object.entries(data.quality.venues));
  const sessions = new Map(
    Object.entries(data.quality.calendars).map(([name, calendar]) => [name, sessionTable(calendar)]),
  );
  const highestRating = new Map(Object.entries(data.suitability.highest_rating));
  const traderDaily = new Map(Object.entries(data.exposure.trader_daily));
  const reviewDuty = Object.freeze({ review: Object.freeze({ approver_roles: data.tools.approver_roles }) });
  const { quality, suitability, exposure } = data;
  const list = (names: Iterable<string>) => [...names].sort().join(", ");

  function close(findings: Findings): AdvisorDecision {
    if (findings.denials !== undefined) {
      return { decision: "DENY", reasons: findings.denials.sort(bySortOrder), obligations: {} };
    }
    if (findings.reviews !== undefined) {
      return { decision: "MANUAL_REVIEW", reasons: findings.reviews.sort(bySortOrder), obligations: reviewDuty };
    }
    return ALLOW;
  }

  function judgePrincipal(findings: Findings, principal: unknown, tool: string | undefined): string | undefined {
    if (
      !isFilled(field(principal, "id")) ||
      !isFilled(field(principal, "issuer")) ||
      !isFilled(field(principal, "tenant"))
    ) {
      deny(
        findings,
        "principal_unknown",
        "principal",
        "the caller's id, issuer and tenant must be known; sign in again",
      );
    }
    const named = field(principal, "role");
    const role = typeof named === "string" && roles.has(named) ? named : undefined;
    if (role === undefined) {
      const message = `the caller has none of the roles that may act: ${list(roles)}`;
      deny(findings, "role_unknown", "principal.role", message);
    }
    if (tool === undefined) {
      deny(findings, "tool_unknown", "tool", `there is no such tool; there are ${list(grants.keys())}`);
    } else if (role !== undefined && !grants.get(tool)?.has(role)) {
      const message = `${role} may not use ${tool}; it is for ${list(grants.get(tool) ?? [])}`;
      deny(findings, "tool_not_permitted", "tool", message);
    }
    return role;
  }

  function judgeClient(findings: Findings, input: unknown, id: unknown): string | undefined {
    const client = field(input, "client");
    const tenant = field(field(input, "principal"), "tenant");
    const known = isFilled(id) && field(client, "id") === id ? id : undefined;
    if (known === undefined || !isFilled(tenant) || field(client, "tenant") !== tenant) {
      const message = "there is no such client for this caller; name a client of your own firm";
      deny(findings, "client_not_accessible", "client", message);
    }
    return known;
  }

  function readSymbol(findings: Findings, written: unknown): string | undefined {
    if (typeof written === "string" && SYMBOL.test(written)) return normalised(written);
    deny(findings, "symbol_invalid", "symbol", "the symbol must be a ticker such as AAPL or BRK.B");
    return undefined;
  }

  function judgeBars(findings: Findings, writtenSymbol: unknown, writtenCurrency: unknown): void {
    const named = new Set<string>();
    if (typeof writtenCurrency === "string") {
      const code = normalised(writtenCurrency);
      if (crypto.has(code)) named.add(code);
    }
    if (typeof writtenSymbol === "string") {
      const symbol = normalised(writtenSymbol);
      const base = symbol.split(/[-./]/, 1)[0] ?? "";
      if (crypto.has(base)) named.add(base);
      for (const quote of data.order.crypto_quotes) {
        if (symbol.endsWith(quote) && crypto.has(symbol.slice(0, -quote.length)))
          named.add(symbol.slice(0, -quote.length));
      }
      if (restricted.has(base)) {
        const message = `${base} is on the restricted list; it may not be traded until compliance lifts it`;
        deny(findings, "symbol_restricted", "symbol", message);
      }
    }
    for (const code of named) {
      const message = `${code} is a crypto asset; this desk trades equities, funds and bonds only`;
      deny(findings, "crypto_barred", "symbol", message);
    }
  }

  function judgeSession(findings: Findings, venueName: unknown, now: number | undefined): void {
    if (now === undefined) {
      deny(findings, "clock_missing", "now_ns", "the time of this decision is not known, so nothing can be traded");
    }
    const venue = typeof venueName === "string" ? venues.get(venueName) : undefined;
    if (venue === undefined) {
      const message = "the venue of this instrument has no calendar, so its hours are not known";
      deny(findings, "venue_unknown", "symbol", message);
      return;
    }
    if (venue.always_open === true || now === undefined) return;
    const table = venue.calendar === undefined ? undefined : sessions.get(venue.calendar);
    if (table === undefined || table.isOpen(now)) return;
    const closed = table.describeClosed(now);
    if (closed === undefined) {
      const message = "the market calendar does not cover this year; compliance must enter its holidays first";
      deny(findings, "calendar_not_maintained", "symbol", message);
    } else {
      deny(findings, "outside_market_hours", "symbol", closed);
    }
  }

  function decideTrade(findings: Findings, input: unknown, role: string | undefined): AdvisorDecision {
    const args = field(field(input, "action"), "arguments");
    const instrument = field(input, "instrument");
    const market = field(input, "market");
    const client = field(input, "client");
    const clientId = judgeClient(findings, input, field(args, "client"));

    // The order.
    const symbol = readSymbol(findings, field(args, "symbol"));
    const writtenSide = field(args, "side");
    const side = writtenSide === "BUY" || writtenSide === "SELL" ? writtenSide : undefined;
    if (side === undefined) deny(findings, "side_invalid", "side", "the side must be BUY or SELL");

    const writtenCurrency = field(args, "currency");
    const code =
      typeof writtenCurrency === "string" && CURRENCY.test(writtenCurrency) ? normalised(writtenCurrency) : "";
    const units = currencies.get(code)?.units;
    const currency = units === undefined ? undefined : code;
    if (units === undefined) {
      const message = `the currency must be one of ${list(currencies.keys())}`;
      deny(findings, "currency_not_accepted", "currency", message);
    }

    const writtenAmount = field(args, "amount");
    const amount = isPositive(writtenAmount, largest) ? writtenAmount : undefined;
    if (amount === undefined) {
      const message = "the amount must be a number above 0 (in digits, without a sign or a unit)";
      deny(findings, "amount_invalid", "amount", message);
    } else if (units !== undefined && Math.round(amount * units) / units !== amount) {
      const message = `the smallest unit of ${code} is 1/${units}; round the amount to it`;
      deny(findings, "amount_too_precise", "amount", message);
    }

    const orderType = field(args, "order_type");
    const writtenPrice = field(args, "limit_price");
    const limitPrice = orderType === "LIMIT" && isPositive(writtenPrice, largest) ? writtenPrice : undefined;
    if (orderType === "MARKET") {
      if (writtenPrice !== undefined && writtenPrice !== null) {
        const message = "a MARKET order has no limit price; leave it out or make it a LIMIT order";
        deny(findings, "limit_price_not_applicable", "limit_price", message);
      }
    } else if (orderType !== "LIMIT") {
      deny(findings, "order_type_invalid", "order_type", "the order type must be MARKET or LIMIT");
    } else if (limitPrice === undefined) {
      deny(findings, "limit_price_invalid", "limit_price", "a LIMIT order needs a limit price above 0");
    }

    let rate = code === "USD" ? 1 : undefined;
    if (currency !== undefined && rate === undefined) {
      const fx = field(input, "fx");
      const given = field(fx, "usd_per_unit");
      rate = field(fx, "currency") === code && isPositive(given, largest) ? given : undefined;
      if (rate === undefined) {
        const message = `there is no exchange rate for ${code} now; give the amount in USD`;
        deny(findings, "fx_rate_missing", "currency", message);
      }
    }
    const notional = amount !== undefined && rate !== undefined ? amount * rate : undefined;

    // The instrument.
    judgeBars(findings, field(args, "symbol"), writtenCurrency);
    const instrumentCurrency = field(instrument, "currency");
    if (symbol !== undefined) {
      if (
        field(instrument, "symbol") !== symbol ||
        !classes.has(field(instrument, "class")) ||
        typeof instrumentCurrency !== "string" ||
        !currencies.has(instrumentCurrency)
      ) {
        const message = `${symbol} is not an instrument of this desk (equities, funds, bonds)`;
        deny(findings, "instrument_unknown", "symbol", message);
      } else if (currency !== undefined && instrumentCurrency !== currency) {
        const message = `${symbol} trades in ${instrumentCurrency}; give the amount in it`;
        deny(findings, "currency_mismatch", "currency", message);
      }
    }

    // The size of the order.
    const limit = role === undefined ? undefined : bounds.get(role);
    if (role !== undefined && limit === undefined) {
      const message = "the caller's role has no order limit, so it may not trade";
      deny(findings, "order_limit_missing", "principal.role", message);
    } else if (limit !== undefined && notional !== undefined && notional > limit.allow) {
      if (notional > limit.review) {
        const message = `${money(notional - limit.review)} USD over the ${role} limit of ${money(limit.review)} USD for one order; at most ${money(limit.review)} USD with a review, at most ${money(limit.allow)} USD without`;
        deny(findings, "order_over_limit", "amount", message);
      } else {
        const message = `${money(notional - limit.allow)} USD over the ${role} limit of ${money(limit.allow)} USD for an order without a review; a reviewer decides, or send at most ${money(limit.allow)} USD`;
        review(findings, "order_needs_review", "amount", message);
      }
    }

    // The market.
    const writtenNow = field(input, "now_ns");
    const now = isInstant(writtenNow) ? writtenNow : undefined;
    judgeSession(findings, field(instrument, "venue"), now);
    const sameMarket = symbol !== undefined && field(market, "symbol") === symbol;
    const writtenLast = field(market, "last_price");
    const lastPrice = sameMarket && isPositive(writtenLast, largest) ? writtenLast : undefined;
    const writtenVolume = field(market, "average_daily_volume");
    const volume = sameMarket && isPositive(writtenVolume, largest) ? writtenVolume : undefined;
    if (symbol !== undefined && (lastPrice === undefined || volume === undefined)) {
      const message = `there is no usable price and volume for ${symbol}; ask for a quote first`;
      deny(findings, "market_data_missing", "symbol", message);
    }
    const asOf = field(market, "as_of_ns");
    const oldest = quality.largest_quote_age_seconds * 1e9;
    if (now === undefined || !isInstant(asOf) || now < asOf || now - asOf > oldest) {
      const message = `the price is not from the last ${quality.largest_quote_age_seconds} seconds; try again when there is a fresh one`;
      deny(findings, "market_data_stale", "symbol", message);
    }
    if (field(market, "status") !== "OPEN") {
      const message = "trading in this instrument is halted or closed; try again when it resumes";
      deny(findings, "market_not_open", "symbol", message);
    }
    const share = quality.largest_market_order_percent_of_volume;
    if (orderType === "MARKET" && amount !== undefined && lastPrice !== undefined && volume !== undefined) {
      if (amount * 100 > volume * lastPrice * share) {
        const message = `a market order above ${share} % of the average daily volume moves the price; send a LIMIT order or a smaller one`;
        deny(findings, "market_order_too_large", "amount", message);
      }
    }
    const collar = quality.limit_price_collar_percent;
    if (limitPrice !== undefined && lastPrice !== undefined) {
      if (Math.abs(micro(limitPrice) - micro(lastPrice)) * 100 > micro(lastPrice) * collar) {
        const message = `the limit price is more than ${collar} % away from the last trade at ${money(lastPrice)}; bring it nearer or send a MARKET order`;
        deny(findings, "limit_price_outside_collar", "limit_price", message);
      }
    }
    const drawdown = field(client, "drawdown_percent");
    const deepest = quality.largest_drawdown_percent_for_buys;
    if (!isNotNegative(drawdown) || drawdown > 100) {
      const message = "the client's drawdown is not known, so nothing can be traded for this client now";
      deny(findings, "drawdown_unknown", "client", message);
    } else if (side === "BUY" && drawdown > deepest) {
      const message = `the portfolio is down ${Math.round(drawdown * 100) / 100} % from its peak; above ${deepest} % nothing is bought, only sold`;
      deny(findings, "drawdown_too_deep", "side", message);
    }

    // The same order again.
    const recentOrders = field(input, "recent_orders");
    if (!Array.isArray(recentOrders) || !recentOrders.every(isReadableOrder)) {
      const message = "the recent orders are not known, so a repeat could not be noticed";
      deny(findings, "recent_orders_unknown", "client", message);
    } else if (symbol !== undefined && currency !== undefined && amount !== undefined && now !== undefined) {
      const isRepeat = (recent: RecentOrder) =>
        now - recent.placed_ns < quality.repeat_window_seconds * 1e9 &&
        recent.client === clientId &&
        recent.symbol.toUpperCase() === symbol &&
        recent.side === side &&
        recent.amount === amount &&
        recent.currency.toUpperCase() === currency &&
        recent.order_type === orderType &&
        (orderType === "MARKET" || recent.limit_price === limitPrice);
      if (recentOrders.some(isRepeat)) {
        const message = `the same order was placed less than ${quality.repeat_window_seconds} seconds ago; to ask again for that one use its idempotency key, for a second one wait`;
        deny(findings, "order_repeated", "amount", message);
      }
    }

    // The client.
    const profile = field(client, "risk_profile");
    const highest = typeof profile === "string" ? highestRating.get(profile) : undefined;
    if (highest === undefined) {
      const message = "the client has no risk profile on record; complete it before trading";
      deny(findings, "risk_profile_unknown", "client", message);
    }
    const rating = field(instrument, "rating");
    const isRated = typeof rating === "number" && Number.isInteger(rating) && rating >= 1 && rating <= 5;
    if (!isRated) {
      const message = "the product has no risk rating from 1 to 5; it must be rated before it is traded";
      deny(findings, "product_not_rated", "symbol", message);
    }
    if (isRated && highest !== undefined && side === "BUY" && rating > highest) {
      const told = `the product's risk rating is ${rating}, the client's profile (${String(profile)}) goes up to ${highest}`;
      if (rating - highest > suitability.ratings_above_profile_with_review) {
        deny(findings, "unsuitable_risk", "symbol", `${told}; choose a product rated ${highest} or lower`);
      } else {
        review(findings, "risk_above_profile", "symbol", `${told}; a reviewer decides`);
      }
    }
    const cash = field(client, "cash");
    const positions = field(client, "positions");
    const held = readPositions(positions, symbol);
    if (!isNotNegative(cash) || held === undefined) {
      const message = "the client's cash and positions are not known, so nothing can be traded for this client now";
      deny(findings, "portfolio_unknown", "client", message);
    }
    if (isNotNegative(cash) && held !== undefined && symbol !== undefined && side === "BUY" && notional !== undefined) {
      const portfolio = micro(cash) + held.all;
      const after = (held.symbol + micro(notional)) * 100;
      const { allow, review: most } = suitability.concentration_percent;
      if (after > portfolio * most) {
        const message = `${symbol} would be more than ${most} % of the client's portfolio of ${money(portfolio / 1e6)} USD; buy less of it`;
        deny(findings, "concentration_too_high", "amount", message);
      } else if (after > portfolio * allow) {
        const message = `${symbol} would be more than ${allow} % of the client's portfolio of ${money(portfolio / 1e6)} USD; a reviewer decides, or buy less of it`;
        review(findings, "concentration_needs_review", "amount", message);
      }
    }

    // The day.
    const trader = field(field(input, "exposure"), "trader");
    const clientDay = field(field(input, "exposure"), "client");
    const symbolDay = field(field(input, "exposure"), "symbol");
    const figures = [
      field(trader, "committed"),
      field(trader, "reserved"),
      field(clientDay, "committed"),
      field(clientDay, "reserved"),
      field(symbolDay, "committed"),
      field(symbolDay, "reserved"),
    ] as const;
    const traderUsed = sumOf(figures[0], figures[1]);
    const clientUsed = sumOf(figures[2], figures[3]);
    const symbolUsed = sumOf(figures[4], figures[5]);
    if (traderUsed === undefined || clientUsed === undefined || symbolUsed === undefined) {
      const message = "today's exposure is not known, so no limit can be kept; try again later";
      deny(findings, "exposure_unknown", "amount", message);
    }
    const traderLimit = role === undefined ? undefined : traderDaily.get(role);
    if (role !== undefined && traderLimit === undefined) {
      const message = "the caller's role has no daily limit, so it may not trade";
      deny(findings, "trader_limit_missing", "principal.role", message);
    }
    if (notional !== undefined) {
      const asked = micro(notional);
      if (traderUsed !== undefined && traderLimit !== undefined && traderUsed + asked > micro(traderLimit)) {
        denyDay(findings, { who: "trader", limit: traderLimit, used: traderUsed });
      }
      if (clientUsed !== undefined && clientUsed + asked > micro(exposure.client_daily)) {
        denyDay(findings, { who: "client", limit: exposure.client_daily, used: clientUsed });
      }
      if (symbolUsed !== undefined && symbolUsed + asked > micro(exposure.symbol_daily)) {
        denyDay(findings, { who: "symbol", limit: exposure.symbol_daily, used: symbolUsed });
      }
      if (side === "BUY" && isNotNegative(cash) && notional > cash) {
        const message = `the client has ${ledger(cash)} USD to spend; buy for at most that`;
        deny(findings, "cash_insufficient", "amount", message);
      }
      if (side === "SELL" && symbol !== undefined && held !== undefined && notional > held.symbol / 1e6) {
        const message = `the client holds ${ledger(held.symbol / 1e6)} USD of ${symbol}; sell at most that`;
        deny(findings, "short_sale", "amount", message);
      }
    }
    return close(findings);
  }

  return function decide(input: unknown): AdvisorDecision {
    const findings: Findings = { denials: undefined, reviews: undefined };
    const action = field(input, "action");
    const named = field(action, "tool");
    const tool = typeof named === "string" && grants.has(named) ? named : undefined;
    const role = judgePrincipal(findings, field(input, "principal"), tool);
    if (tool === "execute_trade") return decideTrade(findings, input, role);
    if (tool === "get_quote") readSymbol(findings, field(field(action, "arguments"), "symbol"));
    if (tool === "get_portfolio") judgeClient(findings, input, field(field(action, "arguments"), "client"));
    return close(findings);
  };
}

/** Millionths, or undefined when either is not an amount. */
function sumOf(committed: unknown, reserved: unknown): number | undefined {
  return isNotNegative(committed) && isNotNegative(reserved) ? micro(committed) + micro(reserved) : undefined;
}

function denyDay(findings: Findings, day: { who: "trader" | "client" | "symbol"; limit: number; used: number }): void {
  const left = ledger(Math.max(micro(day.limit) - day.used, 0) / 1e6);
  const message = `${left} of ${ledger(day.limit)} USD left today for this ${day.who}; send at most that, or wait until tomorrow`;
  deny(findings, `${day.who}_daily_limit`, "amount", message);
}

interface RecentOrder {
  readonly placed_ns: number;
  readonly client: string;
  readonly symbol: string;
  readonly side: "BUY" | "SELL";
  readonly amount: number;
  readonly currency: string;
  readonly order_type: "MARKET" | "LIMIT";
  readonly limit_price?: unknown;
}

function isReadableOrder(recent: unknown): recent is RecentOrder {
  const side = field(recent, "side");
  const type = field(recent, "order_type");
  const price = field(recent, "limit_price");
  return (
    isInstant(field(recent, "placed_ns")) &&
    isFilled(field(recent, "client")) &&
    isFilled(field(recent, "symbol")) &&
    (side === "BUY" || side === "SELL") &&
    isPositive(field(recent, "amount"), Number.POSITIVE_INFINITY) &&
    isFilled(field(recent, "currency")) &&
    (type === "MARKET" || (type === "LIMIT" && isPositive(price, Number.POSITIVE_INFINITY)))
  );
}

/** Millionths: all positions together, and the one in `symbol` (0 where there is none). */
function readPositions(positions: unknown, symbol: string | undefined): { all: number; symbol: number } | undefined {
  if (typeof positions !== "object" || positions === null || Array.isArray(positions)) return undefined;
  let all = 0;
  let ofSymbol = 0;
  for (const name of Object.keys(positions)) {
    const value: unknown = (positions as Record<string, unknown>)[name];
    if (!isNotNegative(value)) return undefined;
    all += micro(value);
    if (name === symbol) ofSymbol = micro(value);
  }
  return { all, symbol: ofSymbol };
}
