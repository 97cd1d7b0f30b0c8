// The store in one file of SQLite, for one machine: write-ahead log, synchronous=FULL (a commit is on disk before it is
// reported), migrations on opening. In: the programs of ../sql. Out: a promise for each, settled after the fsync.
// It must not wait inside a transaction, and must not block the event loop while another process holds the write lock.

import { closeSync, mkdirSync, openSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Program, Row } from "../sql/program.ts";
import { storeOfPrograms } from "../sql/store-of-programs.ts";
import type { Store } from "../store.ts";
import { StoreError } from "../store-error.ts";
import { watchFiles } from "./file-watch.ts";
import { prepareDatabase } from "./prepare-database.ts";
import { prepareStatements, type Statements } from "./prepare-statements.ts";
import { sqliteError } from "./sqlite-error.ts";
import { createWriteQueue, rollback } from "./write-queue.ts";

export { backUpSqliteStore, type SqliteBackup } from "./back-up-sqlite-store.ts";

export interface SqliteStoreOptions {
  /** The database file; it and its folder are made, readable by their owner only. */
  readonly path: string;
  /** Opens an existing store for reading: every write is a `StoreError` "read_only". */
  readonly readOnly?: boolean;
  /** How long a commit waits for another process's write lock before it is a `StoreError` "locked". Milliseconds. */
  readonly lockWaitMs?: number;
}

/** Throws a `StoreError` where the file cannot be opened, is no store of ours, or is one of a newer release. */
export function openSqliteStore(options: SqliteStoreOptions): Store {
  const db = openDatabase(options);
  const statements = prepareStatements(db);
  const files = watchFiles(options.path);
  const queue = createWriteQueue(db, { lockWaitMs: options.lockWaitMs ?? 2_000, files });
  let closed = false;

  return storeOfPrograms({
    // Async so that whatever goes wrong is a rejection, and always as a `StoreError`.
    read: async (program) => {
      if (closed) throw new StoreError("closed", "the store is closed");
      try {
        return await Promise.resolve(readAtOneMoment(db, () => runProgram(statements, program())));
      } catch (thrown) {
        throw sqliteError(thrown);
      }
    },
    write: (_scope, program) => queue.run(() => runProgram(statements, program())),
    close: async () => {
      if (closed) return;
      closed = true;
      await queue.close();
      db.close();
    },
  });
}

function runProgram<Result>(statements: Statements, program: Program<Result>): Result {
  let step = program.next();
  while (step.done !== true) {
    step = program.next(
      step.value.map(({ statement, parameters }) => statements[statement].all({ ...parameters }) as Row[]),
    );
  }
  return step.value;
}

/** A transaction that reads sees one state of the database, whatever another process commits meanwhile. */
function readAtOneMoment<Result>(db: DatabaseSync, read: () => Result): Result {
  db.exec("BEGIN");
  try {
    const result = read();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    rollback(db);
    throw error;
  }
}

function openDatabase({ path: file, readOnly = false, lockWaitMs = 2_000 }: SqliteStoreOptions): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    if (!readOnly) createPrivately(file);
    // Opening may wait for a process that is writing.
    db = new DatabaseSync(file, { readOnly, timeout: lockWaitMs, enableForeignKeyConstraints: true });
    prepareDatabase(db, readOnly);
    // From here on SQLite's own waiting would block the event loop; the write queue waits instead.
    db.exec("PRAGMA busy_timeout = 0");
    return db;
  } catch (thrown) {
    db?.close();
    const error = sqliteError(thrown);
    if (error instanceof StoreError) throw error;
    throw new StoreError("io", `cannot open ${file}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** SQLite gives its log and index files the mode of the database file. */
function createPrivately(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  try {
    closeSync(openSync(file, "ax", 0o600));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}
