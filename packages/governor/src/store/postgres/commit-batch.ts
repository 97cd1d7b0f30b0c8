// One transaction for the programs of one scope. In: what waits in the queue. Out: a settlement for each, to be called once the
// commit is on disk. It takes two journeys, whatever the number of programs, where these touch different rows: the locks with
// all that the programs look at, and all that they write with the commit. Where one statement fails the transaction is lost, so
// then each program is tried alone. Where the connection breaks at the commit, the database is asked what became of it.

import { DatabaseError, type Pool, type PoolClient, type QueryConfig } from "pg";
import type { Program } from "../sql/program.ts";
import type { WriteScope } from "../sql/store-of-programs.ts";
import { StoreError } from "../store-error.ts";
import { isOfOneStatement, isWorthAnotherAttempt, postgresError } from "./postgres-error.ts";
import { queryOf } from "./postgres-statements.ts";
import { runSideBySide, type Send } from "./run-side-by-side.ts";
import { sendFlight } from "./send-flight.ts";
import { lockScope } from "./transaction-locks.ts";

export interface Pending {
  readonly program: () => Program<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Settlements = readonly (() => void)[];

const attempts = 3;

/** What is looked at is looked at under the lock, so each statement must see what is committed when it begins. */
const begin: QueryConfig = { text: "BEGIN ISOLATION LEVEL READ COMMITTED" };
const commit: QueryConfig = { text: "COMMIT" };

export async function commitBatch(pool: Pool, scope: WriteScope, batch: readonly Pending[]): Promise<Settlements> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await commitOnce(pool, scope, batch);
    } catch (thrown) {
      const error = postgresError(thrown);
      if (isWorthAnotherAttempt(error) && attempt < attempts) continue;
      // Who waited for the tenant's lock in vain would wait again, one after the other.
      const isLocked = error instanceof StoreError && error.code === "locked";
      if (batch.length > 1 && !isLocked && isOfOneStatement(error)) return await commitEachAlone(pool, scope, batch);
      return batch.map((pending) => () => pending.reject(error));
    }
  }
}

async function commitEachAlone(pool: Pool, scope: WriteScope, batch: readonly Pending[]): Promise<Settlements> {
  const settlements: (() => void)[] = [];
  for (const pending of batch) settlements.push(...(await commitBatch(pool, scope, [pending])));
  return settlements;
}

async function commitOnce(pool: Pool, scope: WriteScope, batch: readonly Pending[]): Promise<Settlements> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    return await runTransaction(client, pool, { scope, batch });
  } catch (error) {
    await client.query("ROLLBACK").catch((failed: unknown) => {
      broken = failed instanceof Error ? failed : new Error(String(failed));
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

async function runTransaction(
  client: PoolClient,
  pool: Pool,
  { scope, batch }: { readonly scope: WriteScope; readonly batch: readonly Pending[] },
): Promise<Settlements> {
  let transaction: string | undefined;
  const open: Send = async (calls) => {
    const [, lock, ...results] = await sendFlight(client, [begin, lockScope(scope), ...calls.map(queryOf)]);
    transaction = String(lock?.rows[0]?.["id"]);
    return results.map(({ rows }) => rows);
  };
  const send: Send = async (calls) => {
    if (transaction === undefined) return await open(calls);
    return (await sendFlight(client, calls.map(queryOf))).map(({ rows }) => rows);
  };
  const sendLast: Send = async (calls) => {
    // What commits is sent only when it is known by which number it can be asked about.
    if (transaction === undefined) await open([]);
    try {
      const results = await sendFlight(client, [...calls.map(queryOf), commit]);
      return results.map(({ rows }) => rows);
    } catch (error) {
      if (isRolledBack(error) || !(await wasCommitted(pool, transaction))) throw error;
      // No program learns anything from what it writes.
      return calls.map(() => []);
    }
  };
  const endings = await runSideBySide(
    batch.map(({ program }) => program),
    { send, sendLast },
  );
  return batch.map(({ resolve, reject }, index) => {
    const ending = endings[index];
    if (ending?.kind === "done") return () => resolve(ending.result);
    return () => reject(ending === undefined ? new TypeError("a program was forgotten") : postgresError(ending.error));
  });
}

/** The database has said so itself, and is still there. */
function isRolledBack(error: unknown): boolean {
  return error instanceof DatabaseError && error.severity === "ERROR";
}

/** Asks until the database is back, for a while; a transaction of which nothing can be learned did not commit for us. */
async function wasCommitted(pool: Pool, transaction: string | undefined): Promise<boolean> {
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
