// The grids of the advisor's policies: every threshold of policies/*/data.json below, at and above, with zero, negative,
// absent and wrongly typed values in its place, each crossed with every role and every amount. In: amounts that only the
// caller can make (a number kept as decimal text). Out: grids for `checkGrid`. The figures are written out here and not
// read from the data on purpose: a threshold that is changed by mistake should meet a test that still knows the old one.
// Longer than most files because it is a table.

import { ADVISOR_DOCUMENT, NOW_NS, SECOND_NS } from "./advisor-document.ts";
import {
  ABSENT,
  type Axis,
  type AxisValue,
  at,
  each,
  type Grid,
  type GridDocument,
  together,
  unclear,
  withField,
} from "./grid-axis.ts";

const NOT_NUMBERS = [ABSENT, null, true, "", "1000", "NaN", "-1", [], [1000], {}] as const;
const NOT_TEXTS = [ABSENT, null, true, 0, 17, [], ["AAPL"], {}] as const;

/** From the most to the least that a role may do; then the one beside the ladder and those outside it. */
function rolesAnd(unknown: readonly unknown[]): Axis {
  return {
    name: "role",
    worsens: true,
    values: [
      ...each("principal/role", ["senior", "junior", "analyst"]),
      { ...at("principal/role", "reviewer"), aside: true },
      ...unknown.map((role): AxisValue => ({ ...at("principal/role", role), must: "unknown_role" })),
    ],
  };
}

const ROLES = rolesAnd(["admin", ABSENT]);

const EVERY_ROLE = rolesAnd([...NOT_TEXTS, "", "Junior", "SENIOR", "junior ", "admin", "__proto__", "constructor"]);

const PROPER_AMOUNTS = [
  0.01, 1000, 4999.99, 5000, 5000.01, 9999.99, 10_000, 10_000.01, 50_000, 50_000.01, 499_999.99, 500_000, 500_000.01,
  999_999.99, 1_000_000, 1_000_000.01, 1_000_000_000_000,
];

const WHOLE_AMOUNTS = PROPER_AMOUNTS.filter((amount) => Number.isInteger(amount));

const NO_AMOUNTS = [ABSENT, "1000", 0, -1_000_000] as const;

const EVERY_NO_AMOUNT = [
  ...NOT_NUMBERS,
  0,
  -0.01,
  -1000,
  -1_000_000,
  0.001,
  4999.999,
  1_000_000_000_001,
  1e300,
] as const;

function amountsOf(proper: readonly number[], improper: readonly unknown[]): Axis {
  const path = "action/arguments/amount";
  return { name: "amount", worsens: true, values: [...each(path, proper), ...unclear(path, improper)] };
}

const AMOUNTS = amountsOf(PROPER_AMOUNTS, NO_AMOUNTS);

const CRYPTO_SPELLINGS = ["BTC", "btc", "Btc", " bTC\t", "eth", "XRP", "xrp", "doge", "usdt", "XbT", "sol"];

const CRYPTO_PAIRS = ["BTC-USD", "btc-usd", "eth.x", "BTCUSD", "btcUsdt", "ethbtc", "BTC/USD", "\u017fol"];

const RESTRICTED_SPELLINGS = ["ACME", "acme", " Acme ", "ACME.A", "twtr", "Wdgt"];

const BARRED_SYMBOLS = [...CRYPTO_SPELLINGS, ...CRYPTO_PAIRS, ...RESTRICTED_SPELLINGS];

const MALFORMED_SYMBOLS = [
  ...NOT_TEXTS,
  "",
  " ",
  "AA PL",
  "AAPL\u0000",
  "AAPL\u200b",
  "\u0410APL",
  "\uff21APL",
  "1A",
  "A..B",
];

/** Names a symbol in the order, the reference data and the market data, so that only a bar can stop it. */
function tradeIn(written: string): AxisValue {
  const symbol = written.trim().toUpperCase();
  return together(JSON.stringify(written), {
    "action/arguments/symbol": written,
    "instrument/symbol": symbol,
    "market/symbol": symbol,
  });
}

