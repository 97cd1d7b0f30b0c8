// The file of an open store is deleted, moved or replaced. SQLite would go on and report commits that nobody finds again.

import { copyFileSync, renameSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { openSqliteStore } from "@flyball/governor/sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import { deskPolicy, openDesk, trader } from "../../support/desk.ts";
import { commitOf } from "../../support/records.ts";
import { temporaryStore } from "../../support/test-governor.ts";

const gone = { name: "StoreError", code: "io" };

describe("while the database file is away", () => {
  test("nothing is acknowledged or executed; when it is back, the store goes on with what was acknowledged before", async () => {
    const { store, file } = temporaryStore();
    const desk = openDesk(store, await deskPolicy());
    const before = await desk.pay(10, { idempotencyKey: "before" });
    renameSync(file, `${file}.moved`);
    const away = await desk.pay(20, { idempotencyKey: "away" });
    expect(away).toMatchObject({ outcome: "refused", recorded: false });
    expect(away.decision.reasons[0]?.code).toBe("store_unavailable");
    // Also what the policy refuses: the answer is a refusal, and says that it is not on record.
    const refused = await desk.pay(30_000);
    expect([refused.outcome, refused.recorded, refused.decision.effect]).toEqual(["refused", false, "DENY"]);
    expect((await desk.pay(5_000)).outcome).toBe("refused");
    expect(await desk.governor.readiness()).toEqual({ ready: false, code: "store_unavailable" });
    await expect(store.commitDecision(commitOf())).rejects.toMatchObject(gone);
    expect(desk.paid).toEqual([10]);

    renameSync(`${file}.moved`, file);
    expect(await desk.governor.readiness()).toEqual({ ready: true });
    expect((await desk.pay(10, { idempotencyKey: "before" })).decision.id).toBe(before.decision.id);
    expect((await desk.pay(20, { idempotencyKey: "away" })).outcome).toBe("executed");
    expect(desk.paid).toEqual([10, 20]);
  });

  test("a commit during which it went away is not acknowledged either", async () => {
    const { store, file } = temporaryStore();
    const policy = await deskPolicy();
    const desk = openDesk({ ...store }, policy);
    const commit = desk.pay(10);
    // The commit runs in a later turn of the event loop; the file goes in this one.
    renameSync(file, `${file}.moved`);
    expect(await commit).toMatchObject({ outcome: "refused", recorded: false });
    renameSync(`${file}.moved`, file);
    expect(desk.paid).toEqual([]);
  });

  test("an outcome that comes then is `unknown`, and is settled when it is back", async () => {
    const { store, file } = temporaryStore();
    const desk = openDesk(store, await deskPolicy(), {
      limits: { settleMs: 20 },
      execute: () => renameSync(file, `${file}.moved`),
      reconcile: () => ({ kind: "executed", result: 1 }),
    });
    expect(await desk.pay(10, { idempotencyKey: "k" })).toMatchObject({ outcome: "unknown", recorded: true });
    renameSync(`${file}.moved`, file);
    expect(await store.findActionByKey({ principal: trader, key: "k" })).toMatchObject({ state: "executing" });
    expect(await desk.governor.reconcile({ olderThanMs: 0 })).toEqual({ settled: 1, expired: 0, left: 0 });
  });
});

test.each([
  ["deleted", (file: string) => rmSync(file)],
  ["replaced by a copy", replace],
  ["without its write-ahead log", (file: string) => rmSync(`${file}-wal`)],
])("a file that is %s is noticed, and a new start finds what was acknowledged or nothing", async (_name, harm) => {
  const { store, file } = temporaryStore();
  await store.commitDecision(commitOf());
  harm(file);
  await expect(store.commitDecision(commitOf())).rejects.toMatchObject(gone);
  await expect(store.probe()).rejects.toMatchObject(gone);
});

function replace(file: string): void {
  copyFileSync(file, `${file}.copy`);
  renameSync(`${file}.copy`, file);
}

test("a second process that opens, checkpoints and closes the file is no loss", async () => {
  const { store, file } = temporaryStore();
  await store.commitDecision(commitOf());
  const other = openSqliteStore({ path: file });
  await other.commitDecision(commitOf());
  await other.close();
  const third = new DatabaseSync(file);
  onTestFinished(() => third.close());
  third.exec("PRAGMA wal_checkpoint(TRUNCATE); VACUUM");
  expect(await store.commitDecision(commitOf())).toEqual({ kind: "committed" });
});
