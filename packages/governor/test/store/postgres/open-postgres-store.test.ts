import { auditDecision, type Store } from "@flyball/governor";
import { openPostgresStore } from "@flyball/governor/postgres";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { deskPolicy, openDesk } from "../../support/desk.ts";
import { ask, type PostgresServer, postgresBinaries, startPostgres } from "../../support/postgres-server.ts";
import { alice, commitOf, decisionRecord } from "../../support/records.ts";
import { chatSuite } from "../chat-suite.ts";
import { storeSuite } from "../store-suite.ts";

const binaries = postgresBinaries();
let server: PostgresServer;
beforeAll(async () => {
  if (binaries !== undefined) server = await startPostgres(binaries);
});
afterAll(async () => {
  if (binaries !== undefined) await server.stop();
});

async function open(connectionString?: string): Promise<Store> {
  const store = await openPostgresStore({ connectionString: connectionString ?? (await server.database()) });
  onTestFinished(() => store.close());
  return store;
}

describe.skipIf(binaries === undefined)("PostgreSQL", () => {
  storeSuite("PostgreSQL", open);
  chatSuite("PostgreSQL", open);

  test("ten instances that start at once make the schema once", async () => {
    const address = await server.database();
    await Promise.all(Array.from({ length: 10 }, () => open(address)));
    const [found] = await ask(
      address,
      "SELECT count(*)::int AS steps, max(version)::int AS last FROM schema_migrations",
    );
    expect(found).toMatchObject({ steps: expect.any(Number), last: found?.["steps"] });
  });

  test("two instances are one store: of a hundred commits of one key, one is committed", async () => {
    const address = await server.database();
    const instances = [await open(address), await open(address)] as const;
    const results = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        instances[index % 2 === 0 ? 0 : 1].commitDecision(commitOf({ idempotencyKey: "k" })),
      ),
    );
    expect(results.filter(({ kind }) => kind === "committed")).toHaveLength(1);
    expect((await instances[1].listDecisions({ tenant: "acme", limit: 99 })).records).toHaveLength(1);
  });

  test("a step of a newer release that leaves room for this one is no reason to stop, any other is", async () => {
    const address = await server.database();
    await open(address);
    await ask(address, "ALTER TABLE actions ADD COLUMN note TEXT; INSERT INTO schema_migrations VALUES (98, 0, 1)");
    const store = await open(address);
    expect(await store.commitDecision(commitOf())).toEqual({ kind: "committed" });
    await ask(address, "INSERT INTO schema_migrations VALUES (99, 0, 99)");
    await expect(openPostgresStore({ connectionString: address })).rejects.toMatchObject({ code: "schema_newer" });
  });

  test("one that is opened for reading shows what is there and takes nothing, and is enough for an audit", async () => {
    const address = await server.database();
    await expect(openPostgresStore({ connectionString: address, readOnly: true })).rejects.toMatchObject({
      code: "read_only",
    });
    const desk = openDesk(await open(address), await deskPolicy());
    const { decision } = await desk.pay(900);
    await ask(address, "CREATE ROLE auditor LOGIN; GRANT pg_read_all_data TO auditor");
    const reader = await openPostgresStore({
      connectionString: address.replace("flyball@", "auditor@"),
      readOnly: true,
    });
    onTestFinished(() => reader.close());
    const audit = await auditDecision({ store: reader, tenant: "acme", id: decision.id });
    expect(audit?.result).toBe("holds");
    const readOnly = { name: "StoreError", code: "read_only" };
    await expect(reader.commitDecision(commitOf())).rejects.toMatchObject(readOnly);
    await expect(reader.probe()).rejects.toMatchObject({ name: "StoreError" });
    await ask(address, "INSERT INTO schema_migrations VALUES (99, 0, 99)");
    await expect(openPostgresStore({ connectionString: address, readOnly: true })).rejects.toMatchObject({
      code: "schema_newer",
    });
  });

  test("commits are durable whatever the server's default", async () => {
    const address = await server.database();
    await ask(address, `ALTER DATABASE ${address.split("/").at(-1)} SET synchronous_commit = off`);
    const store = await open(address);
    await store.commitDecision({ record: decisionRecord() });
    const rows = await ask(address, "SHOW synchronous_commit");
    expect(rows).toEqual([{ synchronous_commit: "off" }]);
    const { haltVersion } = await store.readBasis({ tenant: "acme", accounts: [] });
    expect(haltVersion).toBe(1);
  });

  test("commits of one turn share a transaction, and one that fails takes no other with it", async () => {
    const store = await open();
    const twice = decisionRecord();
    const results = await Promise.allSettled([
      store.commitDecision({ record: twice }),
      store.commitDecision({ record: twice }),
      store.commitDecision({ record: decisionRecord() }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  test("a row that was tampered with is `corrupt`, not a decision", async () => {
    const address = await server.database();
    const store = await open(address);
    const record = decisionRecord();
    await store.commitDecision({ record });
    await ask(address, `UPDATE decisions SET reasons = '[{"code":"x",]'`);
    const read = store.readDecision({ tenant: "acme", id: record.decision.id });
    await expect(read).rejects.toMatchObject({ name: "StoreError", code: "corrupt" });
  });

  test("a database that cannot be reached is a StoreError", async () => {
    const nowhere = "postgres://flyball@127.0.0.1:1/x";
    await expect(openPostgresStore({ connectionString: nowhere })).rejects.toMatchObject({
      name: "StoreError",
      code: "io",
    });
    const store = await open();
    expect(await store.findActionByKey({ principal: alice, key: "k" })).toBe(undefined);
  });
});