const SIDES: Axis = { name: "side", values: each("action/arguments/side", ["BUY", "SELL"]) };

const LIMIT = together("LIMIT", { "action/arguments/order_type": "LIMIT" });
const MARKET = together("MARKET", {
  "action/arguments/order_type": "MARKET",
  "action/arguments/limit_price": ABSENT,
});

const ORDER_TYPES: Axis = { name: "order type", values: [LIMIT, MARKET] };

/** A moment, with a snapshot of that moment. */
function moment(iso: string): AxisValue {
  const ns = Date.parse(iso) * 1e6;
  return together(iso, { now_ns: ns, "market/as_of_ns": ns });
}

const MOMENTS = [
  ["2026-11-23T09:29:59-05:00", "2026-11-23T09:30:00-05:00", "2026-11-23T15:59:59-05:00", "2026-11-23T16:00:00-05:00"],
  ["2026-07-06T13:29:59Z", "2026-07-06T13:30:00Z", "2026-07-06T19:59:59Z", "2026-07-06T20:00:00Z"],
  ["2026-03-06T14:30:00Z", "2026-03-09T13:30:00Z", "2026-10-30T13:30:00Z", "2026-11-02T14:29:59Z"],
  ["2026-11-21T17:00:00Z", "2026-11-22T17:00:00Z", "2026-11-21T01:00:00Z", "2026-11-26T17:00:00Z"],
  ["2026-11-27T17:59:59Z", "2026-11-27T18:00:00Z", "2026-12-24T18:00:00Z", "2028-07-03T17:00:00Z"],
  ["2025-12-31T17:00:00Z", "2026-01-01T04:59:59Z", "2026-01-02T15:00:00Z", "2028-12-29T20:59:59Z"],
  ["2029-01-02T17:00:00Z", "1970-01-02T17:00:00Z", "2254-06-04T17:00:00Z"],
].flat();

/** The order of the document as it would have been recorded, `ageNs` ago, with some fields replaced. */
function repeated(label: string, ageNs: number, changes: Readonly<Record<string, unknown>> = {}): AxisValue {
  return {
    label,
    apply: (document) => {
      const { action } = document as { readonly action: { readonly arguments: GridDocument } };
      return withField(document, "recent_orders", [{ ...action.arguments, placed_ns: NOW_NS - ageNs, ...changes }]);
    },
  };
}

const REPEATS: Axis = {
  name: "recent orders",
  values: [
    ...each("recent_orders", [[]]),
    repeated("an hour ago", 3600 * SECOND_NS),
    repeated("10 s ago", 10 * SECOND_NS),
    repeated("just under 10 s ago", 10 * SECOND_NS - 1024),
    repeated("now", 0),
    repeated("in the future", -SECOND_NS),
    repeated("in lower case", 0, { symbol: "aapl", currency: "usd" }),
    repeated("for another client", 0, { client: "c-18" }),
    repeated("of another amount", 0, { amount: 77 }),
    repeated("on the other side", 0, { side: "SELL" }),
    repeated("at another price", 0, { order_type: "LIMIT", limit_price: 240 }),
    ...unclear("recent_orders", [ABSENT, null, true, 0, "", {}, { orders: [] }, [null], [[]], [{}], ["now"]]),
    ...["client", "symbol", "side", "currency", "order_type", "placed_ns"].map(
      (name): AxisValue => ({ ...repeated(`${name} unreadable`, 0, { [name]: null }), must: "unclear" }),
    ),
  ],
};

