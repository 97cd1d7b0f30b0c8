import { DatabaseSync } from "node:sqlite";

/** The store's tables, read from outside, with none of the product's code in between. */
export interface StoreTables {
  readonly actions: readonly StoredRow[];
  /** Action by idempotency key. */
  readonly keys: ReadonlyMap<string, string>;
  readonly reviews: readonly { readonly id: string; readonly actionId: string; readonly state: string }[];
  readonly accounts: readonly LedgerRow[];
  /** What SQLite itself finds wrong. */
  readonly damage: readonly string[];
}

export interface StoredRow {
  readonly id: string;
  readonly state: string;
  readonly amount: number;
}

export interface LedgerRow {
  readonly dimension: string;
  readonly name: string;
  readonly committed: string;
  readonly reserved: string;
}

export function readStore(file: string): StoreTables {
  const db = new DatabaseSync(file, { readOnly: true });
  const rows = (sql: string) => db.prepare(sql).all();
  try {
    return {
      actions: rows("SELECT id, state, arguments FROM actions").map((row) => ({
        id: String(row["id"]),
        state: String(row["state"]),
        amount: (JSON.parse(String(row["arguments"])) as { amount: number }).amount,
      })),
      keys: new Map(
        rows("SELECT key, action_id FROM idempotency_keys").map((row) => [
          String(row["key"]),
          String(row["action_id"]),
        ]),
      ),
      reviews: rows("SELECT id, action_id, state FROM reviews").map((row) => ({
        id: String(row["id"]),
        actionId: String(row["action_id"]),
        state: String(row["state"]),
      })),
      accounts: rows("SELECT dimension, name, committed, reserved FROM ledger_accounts").map((row) => ({
        dimension: String(row["dimension"]),
        name: String(row["name"]),
        committed: String(row["committed"]),
        reserved: String(row["reserved"]),
      })),
      damage: [
        ...rows("PRAGMA integrity_check")
          .map((row) => String(row["integrity_check"]))
          .filter((line) => line !== "ok"),
        ...rows("PRAGMA foreign_key_check").map((row) => JSON.stringify(row)),
      ],
    };
  } finally {
    db.close();
  }
}
