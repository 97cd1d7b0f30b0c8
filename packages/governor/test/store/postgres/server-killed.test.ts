// A server of its own: after a kill, one with many databases takes long to come back.

import { StoreError } from "@flyball/governor";
import { openPostgresStore } from "@flyball/governor/postgres";
import { expect, onTestFinished, test } from "vitest";
import { ask, postgresBinaries, startPostgres } from "../../support/postgres-server.ts";
import { commitOf } from "../../support/records.ts";

const binaries = postgresBinaries();

test.skipIf(binaries === undefined)(
  "the server is killed in the middle of commits and comes back: nothing acknowledged is lost, in part or double",
  {
    timeout: 120_000,
  },
  async () => {
    if (binaries === undefined) return;
    const server = await startPostgres(binaries);
    const address = await server.database();
    const store = await openPostgresStore({ connectionString: address });
    onTestFinished(async () => {
      await store.close();
      await server.stop();
    });
    const acknowledged = new Map<string, string>();
    const stop = new AbortController();
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let count = 0; !stop.signal.aborted; ) {
        const idempotencyKey = `${writer}-${count}`;
        const command = commitOf({ idempotencyKey });
        try {
          // After an error it is not known whether the commit was made; the next attempt, under its key, finds out.
          const { kind } = await store.commitDecision(command);
          if (kind === "committed") acknowledged.set(command.action.id, idempotencyKey);
          count += 1;
        } catch (error) {
          expect(error).toBeInstanceOf(StoreError);
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      }
    });
    for (let kills = 0; kills < 2; kills += 1) {
      const before = acknowledged.size;
      while (acknowledged.size < before + 40) await new Promise((resolve) => setTimeout(resolve, 5));
      await server.kill();
      await server.start();
    }
    const before = acknowledged.size;
    while (acknowledged.size < before + 20) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    await Promise.all(writers);
    const rows = await ask(
      address,
      `SELECT a.id, d.action_id, k.key FROM actions a LEFT JOIN decisions d ON d.id = a.decision_id
     LEFT JOIN idempotency_keys k ON k.action_id = a.id`,
    );
    const stored = new Map(rows.map(({ id, key }) => [id, key]));
    expect([...acknowledged].filter(([id, key]) => stored.get(id) !== key)).toEqual([]);
    // Each with its decision and its key, and no key twice: an attempt that was made twice is one action.
    expect(rows.filter(({ id, action_id: actionId, key }) => id !== actionId || key === null)).toEqual([]);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
  },
);