/** What each field that a trade needs could be, and what it must not be. */
const FIELDS: Readonly<Record<string, readonly unknown[]>> = {
  now_ns: [...NOT_NUMBERS, 0, -1, 1.5, 9e18, 1e300],
  principal: [ABSENT, null, "t-1", 0, [], {}],
  "principal/id": [...NOT_TEXTS, ""],
  "principal/issuer": [...NOT_TEXTS, ""],
  "principal/tenant": [...NOT_TEXTS, "", "south"],
  action: [ABSENT, null, "execute_trade", 0, [], {}],
  "action/tool": [...NOT_TEXTS, "", "Execute_Trade", "execute_trade ", "transfer_funds", "__proto__", "toString"],
  "action/arguments": [ABSENT, null, "AAPL", 0, [], {}],
  "action/arguments/client": [...NOT_TEXTS, "", "C-17", "c-17 ", "c-18"],
  "action/arguments/symbol": MALFORMED_SYMBOLS,
  "action/arguments/side": [...NOT_TEXTS, "", "buy", "BUY ", "HOLD"],
  "action/arguments/currency": [...NOT_TEXTS, "", "US", "USDX", "SEK", "EUR", "u\u017fd", "U\u200bSD"],
  "action/arguments/order_type": [...NOT_TEXTS, "", "limit", "STOP", "MARKET"],
  "action/arguments/limit_price": [...NOT_NUMBERS, 0, -252.5, 1e300],
  instrument: [ABSENT, null, "AAPL", 0, [], {}],
  "instrument/symbol": [...NOT_TEXTS, "", "aapl", "MSFT"],
  "instrument/class": [...NOT_TEXTS, "", "equity", "CRYPTO", "OPTION"],
  "instrument/rating": [...NOT_NUMBERS, 0, 6, -1, 2.5],
  "instrument/currency": [...NOT_TEXTS, "", "usd", "EUR", "SEK"],
  "instrument/venue": [...NOT_TEXTS, "", "xnas", "XLON", "__proto__"],
  market: [ABSENT, null, "OPEN", 0, [], {}],
  "market/symbol": [...NOT_TEXTS, "", "aapl", "MSFT"],
  "market/status": [...NOT_TEXTS, "", "open", "HALTED", "CLOSED"],
  "market/last_price": [...NOT_NUMBERS, 0, -250, 1e300],
  "market/average_daily_volume": [...NOT_NUMBERS, 0, -1, 1e300],
  "market/as_of_ns": [...NOT_NUMBERS, 0, -1, 1.5, NOW_NS + SECOND_NS, NOW_NS - 61 * SECOND_NS],
  client: [ABSENT, null, "c-17", 0, [], {}],
  "client/id": [...NOT_TEXTS, "", "c-18"],
  "client/tenant": [...NOT_TEXTS, "", "south"],
  "client/risk_profile": [...NOT_TEXTS, "", "Growth", "reckless", "__proto__"],
  "client/drawdown_percent": [...NOT_NUMBERS, -0.01, 100.01, 1e300],
  "client/cash": [...NOT_NUMBERS, -0.01],
  "client/positions": [ABSENT, null, true, 0, "", [], [1000]],
  "client/positions/BND": [null, true, "", "1000", -0.01, [], {}],
  exposure: [ABSENT, null, 0, [], {}],
  "exposure/trader": [ABSENT, null, 0, [], {}],
  "exposure/client": [ABSENT, null, 0, [], {}],
  "exposure/symbol": [ABSENT, null, 0, [], {}],
  "exposure/trader/committed": [...NOT_NUMBERS, -0.01],
  "exposure/trader/reserved": [...NOT_NUMBERS, -0.01],
  "exposure/client/committed": [...NOT_NUMBERS, -0.01],
  "exposure/client/reserved": [...NOT_NUMBERS, -0.01],
  "exposure/symbol/committed": [...NOT_NUMBERS, -0.01],
  "exposure/symbol/reserved": [...NOT_NUMBERS, -0.01],
};

const EVERY_FIELD: Axis = {
  name: "field",
  values: Object.entries(FIELDS).flatMap(([path, values]) =>
    unclear(path, values).map((value) => ({ ...value, label: `${path} ${value.label}` })),
  ),
};

function chain(name: string, path: string, steps: readonly unknown[], improper: readonly unknown[] = []): Axis {
  return { name, worsens: true, values: [...each(path, steps), ...unclear(path, improper)] };
}

