// Commands that share a transaction on PostgreSQL: as if one after another, whatever they share it with.

import type { Store } from "@flyball/governor";
import { openPostgresStore } from "@flyball/governor/postgres";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { isChange } from "../../../src/store/postgres/touched-rows.ts";
import { type StatementName, statementTexts } from "../../../src/store/sql/statement-texts.ts";
import { ask, type PostgresServer, postgresBinaries, startPostgres } from "../../support/postgres-server.ts";
import { alice, commitOf } from "../../support/records.ts";

const binaries = postgresBinaries();
let server: PostgresServer;
beforeAll(async () => {
  if (binaries !== undefined) server = await startPostgres(binaries);
});
afterAll(async () => {
  if (binaries !== undefined) await server.stop();
});

const day = "2026-11-23";
const account = (name: string) => ({ dimension: "client", name, day });

function reserve(name: string, version: number, tenant = "acme") {
  return {
    ...commitOf({}, { principal: { ...alice, tenant } }),
    reservations: [{ ...account(name), amount: "1" }],
    expected: { haltVersion: 1, accounts: [{ ...account(name), version }] },
  };
}

async function open(address: string): Promise<Store> {
  const store = await openPostgresStore({ connectionString: address });
  onTestFinished(() => store.close());
  return store;
}

function kinds(results: readonly { readonly kind: string }[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...Map.groupBy(results, ({ kind }) => kind)].map(([kind, all]) => [kind, all.length]));
}

test("of every statement that writes it is known which rows it touches, and of none that reads that it changes any", () => {
  for (const [name, sql] of Object.entries(statementTexts)) {
    const changes = !sql.trimStart().startsWith("SELECT");
    let told: boolean | undefined;
    try {
      told = isChange({ statement: name as StatementName, parameters: {} });
    } catch {
      // Of a statement that only programs without writes run, nothing need be known.
    }
    expect([name, told]).toEqual([name, changes ? true : told === undefined ? undefined : false]);
  }
});

