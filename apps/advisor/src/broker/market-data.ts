// Everything here is made up: prices, volumes, ratings and rates serve to try the system, and are nobody's advice. Prices
// depend on the symbol and the minute alone, so the same moment gives the same price on every machine.

import { createHash } from "node:crypto";

export interface Instrument {
  readonly symbol: string;
  readonly class: "EQUITY" | "ETF" | "BOND";
  /** Risk of the product, 1 to 5. */
  readonly rating: number;
  readonly currency: string;
  /** In hundredths of the currency. */
  readonly basePrice: bigint;
  /** Shares on an average day. */
  readonly averageDailyVolume: number;
}

/** The paper broker's own session, which is always open. */
export const simulatedVenue = "SIM";

/** As [symbol, class, rating, currency, base price in hundredths, shares a day]. */
type InstrumentRow = readonly [string, Instrument["class"], number, string, bigint, number];

const rows: readonly InstrumentRow[] = [
  ["AAPL", "EQUITY", 3, "USD", 230_00n, 55_000_000],
  ["MSFT", "EQUITY", 3, "USD", 425_00n, 22_000_000],
  ["TSLA", "EQUITY", 5, "USD", 340_00n, 95_000_000],
  ["BRK.B", "EQUITY", 2, "USD", 470_00n, 3_700_000],
  ["SMLC", "EQUITY", 4, "USD", 12_50n, 40_000],
  ["VTI", "ETF", 2, "USD", 290_00n, 3_000_000],
  ["BND", "BOND", 1, "USD", 73_00n, 6_000_000],
  ["SAP", "EQUITY", 3, "EUR", 220_00n, 1_500_000],
  ["ACME", "EQUITY", 3, "USD", 99_00n, 900_000],
];

const instruments: ReadonlyMap<string, Instrument> = new Map(
  rows.map(([symbol, kind, rating, currency, basePrice, averageDailyVolume]) => [
    symbol,
    { symbol, class: kind, rating, currency, basePrice, averageDailyVolume },
  ]),
);

/** US dollars for one unit, in ten-thousandths. */
const usdPerUnit: ReadonlyMap<string, bigint> = new Map([
  ["USD", 1_0000n],
  ["EUR", 1_0800n],
  ["GBP", 1_2700n],
  ["CHF", 1_1300n],
  ["CAD", 7200n],
  ["JPY", 66n],
]);

export function findInstrument(symbol: string): Instrument | undefined {
  return instruments.get(symbol);
}

/** In ten-thousandths of a US dollar; undefined for a currency without a rate. */
export function usdRate(currency: string): bigint | undefined {
  return usdPerUnit.get(currency);
}

/** The last trade in hundredths of the instrument's currency: within 0.5 % of the base price, another one each minute. */
export function lastPrice({ symbol, basePrice }: Instrument, now: number): bigint {
  const minute = Math.floor(now / 60_000);
  const random = createHash("sha256").update(`${symbol} ${minute}`).digest().readUInt16BE(0);
  const offset = BigInt((random % 101) - 50);
  return basePrice + (basePrice * offset) / 10_000n;
}
