// A broker on paper, in a SQLite file of its own, so that the governor has something real to protect: orders fill at once
// at a simulated price or not at all, the same key never fills twice, cash and positions never go below zero.
// In: orders, from the tool alone. Out: fills and what the policy asks about clients. It knows nothing of decisions.

import { closeSync, mkdirSync, openSync } from "node:fs";
import path from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Principal } from "@flyball/governor";
import { prepareBroker } from "./broker-schema.ts";
import { findInstrument, lastPrice, usdRate } from "./market-data.ts";
import { toUsdCents } from "./money.ts";

export interface Order {
  readonly idempotencyKey: string;
  readonly trader: Principal;
  readonly client: string;
  readonly symbol: string;
  readonly side: "BUY" | "SELL";
  /** Hundredths of the currency. */
  readonly amount: bigint;
  readonly currency: string;
  /** Hundredths of the currency; absent for an order at the market. */
  readonly limitPrice?: bigint;
}

export interface Fill {
  readonly id: number;
  readonly symbol: string;
  readonly side: "BUY" | "SELL";
  readonly amount: bigint;
  readonly currency: string;
  readonly usdCents: bigint;
  /** Millionths of a share. */
  readonly quantity: bigint;
  readonly price: bigint;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly filledAt: number;
}

export type Placement =
  | { readonly kind: "filled"; readonly fill: Fill }
  | { readonly kind: "rejected"; readonly message: string };

export interface Account {
  readonly client: string;
  readonly riskProfile: string;
  readonly cashCents: bigint;
  /** Market value of each holding, US cents, by symbol. */
  readonly positions: ReadonlyMap<string, bigint>;
  readonly peakCents: bigint;
}

export interface PaperBroker {
  readonly place: (order: Order) => Placement;
  readonly account: (tenant: string, client: string) => Account | undefined;
  /** What was filled under a key; where nothing was, nothing ever will be: an order that comes with it later is rejected. */
  readonly settleKey: (idempotencyKey: string) => Fill | undefined;
  readonly close: () => void;
}

export interface PaperBrokerOptions {
  readonly path: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: () => number;
}

type Row = Record<string, unknown>;

export function openPaperBroker({ path: file, now }: PaperBrokerOptions): PaperBroker {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  // Made by us so that it is private from the first byte; SQLite gives its log the same mode.
  closeSync(openSync(file, "a", 0o600));
  const db = new DatabaseSync(file, { timeout: 100, readBigInts: true });
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  if (!begin(db)) throw new Error("the file is locked by another process");
  finish(db, () => prepareBroker(db));
  const sql = prepareStatements(db);

  function account(tenant: string, client: string): Account | undefined {
    const row = sql.account.get(tenant, client);
    if (row === undefined) return undefined;
    const at = now();
    const held = sql.positions.all(tenant, client).map((position) => {
      const symbol = String(position["symbol"]);
      return [symbol, marketValue(symbol, integer(position, "quantity"), at)] as const;
    });
    return {
      client,
      riskProfile: String(row["risk_profile"]),
      cashCents: integer(row, "cash"),
      peakCents: integer(row, "peak"),
      positions: new Map(held),
    };
  }

  function fillNow(order: Order): Placement {
    const earlier = sql.fillByKey.get(order.idempotencyKey);
    if (earlier !== undefined) return { kind: "filled", fill: fillFromRow(earlier) };
    if (sql.isBarred.get(order.idempotencyKey) !== undefined) return rejected("this key was settled without a fill");
    const terms = termsOf(order, now());
    if (terms.kind === "rejected") return terms;
    const { price, usdCents, quantity } = terms;
    const { tenant, issuer, subject } = order.trader;
    const { client, symbol, side, amount, currency } = order;
    const moved =
      side === "BUY"
        ? sql.takeCash.run(usdCents, tenant, client, usdCents).changes === 1n
        : sql.takeShares.run(quantity, tenant, client, symbol, quantity).changes === 1n;
    if (!moved) return rejected(side === "BUY" ? "the client has not enough cash" : "the client holds too few shares");
    if (side === "BUY") sql.giveShares.run(tenant, client, symbol, quantity);
    else sql.giveCash.run(usdCents, tenant, client);
    sql.insertFill.run({
      key: order.idempotencyKey,
      tenant,
      issuer,
      subject,
      client,
      symbol,
      side,
      amount,
      currency,
      usdCents,
      quantity,
      price,
      filledAt: now(),
    });
    const fill = sql.fillByKey.get(order.idempotencyKey);
    if (fill === undefined) throw new Error("a fill that was just written is not there");
    return { kind: "filled", fill: fillFromRow(fill) };
  }

  return Object.freeze({
    place: (order: Order) => {
      if (!begin(db)) return rejected("its books are locked by another process; nothing was placed");
      return finish(db, () => fillNow(order));
    },
    account,
    settleKey: (idempotencyKey: string) => {
      if (!begin(db)) throw new Error("the books are locked by another process");
      return finish(db, () => {
        const fill = sql.fillByKey.get(idempotencyKey);
        if (fill !== undefined) return fillFromRow(fill);
        sql.barKey.run(idempotencyKey, now());
        return undefined;
      });
    },
    close: () => db.close(),
  });
}