describe.skipIf(binaries === undefined)("commands that share a commit", () => {
  test("are all committed where they touch different rows, and one for each row where they do not", async () => {
    const store = await open(await server.database());
    const apart = Array.from({ length: 40 }, (_, index) => reserve(`c-${index}`, 0));
    const results = await Promise.all(apart.map((command) => store.commitDecision(command)));
    expect(kinds(results)).toEqual({ committed: 40 });
    const again = Array.from({ length: 120 }, (_, index) => reserve(`c-${index % 40}`, 1));
    expect(kinds(await Promise.all(again.map((command) => store.commitDecision(command))))).toEqual({
      committed: 40,
      conflict: 80,
    });
    const balances = await store.listBalances({ tenant: "acme", day });
    expect(new Set(balances.map(({ reserved, version }) => `${reserved} ${version}`))).toEqual(new Set(["2 2"]));
  });

  test("add up exactly where all settle on one account, whichever they share a commit with", async () => {
    const store = await open(await server.database());
    const commands = [];
    for (let version = 0; version < 50; version += 1) {
      const command = reserve("c-1", version);
      commands.push(command);
      await store.commitDecision(command);
    }
    const settled = await Promise.all(
      commands.flatMap(({ action }, index) => {
        const state = index % 2 === 0 ? ("executed" as const) : ("failed" as const);
        const settle = { principal: alice, actionId: action.id, expectedVersion: 1, state, at: 1 };
        return [store.settleAction(settle), store.settleAction(settle)];
      }),
    );
    expect(kinds(settled)).toEqual({ committed: 50, conflict: 50 });
    const [balance] = await store.listBalances({ tenant: "acme", day });
    expect(balance).toMatchObject({ committed: "25", reserved: "0" });
  });

  test("see a halt that is put in the same turn, or come before it", async () => {
    const store = await open(await server.database());
    const halt = { scope: { kind: "tenant" }, by: alice, reason: "a drill", at: 1 } as const;
    const results = await Promise.all([
      ...Array.from({ length: 10 }, (_, index) => store.commitDecision(reserve(`c-${index}`, 0))),
      store.putHalt(halt),
      ...Array.from({ length: 10 }, (_, index) => store.commitDecision(reserve(`d-${index}`, 0))),
    ]);
    expect(kinds(results.filter((result) => result !== undefined))).toEqual({ committed: 10, conflict: 10 });
  });

  test("keep nobody of another tenant waiting, however long they wait themselves", async () => {
    const address = await server.database();
    const store = await open(address);
    await store.commitDecision(reserve("c-1", 0));
    const other = new pg.Client({ connectionString: address });
    await other.connect();
    onTestFinished(() => other.end());
    await other.query("BEGIN");
    // Another instance is in the middle of a commit for this tenant.
    await other.query("SELECT pg_advisory_xact_lock($1, hashtext('acme') & 2147483647)", [0x46424c59]);
    const held = store.commitDecision(reserve("c-2", 0));
    const elsewhere = await store.commitDecision(reserve("c-1", 0, "other"));
    expect(elsewhere).toEqual({ kind: "committed" });
    expect((await store.listBalances({ tenant: "acme", day })).map(({ name }) => name)).toEqual(["c-1"]);
    await other.query("COMMIT");
    expect(await held).toEqual({ kind: "committed" });
  });

  test("are all `locked` where another instance keeps the tenant's lock for longer than they wait", async () => {
    const address = await server.database();
    const store = await openPostgresStore({ connectionString: address, lockWaitMs: 200 });
    onTestFinished(() => store.close());
    const other = new pg.Client({ connectionString: address });
    await other.connect();
    onTestFinished(() => other.end());
    await other.query("BEGIN");
    await other.query("SELECT pg_advisory_xact_lock($1, hashtext('acme') & 2147483647)", [0x46424c59]);
    const results = await Promise.allSettled(
      Array.from({ length: 40 }, (_, index) => store.commitDecision(reserve(`c-${index}`, 0))),
    );
    expect(results.map((result) => result.status === "rejected" && result.reason.code)).toEqual(
      results.map(() => "locked"),
    );
    await other.query("COMMIT");
    expect(await store.commitDecision(reserve("c-1", 0))).toEqual({ kind: "committed" });
  });

  test("of one tenant, what waits behind a halt of everything comes after it", async () => {
    const address = await server.database();
    const store = await open(address);
    const halt = { scope: { kind: "everything" }, by: alice, reason: "a drill", at: 1 } as const;
    const tenants = Array.from({ length: 6 }, (_, index) => `t-${index}`);
    const before = await Promise.all(tenants.map((tenant) => store.commitDecision(reserve("c-1", 0, tenant))));
    expect(kinds(before)).toEqual({ committed: 6 });
    // They go on until they meet the halt, so it must get its turn among them.
    const writers = tenants.map(async (tenant) => {
      let version = 1;
      while ((await store.commitDecision(reserve("c-1", version, tenant))).kind === "committed") version += 1;
    });
    await Promise.all([store.putHalt(halt), ...writers]);
    const after = await Promise.all(tenants.map((tenant) => store.commitDecision(reserve("c-2", 0, tenant))));
    expect(kinds(after)).toEqual({ conflict: 6 });
  });

  test("hold whatever isolation the database is set to", async () => {
    const address = await server.database();
    await ask(
      address,
      `ALTER DATABASE ${address.split("/").at(-1)} SET default_transaction_isolation = 'serializable'`,
    );
    const stores = [await open(address), await open(address)] as const;
    let version = 0;
    for (let round = 0; round < 10; round += 1) {
      const results = await Promise.all(stores.map((store) => store.commitDecision(reserve("c-1", version))));
      expect(kinds(results)).toEqual({ committed: 1, conflict: 1 });
      version += 1;
    }
    expect(await stores[0].listBalances({ tenant: "acme", day })).toMatchObject([{ reserved: "10", version: 10 }]);
  });

  test("find rows by their keys from the start: the first rows are counted at once", async () => {
    const address = await server.database();
    const store = await open(address);
    for (let index = 0; index < 8; index += 1) await store.commitDecision(reserve(`c-${index}`, 0));
    const counted =
      "SELECT count(*)::int AS tables FROM pg_class WHERE relname IN ('decisions', 'actions') AND reltuples >= 0";
    await expect.poll(() => ask(address, counted), { timeout: 20_000 }).toEqual([{ tables: 2 }]);
  });
});
