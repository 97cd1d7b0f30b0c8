import { readFileSync, renameSync, statSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openSqliteStore } from "@flyball/governor/sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import { alice, commitOf, decisionRecord } from "../../support/records.ts";
import { temporaryFolder, temporaryStore } from "../../support/test-governor.ts";
import { chatSuite } from "../chat-suite.ts";
import { storeSuite } from "../store-suite.ts";

storeSuite("SQLite", () => temporaryStore().store);
chatSuite("SQLite", () => temporaryStore().store);

/** A second connection, as another process would have it. */
function connect(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 0 });
  onTestFinished(() => db.close());
  return db;
}

test("the file is private, keeps a write-ahead log and says whose it is", async () => {
  const { store, file } = temporaryStore();
  await store.commitDecision({ record: decisionRecord() });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const db = connect(file);
  expect(db.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
  expect(db.prepare("PRAGMA application_id").get()).toEqual({ application_id: 0x46424c59 });
  expect(db.prepare("SELECT max(version) AS version FROM schema_migrations").get()).toEqual({ version: 5 });
});

test("every table's primary key begins with tenant, issuer and subject", () => {
  const db = connect(temporaryStore().file);
  for (const table of ["actions", "idempotency_keys", "reviews"]) {
    const columns = db.prepare(`SELECT name FROM pragma_table_info('${table}') WHERE pk > 0 ORDER BY pk`).all();
    expect(columns.slice(0, 3).map(({ name }) => name)).toEqual(["tenant", "issuer", "subject"]);
  }
});

test("what was committed is there after the store is opened again, and migrations are not applied twice", async () => {
  const file = path.join(temporaryFolder(), "again.sqlite");
  const first = openSqliteStore({ path: file });
  const command = commitOf({ idempotencyKey: "k" });
  await first.commitDecision(command);
  await first.close();
  const second = openSqliteStore({ path: file });
  onTestFinished(() => second.close());
  expect(await second.findActionByKey({ principal: alice, key: "k" })).toMatchObject({ id: command.action.id });
});

test("commits of one turn share a transaction, and one that fails takes no other with it", async () => {
  const { store } = temporaryStore();
  const twice = decisionRecord();
  const results = await Promise.allSettled([
    store.commitDecision({ record: twice }),
    store.commitDecision({ record: twice }),
    store.commitDecision({ record: decisionRecord() }),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect((await store.listDecisions({ tenant: "acme", limit: 9 })).records).toHaveLength(2);
});

describe("another process holds the write lock", () => {
  test("a commit waits for it without blocking the process, and goes through when it is free", async () => {
    const { store, file } = temporaryStore();
    const other = connect(file);
    other.exec("BEGIN IMMEDIATE");
    const commit = store.commitDecision({ record: decisionRecord() });
    let turns = 0;
    const ticking = setInterval(() => {
      turns += 1;
      if (turns === 3) other.exec("ROLLBACK");
    }, 5);
    expect(await commit).toEqual({ kind: "committed" });
    clearInterval(ticking);
    expect(turns).toBeGreaterThanOrEqual(3);
  });

  test("a commit that waited its time is refused as `locked`, and nothing of it is stored", async () => {
    const { store, file } = temporaryStore();
    const other = connect(file);
    other.exec("BEGIN IMMEDIATE");
    const record = decisionRecord();
    await expect(store.commitDecision({ record })).rejects.toMatchObject({ name: "StoreError", code: "locked" });
    other.exec("ROLLBACK");
    expect(await store.readDecision({ tenant: "acme", id: record.decision.id })).toBe(undefined);
    expect(await store.commitDecision({ record })).toEqual({ kind: "committed" });
  });
});

describe("a store opened for reading", () => {
  test("shows what is there and takes nothing", async () => {
    const { store, file } = temporaryStore();
    const record = decisionRecord();
    await store.commitDecision({ record });
    const reader = openSqliteStore({ path: file, readOnly: true });
    onTestFinished(() => reader.close());
    expect(await reader.readDecision({ tenant: "acme", id: record.decision.id })).toEqual(record);
    await expect(reader.commitDecision(commitOf())).rejects.toMatchObject({ code: "read_only" });
    await expect(reader.probe()).rejects.toMatchObject({ code: "read_only" });
  });
});

describe("a file that is no store of ours is refused, and left as it is", () => {
  const rows: [string, (file: string) => void, string][] = [
    ["text", (file) => writeFileSync(file, "not a database".repeat(500)), "corrupt"],
    ["a database of another application", (file) => foreign(file, "CREATE TABLE t (a)"), "corrupt"],
    ["a database with another application id", (file) => foreign(file, "PRAGMA application_id = 7"), "corrupt"],
  ];
  test.each(rows)("%s", (_name, make, code) => {
    const file = path.join(temporaryFolder(), "file.sqlite");
    make(file);
    const before = readFileSync(file);
    expect(() => openSqliteStore({ path: file })).toThrow(expect.objectContaining({ name: "StoreError", code }));
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  function foreign(file: string, sql: string): void {
    const db = new DatabaseSync(file);
    db.exec(sql);
    db.close();
  }
});

test("a store of a newer release is refused", async () => {
  const { store, file } = temporaryStore();
  await store.close();
  const db = connect(file);
  db.exec("INSERT INTO schema_migrations VALUES (99, 0, 99)");
  expect(() => openSqliteStore({ path: file })).toThrow(expect.objectContaining({ code: "schema_newer" }));
});

test("a store whose pages were cut off says `corrupt` and invents nothing", async () => {
  const { store, file } = temporaryStore();
  for (let index = 0; index < 50; index += 1) await store.commitDecision(commitOf());
  await store.close();
  truncateSync(file, 8_192);
  expect(() => openSqliteStore({ path: file })).toThrow(
    expect.objectContaining({ name: "StoreError", code: "corrupt" }),
  );
});

test("a row that was tampered with is `corrupt`, not a decision", async () => {
  const { store, file } = temporaryStore();
  const record = decisionRecord();
  await store.commitDecision({ record });
  connect(file).exec('UPDATE decisions SET reasons = \'[{"code":"x",]\'');
  const read = store.readDecision({ tenant: "acme", id: record.decision.id });
  await expect(read).rejects.toMatchObject({ name: "StoreError", code: "corrupt" });
});

test("a folder where a file should be is refused", () => {
  const folder = temporaryFolder();
  renameSync(folder, `${folder}.sqlite`);
  onTestFinished(() => renameSync(`${folder}.sqlite`, folder));
  expect(() => openSqliteStore({ path: `${folder}.sqlite` })).toThrow(expect.objectContaining({ name: "StoreError" }));
});