type Terms =
  | { readonly kind: "terms"; readonly price: bigint; readonly usdCents: bigint; readonly quantity: bigint }
  | { readonly kind: "rejected"; readonly message: string };

function termsOf({ symbol, currency, amount, side, limitPrice }: Order, at: number): Terms {
  const instrument = findInstrument(symbol);
  const rate = usdRate(currency);
  if (instrument === undefined || rate === undefined || instrument.currency !== currency) {
    return rejected(`${symbol} is not traded in ${currency}`);
  }
  const price = lastPrice(instrument, at);
  const beyondLimit = limitPrice !== undefined && (side === "BUY" ? price > limitPrice : price < limitPrice);
  if (beyondLimit) return rejected("the market is beyond the limit price");
  // Cut off, never rounded up: nobody gets more shares than they paid for.
  const quantity = (amount * 1_000_000n) / price;
  if (quantity === 0n) return rejected("the amount is too small for a millionth of a share");
  return { kind: "terms", price, usdCents: toUsdCents(amount, rate), quantity };
}

function rejected(message: string): { readonly kind: "rejected"; readonly message: string } {
  return { kind: "rejected", message };
}

function marketValue(symbol: string, quantity: bigint, at: number): bigint {
  const instrument = findInstrument(symbol);
  const rate = instrument === undefined ? undefined : usdRate(instrument.currency);
  if (instrument === undefined || rate === undefined) return 0n;
  return toUsdCents((quantity * lastPrice(instrument, at)) / 1_000_000n, rate);
}

/** False where another process holds the file; nothing has begun then. */
function begin(db: DatabaseSync): boolean {
  try {
    db.exec("BEGIN IMMEDIATE");
    return true;
  } catch (error) {
    const isLocked = error instanceof Error && "errcode" in error && error.errcode === 5;
    if (isLocked) return false;
    throw error;
  }
}

function finish<Result>(db: DatabaseSync, work: () => Result): Result {
  try {
    const result = work();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

function fillFromRow(row: Row): Fill {
  return {
    id: Number(integer(row, "id")),
    symbol: String(row["symbol"]),
    side: row["side"] === "BUY" ? "BUY" : "SELL",
    amount: integer(row, "amount"),
    currency: String(row["currency"]),
    usdCents: integer(row, "usd_cents"),
    quantity: integer(row, "quantity"),
    price: integer(row, "price"),
    filledAt: Number(integer(row, "filled_at")),
  };
}

function integer(row: Row, column: string): bigint {
  const value = row[column];
  if (typeof value !== "bigint") throw new Error(`column ${column} holds no whole number`);
  return value;
}

type StatementName = keyof typeof sources;

const sources = {
  account: "SELECT * FROM accounts WHERE tenant = ? AND client = ?",
  positions: "SELECT symbol, quantity FROM positions WHERE tenant = ? AND client = ? ORDER BY symbol",
  fillByKey: "SELECT * FROM fills WHERE idempotency_key = ?",
  takeCash: "UPDATE accounts SET cash = cash - ? WHERE tenant = ? AND client = ? AND cash >= ?",
  giveCash: "UPDATE accounts SET cash = cash + ? WHERE tenant = ? AND client = ?",
  takeShares: `
    UPDATE positions SET quantity = quantity - ?
    WHERE tenant = ? AND client = ? AND symbol = ? AND quantity >= ?`,
  giveShares: `
    INSERT INTO positions (tenant, client, symbol, quantity) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity`,
  insertFill: `
    INSERT INTO fills (idempotency_key, tenant, issuer, subject, client, symbol, side, amount, currency, usd_cents,
      quantity, price, filled_at)
    VALUES (:key, :tenant, :issuer, :subject, :client, :symbol, :side, :amount, :currency, :usdCents,
      :quantity, :price, :filledAt)`,
  isBarred: "SELECT 1 FROM barred_keys WHERE idempotency_key = ?",
  barKey: "INSERT INTO barred_keys (idempotency_key, barred_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
} as const;

function prepareStatements(db: DatabaseSync): Readonly<Record<StatementName, StatementSync>> {
  const prepared = Object.entries(sources).map(([name, sql]) => [name, db.prepare(sql)] as const);
  return Object.fromEntries(prepared) as Record<StatementName, StatementSync>;
}