/** A grid of trades: the axes given, then every role and amount, then axes that depend on those. */
function trades(name: string, axes: readonly Axis[], after: readonly Axis[] = []): Grid {
  return { name, base: ADVISOR_DOCUMENT, axes: [...axes, ROLES, AMOUNTS, ...after] };
}

/** The document of an order in another currency than the dollar. */
function paidIn(currency: string): AxisValue {
  const code = currency.toUpperCase();
  return together(currency, {
    "action/arguments/currency": currency,
    "instrument/currency": code,
    "fx/currency": code,
  });
}

const CURRENCY_SPELLINGS: Axis = {
  name: "currency",
  values: [
    at("action/arguments/currency", "USD"),
    ...each("action/arguments/currency", ["usd", "Usd", " uSD\n"]).map((value) => ({ ...value, spells: '"USD"' })),
    ...each("action/arguments/currency", CRYPTO_SPELLINGS).map((value): AxisValue => ({ ...value, must: "barred" })),
  ],
};

const SYMBOLS: Axis = {
  name: "symbol",
  values: [
    tradeIn("AAPL"),
    ...["aapl", "Aapl", " aAPL\t"].map((written) => ({ ...tradeIn(written), spells: '"AAPL"' })),
    tradeIn("BRK.B"),
    { ...tradeIn("brk.b"), spells: '"BRK.B"' },
    tradeIn("SOLV"),
    ...BARRED_SYMBOLS.map((written): AxisValue => ({ ...tradeIn(written), must: "barred" })),
  ],
};

const RATES = chain("rate", "fx/usd_per_unit", [0.0078125, 0.5, 1, 1.25, 2], [0, -1, 1e300, ...NOT_NUMBERS]);

/** The first grid alone: what one order says by itself, with every role and every amount in every form. */
export function orderGrid(moreNoAmounts: readonly unknown[] = []): Grid {
  return {
    name: "order",
    base: ADVISOR_DOCUMENT,
    axes: [
      SIDES,
      ORDER_TYPES,
      CURRENCY_SPELLINGS,
      EVERY_ROLE,
      amountsOf(PROPER_AMOUNTS, [...EVERY_NO_AMOUNT, ...moreNoAmounts]),
    ],
  };
}

/**
 * @param moreNoAmounts further values in place of the amount that must be denied, such as numbers of more digits than a
 *   JavaScript number has.
 */
