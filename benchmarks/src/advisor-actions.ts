// Inputs for measuring the advisor's policies where ../shared is not at hand: documents as the advisor's governor builds them,
// in the proportions of a working day. In: how many, and a seed. Out: the same documents for the same two numbers, on every
// machine. They differ in shape and in the order of their keys, as documents from several callers do.

/** Monday, 23 November 2026, 10:00 in New York. */
const NOW_NS = 1_795_446_000_000_000_000;

const SYMBOLS = [
  { symbol: "AAPL", class: "EQUITY", rating: 3, price: 231.5, volume: 55_000_000 },
  { symbol: "MSFT", class: "EQUITY", rating: 3, price: 425.25, volume: 22_000_000 },
  { symbol: "TSLA", class: "EQUITY", rating: 5, price: 340, volume: 95_000_000 },
  { symbol: "VTI", class: "ETF", rating: 2, price: 290.75, volume: 3_000_000 },
  { symbol: "BND", class: "BOND", rating: 1, price: 73.1, volume: 6_000_000 },
] as const;

/** What goes wrong, one in seven of the trades: changed arguments. */
const MISTAKES: readonly Readonly<Record<string, unknown>>[] = [
  { amount: "1000" },
  { amount: -250 },
  { currency: "btc" },
  { symbol: "acme" },
  { side: "buy" },
  { order_type: "LIMIT", limit_price: 12.5 },
  { limit_price: undefined },
];

export function advisorActions(count: number, seed: number): readonly object[] {
  let state = seed >>> 0;
  /** A whole number below `bound`, by a linear congruential generator (Numerical Recipes' constants). */
  function next(bound: number): number {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  }
  function pick<T>(values: readonly T[]): T {
    const value = values[next(values.length)];
    if (value === undefined) throw new RangeError("nothing to pick from");
    return value;
  }

  function principal(role: string): object {
    const id = `t-${next(400)}`;
    const issuer = "https://id.example.test";
    return next(2) === 0 ? { id, issuer, tenant: "north", role } : { role, tenant: "north", issuer, id };
  }

  function client(id: string): object {
    const risk_profile = pick(["moderate", "growth", "growth", "aggressive"]);
    const positions = { AAPL: 400_000 + next(100_000), BND: 1_500_000.25, VTI: 600_000, MSFT: 320_000.5 };
    return {
      id,
      tenant: "north",
      risk_profile,
      drawdown_percent: next(470) / 100,
      cash: 1_000_000 + next(3_000_000),
      positions,
    };
  }

  function trade(): object {
    const { symbol, class: kind, rating, price, volume } = pick(SYMBOLS);
    const role = pick(["junior", "junior", "junior", "senior"]);
    const id = `c-${next(9000)}`;
    const amount = next(role === "junior" ? 1_100_000 : 90_000_000) / 100 + 1;
    const isLimit = next(3) > 0;
    const order = {
      client: id,
      symbol: next(4) === 0 ? symbol.toLowerCase() : symbol,
      side: pick(["BUY", "BUY", "SELL"]),
      amount,
      currency: pick(["USD", "usd"]),
      order_type: isLimit ? "LIMIT" : "MARKET",
      ...(isLimit ? { limit_price: Math.round(price * (96 + next(9))) / 100 } : {}),
      ...(next(7) === 0 ? pick(MISTAKES) : {}),
    };
    const past = { client: id, symbol: "VTI", side: "BUY", amount: 500, currency: "USD", order_type: "MARKET" };
    return {
      now_ns: NOW_NS,
      principal: principal(role),
      action: {
        tool: "execute_trade",
        arguments: Object.fromEntries(Object.entries(order).filter(([, value]) => value !== undefined)),
      },
      instrument: { symbol, class: kind, rating, currency: "USD", venue: pick(["XNAS", "XNYS", "SIM"]) },
      market: {
        symbol,
        status: "OPEN",
        last_price: price,
        average_daily_volume: volume,
        as_of_ns: NOW_NS - 1_000_000_000,
      },
      client: client(id),
      exposure: {
        trader: { committed: next(60_000), reserved: next(5000) / 4 },
        client: { committed: next(900_000) / 100, reserved: 0 },
        symbol: { committed: 1_250_000.5, reserved: 0 },
      },
      recent_orders: Array.from({ length: next(4) }, () => ({ ...past, placed_ns: NOW_NS - next(60) * 1_000_000_000 })),
    };
  }

  function reading(): object {
    if (next(2) === 0) {
      const { symbol } = pick(SYMBOLS);
      return { action: { tool: "get_quote", arguments: { symbol } }, principal: principal("analyst"), now_ns: NOW_NS };
    }
    const id = `c-${next(9000)}`;
    return {
      principal: principal("reviewer"),
      action: { arguments: { client: id }, tool: "get_portfolio" },
      client: client(id),
    };
  }

  return Array.from({ length: count }, () => (next(5) === 0 ? reading() : trade()));
}
