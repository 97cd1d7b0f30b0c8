import type { DatabaseSync } from "node:sqlite";

/** Amounts are whole hundredths, quantities whole millionths of a share. */
const schema = `
  CREATE TABLE IF NOT EXISTS accounts (
    tenant TEXT NOT NULL, client TEXT NOT NULL, risk_profile TEXT NOT NULL,
    cash INTEGER NOT NULL CHECK (cash >= 0), peak INTEGER NOT NULL,
    PRIMARY KEY (tenant, client)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS positions (
    tenant TEXT NOT NULL, client TEXT NOT NULL, symbol TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity >= 0),
    PRIMARY KEY (tenant, client, symbol)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS fills (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    idempotency_key TEXT NOT NULL UNIQUE,
    tenant TEXT NOT NULL, issuer TEXT NOT NULL, subject TEXT NOT NULL, client TEXT NOT NULL,
    symbol TEXT NOT NULL, side TEXT NOT NULL CHECK (side IN ('BUY', 'SELL')),
    amount INTEGER NOT NULL, currency TEXT NOT NULL, usd_cents INTEGER NOT NULL,
    quantity INTEGER NOT NULL, price INTEGER NOT NULL, filled_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS barred_keys (
    idempotency_key TEXT PRIMARY KEY, barred_at INTEGER NOT NULL
  ) STRICT;
`;

/** Made-up clients of the development tenant, as [client, profile, cash in cents, peak in cents]. */
const accounts = [
  ["c-17", "moderate", 150_000_00, 200_000_00],
  ["c-18", "conservative", 80_000_00, 120_000_00],
  ["c-19", "aggressive", 2_000_000_00, 3_500_000_00],
  ["c-20", "growth", 40_000_00, 90_000_00],
] as const;

/** As [client, symbol, whole shares]. */
const positions = [
  ["c-17", "VTI", 100],
  ["c-17", "BND", 300],
  ["c-18", "BND", 500],
  ["c-19", "MSFT", 2_000],
  ["c-19", "TSLA", 1_500],
  ["c-20", "AAPL", 150],
] as const;

const developmentTenant = "demo";

/** Makes the tables, and the clients where there are none yet. Must run inside a transaction. */
export function prepareBroker(db: DatabaseSync): void {
  db.exec(schema);
  const found = db.prepare("SELECT 1 FROM accounts").get();
  if (found !== undefined) return;
  const account = db.prepare("INSERT INTO accounts VALUES (?, ?, ?, ?, ?)");
  for (const [client, profile, cash, peak] of accounts) account.run(developmentTenant, client, profile, cash, peak);
  const position = db.prepare("INSERT INTO positions VALUES (?, ?, ?, ?)");
  for (const [client, symbol, shares] of positions) {
    position.run(developmentTenant, client, symbol, BigInt(shares) * 1_000_000n);
  }
}
