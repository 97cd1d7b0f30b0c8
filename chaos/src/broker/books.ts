import { DatabaseSync } from "node:sqlite";

export interface Order {
  readonly key: string;
  readonly client: string;
  readonly symbol: string;
  /** Whole units of money. */
  readonly amount: number;
}

export type Placement = { readonly kind: "filled"; readonly fill: number } | { readonly kind: "barred" };

/** The broker's books, in a file of their own: nothing that happens to the service reaches them. */
export interface Books {
  readonly place: (order: Order) => Placement;
  readonly find: (key: string) => number | undefined;
  /** What became of a key; one without a fill is refused from then on. */
  readonly bar: (key: string) => number | undefined;
  readonly fills: () => readonly Order[];
  readonly close: () => void;
}

/** With `deduplicates`, one key fills once, whatever is sent; without, every order that comes is filled. */
export function openBooks(file: string, deduplicates: boolean): Books {
  const db = new DatabaseSync(file);
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS fills (
      id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, client TEXT NOT NULL, symbol TEXT NOT NULL,
      amount INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS fills_by_key ON fills (key);
    CREATE TABLE IF NOT EXISTS barred (key TEXT PRIMARY KEY) STRICT;
  `);
  const findFill = db.prepare("SELECT id FROM fills WHERE key = ? ORDER BY id");
  const findBarred = db.prepare("SELECT 1 FROM barred WHERE key = ?");
  const insertBarred = db.prepare("INSERT OR IGNORE INTO barred VALUES (?)");
  const insertFill = db.prepare("INSERT INTO fills (key, client, symbol, amount) VALUES (?, ?, ?, ?)");
  const listFills = db.prepare("SELECT key, client, symbol, amount FROM fills ORDER BY id");

  const find = (key: string): number | undefined => {
    const row = findFill.get(key);
    return row === undefined ? undefined : Number(row["id"]);
  };
  return Object.freeze({
    place: ({ key, client, symbol, amount }: Order): Placement => {
      if (findBarred.get(key) !== undefined) return { kind: "barred" };
      const earlier = deduplicates ? find(key) : undefined;
      if (earlier !== undefined) return { kind: "filled", fill: earlier };
      return { kind: "filled", fill: Number(insertFill.run(key, client, symbol, amount).lastInsertRowid) };
    },
    find,
    bar: (key: string) => {
      const fill = find(key);
      if (fill === undefined) insertBarred.run(key);
      return fill;
    },
    fills: () =>
      listFills.all().map((row) => ({
        key: String(row["key"]),
        client: String(row["client"]),
        symbol: String(row["symbol"]),
        amount: Number(row["amount"]),
      })),
    close: () => db.close(),
  });
}
