// The store on PostgreSQL, for any number of instances. In: the programs of ../sql. Out: a promise for each, settled after the
// database has it on disk (synchronous_commit is on, whatever the server's default). It must hold no transaction open while
// it waits for anything but the database.

import pg from "pg";
import { storeOfPrograms } from "../sql/store-of-programs.ts";
import type { Store } from "../store.ts";
import { StoreError } from "../store-error.ts";
import { createCommitQueue } from "./commit-queue.ts";
import { checkPostgres, migratePostgres } from "./migrate-postgres.ts";
import { postgresError } from "./postgres-error.ts";
import { createReadQueue } from "./read-queue.ts";

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:5432/database?sslmode=verify-full` */
  readonly connectionString: string;
  /** Opens an existing store for reading, also as a user who may not write: every write is a `StoreError` "read_only". */
  readonly readOnly?: boolean;
  /** How many connections this instance opens at most; 2 at least. */
  readonly connections?: number;
  /** How long a commit waits for another instance's lock before it is a `StoreError` "locked". Milliseconds. */
  readonly lockWaitMs?: number;
}

/** Rejects with a `StoreError` where the database cannot be had, or is one of a newer release. */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { connectionString, readOnly = false, connections = 8, lockWaitMs = 2_000 } = options;
  const size = Math.max(2, connections);
  const pool = new pg.Pool({
    connectionString,
    max: size,
    // Statements of one flight do not wait for each other's answers.
    pipeline: true,
    connectionTimeoutMillis: 3_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: lockWaitMs + 3_000,
    lock_timeout: lockWaitMs,
    idle_in_transaction_session_timeout: 10_000,
    options: `-c synchronous_commit=on${readOnly ? " -c default_transaction_read_only=on" : ""}`,
    types: { getTypeParser },
    allowExitOnIdle: true,
  });
  // A connection that breaks while nobody uses it is replaced by the next query.
  pool.on("error", () => {});
  // One that breaks while it is in use fails the query that is under way; the event says nothing more.
  pool.on("connect", (client) => client.on("error", () => {}));
  try {
    await prepare(pool, readOnly);
  } catch (thrown) {
    await pool.end();
    throw postgresError(thrown);
  }
  const transactions = Math.floor(size / 2);
  const writers = createCommitQueue(pool, transactions);
  const readers = createReadQueue(pool, size - transactions);
  let closed = false;

  return storeOfPrograms({
    read: async (program) => {
      if (closed) throw new StoreError("closed", "the store is closed");
      return await readers.run(program);
    },
    write: (scope, program) => writers.run(scope, program),
    close: async () => {
      if (closed) return;
      closed = true;
      await writers.close();
      await pool.end();
    },
  });
}

async function prepare(pool: pg.Pool, readOnly: boolean): Promise<void> {
  const client = await pool.connect();
  try {
    await (readOnly ? checkPostgres(client) : migratePostgres(client));
  } finally {
    client.release();
  }
}

const bigintType = 20;

/** Counters and times come as numbers: all of them are far below 2^53. */
function getTypeParser(type: number, format?: "text" | "binary"): (value: string) => unknown {
  if (type !== bigintType) return pg.types.getTypeParser(type, format);
  return (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value)) throw new StoreError("corrupt", "a column holds a number beyond 2^53");
    return value;
  };
}
