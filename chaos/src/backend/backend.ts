/** Where the service keeps its records, as the campaign sees it: something to open, to read from outside, and perhaps to kill. */
export interface Backend {
  readonly name: "SQLite" | "PostgreSQL";
  /** What the service is told to open: a file, or an address of a database. */
  readonly location: string;
  /** The tables, read with none of the product's code in between. */
  readonly readTables: () => StoreTables;
  /** Kills the database's server as a power failure would and starts it again; absent where the service itself is the database. */
  readonly restart: (() => Promise<void>) | undefined;
  readonly close: () => Promise<void>;
}

export interface StoreTables {
  readonly actions: readonly StoredRow[];
  /** Action by idempotency key. */
  readonly keys: ReadonlyMap<string, string>;
  readonly reviews: readonly { readonly id: string; readonly actionId: string; readonly state: string }[];
  readonly accounts: readonly LedgerRow[];
  /** What the database itself finds wrong. */
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

type Query = (sql: string) => readonly Readonly<Record<string, unknown>>[];

/** The tables have the same names and columns in every backend; whole days of the ledger are read, whatever their date. */
export function readTables(query: Query): Omit<StoreTables, "damage"> {
  return {
    actions: query("SELECT id, state, arguments FROM actions").map((row) => ({
      id: String(row["id"]),
      state: String(row["state"]),
      amount: (JSON.parse(String(row["arguments"])) as { amount: number }).amount,
    })),
    keys: new Map(
      query("SELECT key, action_id FROM idempotency_keys").map((row) => [String(row["key"]), String(row["action_id"])]),
    ),
    reviews: query("SELECT id, action_id, state FROM reviews").map((row) => ({
      id: String(row["id"]),
      actionId: String(row["action_id"]),
      state: String(row["state"]),
    })),
    accounts: query("SELECT dimension, name, committed, reserved FROM ledger_accounts").map((row) => ({
      dimension: String(row["dimension"]),
      name: String(row["name"]),
      committed: String(row["committed"]),
      reserved: String(row["reserved"]),
    })),
  };
}
