// Backup and restore in the words of docs/guides/back-up-and-restore.md, of stores that a service is using at that moment.

import { execFile } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { canonicalNumber, multiplyNumbers, numberText } from "@flyball/engine/values";
import { recompute, type Store } from "@flyball/governor";
import { openPostgresStore } from "@flyball/governor/postgres";
import { backUpSqliteStore, openSqliteStore } from "@flyball/governor/sqlite";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { startBusyDesk } from "../support/busy-desk.ts";
import { deskPolicy, openDesk, trader } from "../support/desk.ts";
import { type PostgresServer, postgresBinaries, startPostgres } from "../support/postgres-server.ts";
import { commitOf } from "../support/records.ts";
import { temporaryFolder, temporaryStore } from "../support/test-governor.ts";

const run = promisify(execFile);
const packageFolder = path.resolve(import.meta.dirname, "../..");
const guide = readFileSync(path.resolve(packageFolder, "../../docs/guides/back-up-and-restore.md"), "utf8");

/** A command of the guide, its words set apart, with these in place of its variables. */
function commandOf(program: string, values: Readonly<Record<string, string>>): readonly string[] {
  const line = new RegExp(`^${program} .*$`, "m").exec(guide)?.[0];
  if (line === undefined) throw new Error(`the guide has no ${program}`);
  return line
    .split(" ")
    .slice(1)
    .map((word) => word.replace(/"?\$([A-Z_]+)"?/, (_whole, name: string) => values[name] ?? ""));
}

/** What was acknowledged before the backup is in what was restored, whole, and the books agree. */
async function expectWhole(store: Store, acknowledged: readonly string[]): Promise<void> {
  const { tenant } = trader;
  const missing = [];
  for (const id of acknowledged) {
    const record = await store.readDecision({ tenant, id });
    const action = await store.readAction({ tenant, id: record?.actionId ?? "" });
    if (action?.state !== "executed") missing.push(id);
  }
  expect(missing).toEqual([]);
  const [last] = (await store.listDecisions({ tenant, limit: 1 })).records;
  if (last === undefined) return expect.fail("there is no decision");
  expect(await recompute({ record: last, store })).toEqual({ kind: "same" });
  const sumOf = async (state: "executed" | "executing") => {
    const actions = await store.listActions({ tenant, tool: "pay", states: [state] });
    return numberText(multiplyNumbers(canonicalNumber("0.01"), actions.length));
  };
  const balances = await store.listBalances({ tenant, day: last.decision.decidedAt.slice(0, 10) });
  const ofTrader = balances.find(({ dimension }) => dimension === "trader");
  expect([ofTrader?.committed, ofTrader?.reserved]).toEqual([await sumOf("executed"), await sumOf("executing")]);
  // It is a store like any other.
  expect((await openDesk(store, await deskPolicy()).pay(1)).outcome).toBe("executed");
}

describe("SQLite", () => {
  test("a backup under load has all that was acknowledged before it began, at one moment; the service goes on", {
    timeout: 60_000,
  }, async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, "governor.sqlite");
    const busy = await startBusyDesk(file);
    const before = [...busy.acknowledged()];
    const backup = path.join(folder, "backup.sqlite");
    // The guide's own program, in a folder where the package is installed.
    const program = path.join(folder, "back-up.mjs");
    writeFileSync(program, /```js\n([^`]+`[^`]+`[^`]+)```/.exec(guide)?.[1] ?? "");
    mkdirSync(path.join(folder, "node_modules", "@flyball"), { recursive: true });
    symlinkSync(packageFolder, path.join(folder, "node_modules", "@flyball", "governor"), "dir");
    const { stdout } = await run(process.execPath, ["--conditions=flyball-source", program, file, backup]);
    expect(stdout).toContain(`${statSync(backup).size} bytes, checked`);
    await busy.stop();
    expect(busy.acknowledged().length).toBeGreaterThan(before.length);
    expect(statSync(backup).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).filter((name) => name.startsWith("backup."))).toEqual(["backup.sqlite"]);

    const restored = path.join(folder, "restored", "governor.sqlite");
    mkdirSync(path.dirname(restored));
    copyFileSync(backup, restored);
    const store = openSqliteStore({ path: restored });
    onTestFinished(() => store.close());
    await expectWhole(store, before);
  });

  test("what cannot be copied leaves nothing behind: no store, somebody else's file, a damaged one, a name that is taken", async () => {
    const { store, file } = temporaryStore();
    for (let index = 0; index < 50; index += 1) await store.commitDecision(commitOf());
    await store.close();
    const folder = path.dirname(file);
    const to = path.join(folder, "backup.sqlite");
    const fails = (from: string) => {
      expect(() => backUpSqliteStore({ from, to })).toThrow(expect.objectContaining({ name: "StoreError" }));
      expect(readdirSync(folder).filter((name) => name.startsWith("backup."))).toEqual([]);
    };
    fails(path.join(folder, "nothing.sqlite"));
    writeFileSync(path.join(folder, "text.sqlite"), "not a database".repeat(500));
    fails(path.join(folder, "text.sqlite"));
    const foreign = path.join(folder, "foreign.sqlite");
    const other = new DatabaseSync(foreign);
    other.exec("CREATE TABLE t (a)");
    other.close();
    fails(foreign);
    const damaged = path.join(folder, "damaged.sqlite");
    const bytes = readFileSync(file);
    writeFileSync(damaged, bytes.subarray(0, bytes.length - 3 * 4_096));
    fails(damaged);
    const orphans = path.join(folder, "orphans.sqlite");
    copyFileSync(file, orphans);
    const db = new DatabaseSync(orphans, { enableForeignKeyConstraints: false });
    db.exec("DELETE FROM decisions");
    db.close();
    fails(orphans);

    expect(backUpSqliteStore({ from: file, to }).bytes).toBeGreaterThan(0);
    const made = readFileSync(to);
    expect(() => backUpSqliteStore({ from: file, to })).toThrow("is there already");
    expect(readFileSync(to).equals(made)).toBe(true);
    expect(existsSync(`${to}.unfinished`)).toBe(false);
  });
});

const binaries = postgresBinaries();
describe.skipIf(binaries === undefined)("PostgreSQL", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(binaries ?? "");
  });
  afterAll(() => server.stop());

  test("pg_dump under load has all that was acknowledged before it began, at one moment; pg_restore gives a store", {
    timeout: 90_000,
  }, async () => {
    const address = await server.database();
    const busy = await startBusyDesk(address);
    const before = [...busy.acknowledged()];
    const cwd = temporaryFolder();
    const fresh = await server.database();
    const values = { DATABASE_URL: address, NEW_DATABASE_URL: fresh };
    await run(path.join(binaries ?? "", "pg_dump"), [...commandOf("pg_dump", values)], { cwd });
    await busy.stop();
    expect(busy.acknowledged().length).toBeGreaterThan(before.length);
    await run(path.join(binaries ?? "", "pg_restore"), [...commandOf("pg_restore", values)], { cwd });
    const store = await openPostgresStore({ connectionString: fresh });
    onTestFinished(() => store.close());
    await expectWhole(store, before);
  });
});
