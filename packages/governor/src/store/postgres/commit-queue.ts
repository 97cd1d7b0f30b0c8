// Group commit on PostgreSQL. In: programs that write. Out: a promise for each, settled only after the transaction that carries
// it is on disk. What arrives for a tenant while a transaction of its own is under way shares the next one; several tenants are
// served at once, each on a connection of its own and in turn, so that none waits for the lock of another.

import type { Pool } from "pg";
import type { Program } from "../sql/program.ts";
import type { WriteScope } from "../sql/store-of-programs.ts";
import { StoreError } from "../store-error.ts";
import { commitBatch, type Pending } from "./commit-batch.ts";
import { createFirstStatistics } from "./first-statistics.ts";

export interface CommitQueue {
  readonly run: <Result>(scope: WriteScope, program: () => Program<Result>) => Promise<Result>;
  /** Settles what is queued, then refuses everything. */
  readonly close: () => Promise<void>;
}

/** Few enough that one transaction stays short. */
const largestBatch = 64;

interface Line {
  readonly scope: WriteScope;
  readonly waiting: Pending[];
}

export function createCommitQueue(pool: Pool, transactions: number): CommitQueue {
  /** In the order in which they are served; one that is being served is not among them. */
  const lines = new Map<string, Line>();
  const serving = new Map<string, Line>();
  const statistics = createFirstStatistics(pool);
  let workers = 0;
  let idle: (() => void)[] = [];
  let closed = false;

  async function work(): Promise<void> {
    for (;;) {
      const [next] = lines;
      if (next === undefined) break;
      const [name, line] = next;
      lines.delete(name);
      serving.set(name, line);
      for (const settle of await commitBatch(pool, line.scope, line.waiting.splice(0, largestBatch))) settle();
      statistics.afterCommit();
      serving.delete(name);
      if (line.waiting.length > 0) lines.set(name, line);
    }
    // In the same turn in which it was seen that nothing waits: whoever comes next starts a worker again.
    workers -= 1;
    if (workers > 0) return;
    for (const resolve of idle) resolve();
    idle = [];
  }

  return {
    run: <Result>(scope: WriteScope, program: () => Program<Result>) =>
      new Promise<Result>((resolve, reject) => {
        if (closed) {
          reject(new StoreError("closed", "the store is closed"));
          return;
        }
        const pending: Pending = { program, resolve: (result) => resolve(result as Result), reject };
        const name = scope.kind === "tenant" ? `tenant ${scope.tenant}` : scope.kind;
        const line = serving.get(name) ?? lines.get(name);
        if (line !== undefined) {
          line.waiting.push(pending);
          return;
        }
        lines.set(name, { scope, waiting: [pending] });
        if (workers >= transactions) return;
        workers += 1;
        queueMicrotask(() => void work());
      }),
    close: async () => {
      closed = true;
      if (workers > 0) await new Promise<void>((resolve) => idle.push(resolve));
      await statistics.close();
    },
  };
}
