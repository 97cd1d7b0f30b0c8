// The document that every grid of the advisor starts from: an order that nothing speaks against, with figures so far from
// every threshold that a grid meets only the thresholds that it walks over.

import type { GridDocument } from "./grid-axis.ts";

/** Monday, 23 November 2026, 10:00 in New York. */
export const NOW_NS = 1_795_446_000_000_000_000;

export const SECOND_NS = 1_000_000_000;

export const ADVISOR_DOCUMENT: GridDocument = {
  now_ns: NOW_NS,
  principal: { id: "t-1", issuer: "https://id.example.test", tenant: "north", role: "junior" },
  action: {
    tool: "execute_trade",
    arguments: {
      client: "c-17",
      symbol: "AAPL",
      side: "BUY",
      amount: 1000,
      currency: "USD",
      order_type: "LIMIT",
      limit_price: 252.5,
    },
  },
  instrument: { symbol: "AAPL", class: "EQUITY", rating: 3, currency: "USD", venue: "XNAS" },
  market: {
    symbol: "AAPL",
    status: "OPEN",
    last_price: 250,
    average_daily_volume: 50_000_000,
    as_of_ns: NOW_NS - SECOND_NS,
  },
  client: {
    id: "c-17",
    tenant: "north",
    risk_profile: "growth",
    drawdown_percent: 1.5,
    cash: 10_000_000,
    positions: { AAPL: 2_000_000, BND: 8_000_000 },
  },
  exposure: {
    trader: { committed: 0, reserved: 0 },
    client: { committed: 0, reserved: 0 },
    symbol: { committed: 0, reserved: 0 },
  },
  recent_orders: [],
};
