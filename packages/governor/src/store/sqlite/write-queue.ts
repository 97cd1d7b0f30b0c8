// Group commit. In: commands, each a synchronous function that writes. Out: one promise for each, settled only after the
// transaction that carries it is on disk. All commands that arrive within one turn of the event loop share one transaction
// and one fsync; each runs in a savepoint of its own, so one that throws takes nothing of its neighbours with it.
// Waiting for another process's write lock never blocks the event loop: SQLite is asked not to wait, and we try again.
// A commit into a file that nobody will find again is none: where the file is gone, nothing is begun, and nothing is told.

import type { DatabaseSync } from "node:sqlite";
import { StoreError } from "../store-error.ts";
import type { FileWatch } from "./file-watch.ts";
import { sqliteError } from "./sqlite-error.ts";

export interface WriteQueue {
  readonly run: <Result>(command: () => Result) => Promise<Result>;
  /** Settles what is queued, then refuses everything. */
  readonly close: () => Promise<void>;
}

interface Pending {
  /** Runs the command; the returned function hands its result over once the commit is on disk. */
  readonly run: () => () => void;
  readonly reject: (error: unknown) => void;
}

/** Spread, so that two processes that wait for each other do not keep step. */
function retryMs(): number {
  return 1 + Math.random() * 3;
}

export interface WriteQueueOptions {
  readonly lockWaitMs: number;
  readonly files: FileWatch;
}

export function createWriteQueue(db: DatabaseSync, { lockWaitMs, files }: WriteQueueOptions): WriteQueue {
  let queue: Pending[] = [];
  let scheduled = false;
  let closed = false;
  let waitingSince: number | undefined;
  let idle: (() => void)[] = [];

  function schedule(delayMs: number): void {
    if (scheduled) return;
    scheduled = true;
    if (delayMs === 0) setImmediate(flush);
    else setTimeout(flush, delayMs);
  }

  function flush(): void {
    scheduled = false;
    try {
      files.check();
      db.exec("BEGIN IMMEDIATE");
    } catch (thrown) {
      const error = sqliteError(thrown);
      waitingSince ??= performance.now();
      if (error instanceof StoreError && error.code === "locked" && performance.now() - waitingSince < lockWaitMs) {
        schedule(retryMs());
        return;
      }
      finish(
        takeQueue().map(
          ({ reject }) =>
            () =>
              reject(error),
        ),
      );
      return;
    }
    finish(commitBatch({ db, files }, takeQueue()));
  }

  function takeQueue(): Pending[] {
    const batch = queue;
    queue = [];
    waitingSince = undefined;
    return batch;
  }

  function finish(settlements: readonly (() => void)[]): void {
    for (const settle of settlements) settle();
    if (queue.length > 0) {
      schedule(0);
      return;
    }
    for (const resolve of idle) resolve();
    idle = [];
  }

  return {
    run: <Result>(command: () => Result) =>
      new Promise<Result>((resolve, reject) => {
        if (closed) {
          reject(new StoreError("closed", "the store is closed"));
          return;
        }
        queue.push({
          run: () => {
            const result = command();
            return () => resolve(result);
          },
          reject,
        });
        schedule(0);
      }),
    close: () => {
      closed = true;
      return new Promise((resolve) => {
        if (queue.length === 0) resolve();
        else idle.push(resolve);
      });
    },
  };
}

/** Runs the batch inside the open transaction, ends it, and returns what to tell each command's caller. */
function commitBatch(
  { db, files }: { readonly db: DatabaseSync; readonly files: FileWatch },
  batch: readonly Pending[],
): (() => void)[] {
  const settlements: (() => void)[] = [];
  try {
    for (const { run, reject } of batch) {
      db.exec("SAVEPOINT command");
      try {
        settlements.push(run());
      } catch (thrown) {
        const error = sqliteError(thrown);
        db.exec("ROLLBACK TO command");
        settlements.push(() => reject(error));
      }
      db.exec("RELEASE command");
    }
    db.exec("COMMIT");
    files.check();
    return settlements;
  } catch (thrown) {
    const error = sqliteError(thrown);
    rollback(db);
    return batch.map(
      ({ reject }) =>
        () =>
          reject(error),
    );
  }
}

/** Ends what is begun, where anything still is. */
export function rollback(db: DatabaseSync): void {
  try {
    db.exec("ROLLBACK");
  } catch {
    // SQLite has rolled back by itself already (disk full, I/O error): there is no transaction left to end.
  }
}
