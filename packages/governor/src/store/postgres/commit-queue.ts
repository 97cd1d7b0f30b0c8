// Group commit on PostgreSQL. In: programs that write. Out: a promise for each, settled only after the transaction that carries
// it is on disk. What arrives while a transaction is under way shares the next one. The transaction first takes a lock for each
// tenant in it, always in the same order, so the writers of a tenant come one after another whichever instance they are on. It
// waits for nothing but the database. Where the connection breaks at the commit, the database is asked what became of it.

import type { Pool, PoolClient } from "pg";
import type { Program, Row } from "../sql/program.ts";
import { StoreError } from "../store-error.ts";
import { lockClass } from "./migrate-postgres.ts";
import { postgresError } from "./postgres-error.ts";
import { queryOf } from "./postgres-statements.ts";

export interface CommitQueue {
  readonly run: <Result>(tenant: string, program: () => Program<Result>) => Promise<Result>;
  /** Settles what is queued, then refuses everything. */
  readonly close: () => Promise<void>;
}

interface Pending {
  readonly tenant: string;
  /** Runs the program; the returned function hands its result over once the commit is on disk. */
  readonly run: (client: PoolClient) => Promise<() => void>;
  readonly reject: (error: unknown) => void;
}

/** Few enough that one transaction stays short. */
const largestBatch = 64;
const transactionAttempts = 3;

export function createCommitQueue(pool: Pool): CommitQueue {
  let queue: Pending[] = [];
  let working: Promise<void> | undefined;
  let closed = false;

  async function work(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.slice(0, largestBatch);
      queue = queue.slice(largestBatch);
      for (const settle of await commitBatch(pool, batch)) settle();
    }
    working = undefined;
  }

  return {
    run: <Result>(tenant: string, program: () => Program<Result>) =>
      new Promise<Result>((resolve, reject) => {
        if (closed) {
          reject(new StoreError("closed", "the store is closed"));
          return;
        }
        queue.push({
          tenant,
          run: async (client) => {
            const result = await runProgram(client, program());
            return () => resolve(result);
          },
          reject,
        });
        working ??= Promise.resolve().then(work);
      }),
    close: async () => {
      closed = true;
      await working;
    },
  };
}

/** Whatever is to be waited for between two statements is the database. */
export async function runProgram<Result>(client: Pick<Pool, "query">, program: Program<Result>): Promise<Result> {
  let step = program.next();
  while (step.done !== true) {
    const { rows } = await client.query<Row>(queryOf(step.value));
    step = program.next(rows);
  }
  return step.value;
}

type Settlements = readonly (() => void)[];

async function commitBatch(pool: Pool, batch: readonly Pending[]): Promise<Settlements> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await commitOnce(pool, batch);
    } catch (thrown) {
      const error = postgresError(thrown);
      // A deadlock or a failed serialization has rolled everything back, so all of it may run again.
      const mayRetry = error instanceof StoreError && error.code === "locked" && attempt < transactionAttempts;
      if (!mayRetry)
        return batch.map(
          ({ reject }) =>
            () =>
              reject(error),
        );
    }
  }
}

async function commitOnce(pool: Pool, batch: readonly Pending[]): Promise<Settlements> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("BEGIN");
    for (const tenant of [...new Set(batch.map((pending) => pending.tenant))].sort()) {
      await client.query({
        name: "lockTenant",
        text: "SELECT pg_advisory_xact_lock($1, hashtext($2) & 2147483647)",
        values: [lockClass, tenant],
      });
    }
    const settlements: (() => void)[] = [];
    for (const pending of batch) settlements.push(await runInSavepoint(client, pending));
    const transaction = await client.query<{ id: string | null }>(
      "SELECT pg_current_xact_id_if_assigned()::text AS id",
    );
    try {
      await client.query("COMMIT");
    } catch (error) {
      broken = asError(error);
      const { id } = transaction.rows[0] ?? { id: null };
      if (id !== null && (await wasCommitted(pool, id))) return settlements;
      throw error;
    }
    return settlements;
  } catch (error) {
    if (broken === undefined) {
      await client.query("ROLLBACK").catch((failed: unknown) => {
        broken = asError(failed);
      });
    }
    throw error;
  } finally {
    client.release(broken);
  }
}

/** One that fails takes nothing of its neighbours with it; where the connection itself failed, all of them have. */
async function runInSavepoint(client: PoolClient, pending: Pending): Promise<() => void> {
  await client.query("SAVEPOINT command");
  try {
    const settle = await pending.run(client);
    await client.query("RELEASE SAVEPOINT command");
    return settle;
  } catch (thrown) {
    const error = postgresError(thrown);
    if (error instanceof StoreError && error.code === "locked") throw thrown;
    await client.query("ROLLBACK TO SAVEPOINT command");
    return () => pending.reject(error);
  }
}

/** Asks until the database is back, for a while; a transaction of which nothing can be learned did not commit for us. */
async function wasCommitted(pool: Pool, transaction: string): Promise<boolean> {
  const end = performance.now() + 5_000;
  for (let pause = 20; performance.now() < end; pause = Math.min(pause * 2, 500)) {
    try {
      const { rows } = await pool.query<{ status: string | null }>("SELECT pg_xact_status($1::xid8) AS status", [
        transaction,
      ]);
      const status = rows[0]?.status;
      if (status !== "in progress") return status === "committed";
    } catch {
      // Not back yet.
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return false;
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
