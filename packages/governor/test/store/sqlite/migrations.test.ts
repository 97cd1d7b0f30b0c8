// A store that was written by the first schema, and stores that two releases use at the same time during a rollout.

import { readFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createGovernor, type Governor, type Principal, type Store } from "@flyball/governor";
import { openSqliteStore } from "@flyball/governor/sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import { paySchema } from "../../support/people.ts";
import { commitOf, decisionRecord } from "../../support/records.ts";
import { temporaryFolder, temporaryStore } from "../../support/test-governor.ts";

const fixture = readFileSync(path.join(import.meta.dirname, "fixtures", "store-of-version-1.sql"), "utf8");
const applicationId = 0x46424c59;

function fileOfVersion1(): string {
  const file = path.join(temporaryFolder(), "store.sqlite");
  const db = new DatabaseSync(file);
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA application_id = ${applicationId}; ${fixture}`);
  db.close();
  return file;
}

function open(file: string): Store {
  const store = openSqliteStore({ path: file, lockWaitMs: 500 });
  onTestFinished(() => store.close());
  return store;
}

const junior: Principal = { tenant: "acme", issuer: "https://id.example", subject: "jun", role: "junior" };
const reviewer = { ...junior, subject: "rev", role: "reviewer" };

function governorOn(store: Store, now: number): { readonly governor: Governor; readonly paid: number[] } {
  const paid: number[] = [];
  const decision = { decision: "MANUAL_REVIEW", reasons: [{ code: "large", message: "large", field: "amount" }] };
  const policy = {
    digest: "sha256:2222",
    entrypoint: "test/decision",
    reads: [["action"]],
    evaluate: () => ({
      kind: "value",
      value: { ...decision, obligations: { review: { approver_roles: ["reviewer"] } } },
    }),
  };
  const clock = { now: () => now, elapsedNs: () => process.hrtime.bigint() };
  const governor = createGovernor({ policies: { current: () => policy }, store, clock });
  governor.governTool({ name: "pay", schema: paySchema, execute: ({ amount }) => paid.push(amount) });
  return { governor, paid };
}

describe("a store of the first schema", () => {
  const later = Date.parse("2026-11-20T12:00:00Z");
  const act = (governor: Governor, idempotencyKey: string, amount: number, session = "s-1") =>
    governor.act({ principal: junior, session, idempotencyKey }, { tool: "pay", arguments: { amount } });

  test("is brought up to date with all that it holds, and says so", async () => {
    const file = fileOfVersion1();
    const store = open(file);
    const { records } = await store.listDecisions({ tenant: "acme", limit: 99 });
    expect(records.map(({ kind, decision }) => `${kind} ${decision.effect}`)).toEqual([
      "check ALLOW",
      "action ALLOW",
      "action MANUAL_REVIEW",
      "action MANUAL_REVIEW",
      "action DENY",
      "action ALLOW",
    ]);
    for (const record of records) expect(record.provenance).toBe(null);
    const { reviews } = await store.listReviews({ tenant: "acme", limit: 9 });
    expect(reviews.map(({ state, action }) => [state, action.arguments])).toEqual([
      ["pending", { amount: 501 }],
      ["pending", { amount: 500 }],
    ]);
    const db = new DatabaseSync(file, { readOnly: true });
    onTestFinished(() => db.close());
    const steps = db.prepare("SELECT version FROM schema_migrations ORDER BY version").all();
    expect(steps.map(({ version }) => version)).toEqual(steps.map((_step, index) => index + 1));
    expect(db.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
    expect(db.prepare("PRAGMA foreign_key_check").all()).toEqual([]);
  });

  test("answers the keys that it knows, and starts nothing again", async () => {
    const { governor, paid } = governorOn(open(fileOfVersion1()), later);
    expect(await act(governor, "executed", 5)).toMatchObject({ outcome: "executed", result: { paid: true, exact: 5 } });
    expect((await act(governor, "refused", 5_000)).decision.reasons[0]?.message).toBe("no; 'quoted'");
    expect((await act(governor, "suspended", 500)).outcome).toBe("suspended");
    expect((await act(governor, "unknown", 7)).outcome).toBe("unknown");
    expect((await act(governor, "executed", 6)).decision.reasons[0]?.code).toBe("idempotency_conflict");
    expect(paid).toEqual([]);
  });

  test("has reviews that can be decided, and expire, and an action that a person can settle", async () => {
    const store = open(fileOfVersion1());
    const { governor, paid } = governorOn(store, later);
    const { reviews } = await store.listReviews({ tenant: "acme", limit: 9 });
    const [second, first] = reviews.map(({ review }) => review.id);
    const word = { id: first ?? "", verdict: "approve", reason: "seen" } as const;
    expect(await governor.resolveReview({ principal: reviewer }, word)).toMatchObject({
      outcome: { outcome: "executed" },
    });
    expect(paid).toEqual([500]);
    const tomorrow = governorOn(store, later + 48 * 3_600_000);
    expect((await tomorrow.governor.reconcile()).expired).toBe(1);
    expect((await store.readReview({ tenant: "acme", id: second ?? "" }))?.state).toBe("expired");
    const unknown = await store.findActionByKey({ principal: junior, key: "unknown" });
    const statement = { actionId: unknown?.id ?? "", state: "failed", reason: "never arrived" } as const;
    expect((await governor.settleByHand({ principal: reviewer }, statement)).kind).toBe("settled");
  });

  test("is brought up to date once, by whichever of ten that open it at once", async () => {
    const file = fileOfVersion1();
    const stores = await Promise.all(Array.from({ length: 10 }, async () => await Promise.resolve(open(file))));
    for (const store of stores) {
      expect((await store.listDecisions({ tenant: "acme", limit: 99 })).records).toHaveLength(6);
    }
  });

  test("is left as it is where a step fails half-way", () => {
    const file = fileOfVersion1();
    const db = new DatabaseSync(file);
    // In the way of the second step's last statements.
    db.exec("CREATE TABLE artifacts (in_the_way TEXT)");
    expect(() => openSqliteStore({ path: file })).toThrow();
    expect(db.prepare("SELECT max(version) AS version FROM schema_migrations").get()).toEqual({ version: 1 });
    expect(
      db.prepare("SELECT count(*) AS count FROM pragma_table_info('decisions') WHERE name = 'agent'").get(),
    ).toEqual({
      count: 0,
    });
    db.exec("DROP TABLE artifacts");
    db.close();
    open(file);
  });
});

describe("two releases on one store", () => {
  test("this one goes on while the next one adds a step that leaves room for it, and reads what that one writes", async () => {
    const { store, file } = temporaryStore();
    await store.commitDecision(commitOf());
    const next = new DatabaseSync(file);
    onTestFinished(() => next.close());
    next.exec(`
      ALTER TABLE actions ADD COLUMN of_the_next TEXT;
      CREATE TABLE of_the_next (a TEXT);
      INSERT INTO schema_migrations (version, applied_at, compatible_from) VALUES (98, 0, 3)`);
    const mine = commitOf({ idempotencyKey: "mine" });
    expect(await store.commitDecision(mine)).toEqual({ kind: "committed" });
    next.exec(`UPDATE actions SET of_the_next = 'x'`);
    const again = open(file);
    expect(await again.readAction({ tenant: "acme", id: mine.action.id })).toMatchObject({ state: "executing" });
    const settle = { principal: mine.record.principal, actionId: mine.action.id, expectedVersion: 1, at: 1 } as const;
    expect(await store.settleAction({ ...settle, state: "executed" })).toEqual({ kind: "committed" });
  });

  test("the one before goes on beside this one: what it writes, without the columns it does not know, is read", async () => {
    const { store, file } = temporaryStore();
    const before = new DatabaseSync(file);
    onTestFinished(() => before.close());
    const { decision } = decisionRecord();
    // As the release before wrote it: no column of a later step.
    before
      .prepare(`
        INSERT INTO decisions (
          tenant, issuer, subject, role, id, session, tool, kind, effect, cause, reasons, obligations, policy_digest,
          entrypoint, decided_at, action_id, action_digest, input, duration_ns, governor_version, provenance)
        VALUES ('acme', 'i', 's', 'junior', ?, 's-1', 'pay', 'action', 'ALLOW', 'policy', '[]', '{}', null, null,
          '2026-11-20T09:00:00.000Z', 'a-1', 'sha256:0', '{}', 5, '0.1.0', null)`)
      .run(decision.id);
    before
      .prepare(`
        INSERT INTO actions (
          tenant, issuer, subject, role, id, session, tool, arguments, digest, state, version, decision_id, created_at,
          changed_at)
        VALUES ('acme', 'i', 's', 'junior', 'a-1', 's-1', 'pay', '{}', 'sha256:0', 'executing', 1, ?, 1, 1)`)
      .run(decision.id);
    expect((await store.readAction({ tenant: "acme", id: "a-1" }))?.principal).toEqual({
      tenant: "acme",
      issuer: "i",
      subject: "s",
      role: "junior",
    });
    expect((await store.readDecision({ tenant: "acme", id: decision.id }))?.provenance).toBe(null);
  });

  test("one that does not know a step that asks for it does not open the store, and leaves it as it is", async () => {
    const { store, file } = temporaryStore();
    await store.close();
    const db = new DatabaseSync(file);
    onTestFinished(() => db.close());
    db.exec("INSERT INTO schema_migrations (version, applied_at, compatible_from) VALUES (98, 0, 98)");
    expect(() => openSqliteStore({ path: file })).toThrow(expect.objectContaining({ code: "schema_newer" }));
    expect(() => openSqliteStore({ path: file, readOnly: true })).toThrow(
      expect.objectContaining({ code: "schema_newer" }),
    );
  });
});

/** Rows of these belong to nobody in particular: what is shared, counted for all, or a list of the store's own. */
const withoutPerson: Readonly<Record<string, string>> = {
  ledger_accounts: "counts by trader, client, symbol: the person is in the name of the dimension `trader`",
  halts: "a halt is the tenant's; the trader it stops is in its scope",
  halt_versions: "one figure for each tenant",
  halt_events: "a log of the tenant",
  decisions: "a log; the person's key is (tenant, issuer, subject, id)",
  artifacts: "bytes under their own digest",
  schema_migrations: "the store's own",
};

test("tenant, issuer and subject begin the key of every table that holds what belongs to a person", () => {
  const { file } = temporaryStore();
  const db = new DatabaseSync(file, { readOnly: true });
  onTestFinished(() => db.close());
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all();
  const others: string[] = [];
  for (const { name } of tables) {
    const columns = db.prepare(`SELECT name FROM pragma_table_info('${name}') WHERE pk > 0 ORDER BY pk`).all();
    const key = columns.slice(0, 3).map((column) => column["name"]);
    if (key.join() !== "tenant,issuer,subject") others.push(String(name));
  }
  expect(others.sort()).toEqual(Object.keys(withoutPerson).sort());
  const unique = db.prepare(`SELECT sql FROM sqlite_schema WHERE name = 'decisions'`).get();
  expect(String(unique?.["sql"])).toContain("UNIQUE (tenant, issuer, subject, id)");
});
