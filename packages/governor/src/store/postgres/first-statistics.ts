// What the database must know to find a row by its key. As long as it has never counted the rows of a table, every index that
// begins with the tenant looks as good to it as the one that holds the key, and a plan made then is kept: each commit would
// read all rows of its tenant, or of its person. PostgreSQL counts by itself, but only once a minute; so the first rows are
// counted at once. It must never disturb a commit: where it fails, the database's own counting comes later.

import type { Pool } from "pg";

export interface FirstStatistics {
  /** To be called after each transaction that wrote. */
  readonly afterCommit: () => void;
  readonly close: () => Promise<void>;
}

/** After which transactions of this instance it looks whether something is to be counted: early, and again. */
const moments: ReadonlySet<number> = new Set([4, 32, 256, 2_048]);

/** Tables of ours that have rows, and of which nothing is known. */
const uncounted = `
  SELECT format('%I.%I', n.nspname, c.relname) AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = current_schema() AND c.relkind = 'r' AND c.reltuples = -1 AND pg_relation_size(c.oid) > 0
    AND c.relname IN ('decisions', 'actions', 'idempotency_keys', 'reviews', 'ledger_accounts', 'ledger_entries')`;

export function createFirstStatistics(pool: Pool): FirstStatistics {
  let transactions = 0;
  let working: Promise<void> | undefined;
  return {
    afterCommit: () => {
      transactions += 1;
      if (!moments.has(transactions)) return;
      working ??= countRows(pool).finally(() => {
        working = undefined;
      });
    },
    close: async () => working,
  };
}

async function countRows(pool: Pool): Promise<void> {
  try {
    const { rows } = await pool.query<{ name: string }>(uncounted);
    for (const { name } of rows) await pool.query(`ANALYZE ${name}`);
  } catch {
    // The database counts by itself, later.
  }
}