export function advisorGrids(moreNoAmounts: readonly unknown[] = []): readonly Grid[] {
  return [
    orderGrid(moreNoAmounts),
    trades("symbols and what pays for them", [SYMBOLS, CURRENCY_SPELLINGS]),
    trades("collar above", [
      SIDES,
      chain("limit price", "action/arguments/limit_price", [250, 274.99, 275, 275.01, 2500]),
    ]),
    trades("collar below", [
      SIDES,
      chain("limit price", "action/arguments/limit_price", [250, 225.01, 225, 224.99, 0.01]),
    ]),
    trades("volume", [
      SIDES,
      ORDER_TYPES,
      chain("daily volume", "market/average_daily_volume", [1e12, 5e7, 400_000, 20_000, 19_999, 2000, 1, 0.5]),
    ]),
    trades("drawdown", [
      SIDES,
      chain(
        "drawdown",
        "client/drawdown_percent",
        [0, 4.49, 4.5, 4.500001, 4.51, 50, 100],
        [-0.01, 100.01, ...NOT_NUMBERS],
      ),
    ]),
    trades("hours", [
      { name: "venue", values: each("instrument/venue", ["SIM", "XNAS", "XNYS", "XLON", ABSENT]) },
      { name: "moment", values: MOMENTS.map(moment) },
    ]),
    trades("age of the price", [
      SIDES,
      chain(
        "age",
        "market/as_of_ns",
        [0, 1, 59, 60, 61, 3600].map((seconds) => NOW_NS - seconds * SECOND_NS),
        [NOW_NS + 1024, NOW_NS + SECOND_NS, 0, -1, ...NOT_NUMBERS],
      ),
      {
        name: "status",
        values: [at("market/status", "OPEN"), ...unclear("market/status", ["HALTED", "open", ABSENT])],
      },
    ]),
    trades("repeats", [ORDER_TYPES], [REPEATS]),
    trades("risk", [
      SIDES,
      chain(
        "profile",
        "client/risk_profile",
        ["aggressive", "growth", "moderate", "conservative"],
        ["", "Growth", ABSENT, 5],
      ),
      chain("rating", "instrument/rating", [1, 2, 3, 4, 5], [0, 6, 2.5, "3", ABSENT]),
    ]),
    trades("concentration", [
      SIDES,
      // Together always 20,000,000 USD: 25 % are 5,000,000, 40 % are 8,000,000.
      {
        name: "held",
        values: [0, 1e6, 4_499_999.99, 4_500_000, 4_990_000, 5e6, 5_000_000.01, 7_000_000, 7_990_000, 8e6, 9e6].map(
          (held) => together(`${held}`, { "client/positions": { AAPL: held, BND: 10_000_000 - held } }),
        ),
      },
      chain("profile", "client/risk_profile", ["growth", "moderate"]),
    ]),
    trades("cash", [
      SIDES,
      chain("cash", "client/cash", [1e9, 1e6, 500_000, 10_000, 5000, 4999.99, 0.01, 0], [-0.01, ...NOT_NUMBERS]),
      { name: "positions", values: each("client/positions", [{ AAPL: 5000, BND: 5000 }, { BND: 1e9 }, {}]) },
    ]),
    trades("the trader's day", [
      SIDES,
      chain(
        "committed",
        "exposure/trader/committed",
        [0, 90_000, 94_999.99, 95_000, 95_000.01, 1e5, 9e6, 1e7],
        [-0.01, ABSENT],
      ),
      chain("reserved", "exposure/trader/reserved", [0, 0.01, 5000, 1e6], [-1, "0"]),
    ]),
    trades("the client's day", [
      SIDES,
      chain("committed", "exposure/client/committed", [0, 1.9e7, 19_995_000, 19_995_000.01, 2e7, 3e7], [-0.01, ABSENT]),
      chain("reserved", "exposure/client/reserved", [0, 0.01, 5000, 1e6], [-1, "0"]),
    ]),
    trades("the symbol's day", [
      SIDES,
      chain("committed", "exposure/symbol/committed", [0, 4.9e7, 49_995_000, 49_995_000.01, 5e7, 6e7], [-0.01, ABSENT]),
      chain("reserved", "exposure/symbol/reserved", [0, 0.01, 5000, 1e6], [-1, "0"]),
    ]),
    trades("euros", [{ name: "currency", values: ["EUR", "eur"].map(paidIn) }, RATES]),
    {
      name: "yen, which have no smaller unit",
      base: ADVISOR_DOCUMENT,
      axes: [{ name: "currency", values: [paidIn("JPY")] }, RATES, ROLES, amountsOf(WHOLE_AMOUNTS, [0.5, 1000.01])],
    },
    trades("every field", [], [EVERY_FIELD]),
    {
      name: "read-only tools",
      base: ADVISOR_DOCUMENT,
      axes: [
        { name: "tool", values: each("action/tool", ["get_quote", "get_portfolio", "GET_QUOTE", "", ABSENT, null]) },
        {
          name: "symbol",
          values: each("action/arguments/symbol", ["AAPL", "aapl", "BTC", "ACME", "?", ABSENT, null, 1]),
        },
        { name: "client", values: each("action/arguments/client", ["c-17", "c-18", "", ABSENT, null, 1]) },
        { name: "tenant", values: each("client/tenant", ["north", "south", ABSENT]) },
        { name: "principal", values: each("principal/id", ["t-1", "", ABSENT]) },
        EVERY_ROLE,
      ],
    },
  ];
}
