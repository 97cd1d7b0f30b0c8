// Rows that somebody else has written, and texts that would be SQL, on every store. What cannot be read is an error and never
// something else; what was changed is not executed; and one damaged row stands in the way of nothing but itself.

import { canonicalJson, recompute, type Store, StoreError } from "@flyball/governor";
import { describe, expect, test } from "vitest";
import { approver, context, type Desk, deskPolicy, openDesk, trader } from "../support/desk.ts";

export interface Damageable {
  readonly store: Store;
  /** Runs SQL behind the store's back. */
  readonly harm: (sql: string) => Promise<unknown>;
}

const nasty = [
  "'; DROP TABLE actions; --",
  "x' OR '1'='1",
  '"; DELETE FROM decisions; --',
  "$1; :tenant ?1 %s \\",
  "a\u2028b\u202e 日本 😀",
];

export function damageSuite(backend: string, open: () => Promise<Damageable>): void {
  async function desk(options: Parameters<typeof openDesk>[2] = {}): Promise<Desk & Damageable> {
    const { store, harm } = await open();
    return { ...openDesk(store, await deskPolicy(), options), store, harm };
  }

  async function suspended(at: Desk, more = {}): Promise<string> {
    const outcome = await at.pay(5_000, more);
    if (outcome.outcome !== "suspended") throw new Error(outcome.outcome);
    return outcome.review.id;
  }

  const approve = (at: Desk, id: string, more = {}) =>
    at.governor.resolveReview({ principal: approver }, { id, verdict: "approve", reason: "seen", ...more });

  const codeOf = (outcome: Awaited<ReturnType<Desk["pay"]>>) => outcome.decision.reasons[0]?.code ?? outcome.outcome;

  describe(`SQL in every text on ${backend}`, () => {
    test.each(nasty)("%j is a text like any other", async (text) => {
      const { store, harm } = await open();
      const at = openDesk(store, await deskPolicy(), {
        execute: () => {
          throw new Error(text);
        },
        reconcile: () => ({ kind: "unknown" }),
      });
      const principal = { tenant: text, issuer: text, subject: text, role: text };
      const by = { ...principal, subject: `${text} too`, role: "reviewer" };
      const asks = { principal, session: text };
      const plainKey = text.replaceAll(/[^\x21-\x7e]/g, "_");
      const act = (amount: number, idempotencyKey: string) =>
        at.governor.act({ ...asks, idempotencyKey }, { tool: "pay", arguments: { amount, to: text } });

      expect((await act(10, plainKey)).outcome).toBe("unknown");
      const waiting = await act(5_000, `${plainKey}-2`);
      if (waiting.outcome !== "suspended") return expect.fail(waiting.outcome);
      expect(codeOf(await at.governor.act(asks, { tool: text, arguments: { [text]: text } }))).toBe("tool_unknown");
      expect(codeOf(await at.governor.act({ ...asks, review: text }, { tool: "pay", arguments: { amount: 1 } }))).toBe(
        "approval_not_usable",
      );
      await at.governor.check(asks, { tool: "pay", arguments: { amount: 1, to: text } });
      for (const scope of [
        { kind: "trader", issuer: text, subject: `${text} 3` },
        { kind: "client", client: `${text} 3` },
        { kind: "tool", tool: text },
      ] as const) {
        await at.governor.putHalt({ principal: by }, { scope, reason: text });
        expect(await at.governor.liftHalt({ principal: by }, { scope, reason: text })).toBe(true);
      }
      const word = { id: waiting.review.id, verdict: "reject", reason: text } as const;
      expect((await at.governor.resolveReview({ principal: by }, word)).kind).toBe("resolved");
      const action = await store.findActionByKey({ principal, key: plainKey });
      const settled = await at.governor.settleByHand(
        { principal: by },
        { actionId: action?.id ?? "", state: "executed", reason: text },
      );
      expect(settled.kind).toBe("settled");
      await at.governor.drain();

      const found = await store.listActions({
        tenant: text,
        tool: "pay",
        states: ["executed", "refused"],
        client: text,
      });
      expect(found.map(({ principal: who, session, state }) => [who, session, state])).toEqual([
        [principal, text, "executed"],
        [principal, text, "refused"],
      ]);
      expect((await store.readReview({ tenant: text, id: waiting.review.id }))?.verdict?.reason).toBe(text);
      const balances = await store.listBalances({ tenant: text, day: new Date().toISOString().slice(0, 10) });
      expect(balances.map(({ name }) => name)).toContain(text);
      expect((await store.listHalts(text)).events.map(({ reason }) => reason)).toEqual(
        Array.from({ length: 6 }, () => text),
      );
      expect((await store.listDecisions({ tenant: text, limit: 99 })).records).toHaveLength(7);
      // Everything is under this tenant; nobody else sees any of it, and the tables are all there.
      expect((await store.listDecisions({ tenant: "acme", limit: 99 })).records).toEqual([]);
      await harm("SELECT 1 FROM decisions, actions, reviews, idempotency_keys, ledger_entries, halts WHERE 1 = 0");
    });
  });

  test(`another tenant sees nothing on ${backend}, whatever id, key or person it names`, async () => {
    const at = await desk({
      execute: () => {
        throw new Error("?");
      },
    });
    const { store } = at;
    const tenant = "other";
    const unknown = await at.pay(10, { idempotencyKey: "k" });
    const waiting = await suspended(at);
    await at.governor.check(context, { tool: "pay", arguments: { amount: 1 } });
    await at.governor.drain();
    await at.governor.putHalt({ principal: approver }, { scope: { kind: "tool", tool: "other" }, reason: "r" });
    const action = await store.findActionByKey({ principal: trader, key: "k" });
    const person = { issuer: trader.issuer, subject: trader.subject };
    const states = ["refused", "suspended", "executing", "executed", "failed", "unknown"] as const;
    const account = { dimension: "client", name: "c-1", day: new Date().toISOString().slice(0, 10) };
    expect(await store.readDecision({ tenant, id: unknown.decision.id })).toBe(undefined);
    expect(await store.readAction({ tenant, id: action?.id ?? "" })).toBe(undefined);
    expect(await store.findActionByKey({ principal: { ...trader, tenant }, key: "k" })).toBe(undefined);
    expect(await store.readReview({ tenant, id: waiting })).toBe(undefined);
    expect(await store.listActions({ tenant, tool: "pay", states })).toEqual([]);
    expect(await store.listUnsettled({ tenant, changedBefore: Number.MAX_SAFE_INTEGER, limit: 9 })).toEqual([]);
    for (const query of [
      { tenant, limit: 9 },
      { tenant, limit: 9, person },
    ]) {
      expect((await store.listDecisions(query)).records).toEqual([]);
      expect((await store.listReviews(query)).reviews).toEqual([]);
    }
    expect(await store.listHalts(tenant)).toEqual({ halts: [], events: [] });
    expect(await store.listBalances({ tenant, day: account.day })).toEqual([]);
    const basis = await store.readBasis({ tenant, accounts: [account] });
    expect(basis).toMatchObject({ halts: [], balances: [{ committed: "0", reserved: "0", version: 0 }] });
    // The same names in one's own tenant do find all of it.
    expect((await store.listActions({ tenant: "acme", tool: "pay", states })).length).toBe(2);
    expect((await store.listDecisions({ tenant: "acme", limit: 9, person })).records).toHaveLength(3);
  });

  describe(`damaged rows on ${backend}`, () => {
    test.each([
      ["its arguments", `UPDATE actions SET arguments = '{"amount":9999}'`],
      ["its session", `UPDATE actions SET session = 'other'`],
      ["its digest", `UPDATE actions SET digest = 'sha256:0'`],
    ])("a suspended action with %s changed is not approved, and can be rejected", async (_name, sql) => {
      const at = await desk();
      const id = await suspended(at);
      await at.harm(sql);
      expect(await approve(at, id)).toMatchObject({ kind: "refused", code: "store_unavailable" });
      expect((await at.store.readReview({ tenant: "acme", id }))?.state).toBe("pending");
      expect(at.paid).toEqual([]);
      const word = { id, verdict: "reject", reason: "damaged" } as const;
      expect((await at.governor.resolveReview({ principal: approver }, word)).kind).toBe("resolved");
    });

    test.each([
      ["arguments that are no JSON", `UPDATE actions SET arguments = '{'`],
      ["a result that is no JSON", `UPDATE actions SET result = 'nope'`],
      ["an argument twice", `UPDATE actions SET arguments = '{"amount":1,"amount":2}'`],
    ])("an action with %s is not started again by its key", async (_name, sql) => {
      const at = await desk();
      await at.pay(1, { idempotencyKey: "k" });
      await at.harm(sql);
      const again = await at.pay(1, { idempotencyKey: "k" });
      expect([again.outcome, codeOf(again)]).toEqual(["refused", "store_unavailable"]);
      expect(at.paid).toEqual([1]);
    });

    test.each([
      ["no number", "UPDATE ledger_accounts SET reserved = 'x'"],
      ["a negative one", "UPDATE ledger_accounts SET reserved = '-24000'"],
      ["one beyond all digits", "UPDATE ledger_accounts SET committed = '1e999999999'"],
      ["nothing", "UPDATE ledger_accounts SET committed = ''"],
    ])("a balance that is %s leaves no room under any limit", async (_name, sql) => {
      const at = await desk();
      await at.pay(1);
      await at.harm(sql);
      expect(codeOf(await at.pay(1))).toBe("store_unavailable");
      expect(at.paid).toEqual([1]);
    });

    test("a halt that cannot be read stops its tenant, and so does one of a kind that nobody knows", async () => {
      const at = await desk();
      const scope = { kind: "tool", tool: "other" } as const;
      await at.governor.putHalt({ principal: approver }, { scope, reason: "r" });
      expect((await at.pay(1)).outcome).toBe("executed");
      await at.harm(`UPDATE halts SET scope_json = '{"kind":"moon"}'`);
      expect(codeOf(await at.pay(1))).toBe("halted");
      await at.harm("UPDATE halts SET scope_json = '{'");
      expect(codeOf(await at.pay(1))).toBe("store_unavailable");
      expect(at.paid).toEqual([1]);
    });

    test.each([
      ["no object", "7"],
      ["roles that are no list", `{"review":{"approver_roles":"reviewer"}}`],
      ["roles that are no texts", `{"review":{"approver_roles":[["reviewer"],null]}}`],
      ["inherited names", `{"__proto__":{"review":{"approver_roles":["reviewer"]}}}`],
    ])("obligations that are %s name nobody as approver", async (_name, obligations) => {
      const at = await desk();
      const id = await suspended(at);
      await at.harm(`UPDATE decisions SET obligations = '${obligations}'`);
      expect(await approve(at, id)).toMatchObject({ kind: "refused", code: "approver_not_permitted" });
      expect(at.paid).toEqual([]);
    });

    test.each(["7", "{}", `{"bounds":7,"until":9e15}`, `{"bounds":{"amount":{"at_most":"9999"}}}`, "{"])(
      "a variation %s allows nothing",
      async (variation) => {
        const at = await desk();
        const id = await suspended(at);
        at.client.frozen = true;
        await approve(at, id, { variation: { bounds: { amount: { at_most: "5000" } }, until: Date.now() + 60_000 } });
        await at.harm(`UPDATE actions SET state = 'refused'`);
        await at.harm(`UPDATE reviews SET variation = '${variation}' WHERE state = 'approved'`);
        expect(codeOf(await at.pay(5_000, { review: id }))).toBe("store_unavailable");
        expect(at.paid).toEqual([]);
      },
    );

    test("one action that cannot be read, or is not as it was, does not keep the others from being settled", async () => {
      const at = await desk({
        execute: () => {
          throw new Error("?");
        },
        reconcile: () => ({ kind: "executed", result: 1 }),
      });
      const keys = ["a", "b", "c"];
      for (const key of keys) await at.pay(100, { idempotencyKey: key });
      const ids = [];
      for (const key of keys) ids.push((await at.store.findActionByKey({ principal: trader, key }))?.id);
      await at.harm(`UPDATE actions SET arguments = '{' WHERE id = '${ids[0]}'`);
      await at.harm(`UPDATE actions SET arguments = '{"amount":1}' WHERE id = '${ids[1]}'`);
      expect(await at.governor.reconcile({ olderThanMs: 0 })).toEqual({ settled: 1, expired: 0, left: 2 });
      expect((await at.store.readAction({ tenant: "acme", id: ids[2] ?? "" }))?.state).toBe("executed");
    });

    test("a review that cannot be read does not keep the others from expiring", async () => {
      const time = { now: Date.now() };
      const clock = { now: () => time.now, elapsedNs: () => process.hrtime.bigint() };
      const at = await desk({ clock, limits: { reviewMs: 1_000 } });
      const first = await suspended(at);
      const second = await suspended(at, { session: "s-2" });
      await at.harm(`UPDATE reviews SET variation = '{' WHERE id = '${first}'`);
      time.now += 1_000;
      expect((await at.governor.reconcile()).expired).toBe(1);
      expect((await at.store.readReview({ tenant: "acme", id: second }))?.state).toBe("expired");
    });

    test("the database itself refuses states that there are not, and a key bound to somebody else's action", async () => {
      const at = await desk();
      await at.pay(1, { idempotencyKey: "k" });
      for (const sql of [
        "UPDATE actions SET state = 'allowed'",
        "UPDATE decisions SET effect = 'allow'",
        "UPDATE decisions SET cause = 'model'",
        "UPDATE idempotency_keys SET subject = 'somebody else'",
        "UPDATE ledger_entries SET state = 'gone'",
        "UPDATE actions SET decision_id = 'x'",
      ]) {
        await expect(at.harm(sql), sql).rejects.toThrow();
      }
    });

    test("a module or a record that was changed does not pass for what decided", async () => {
      const at = await desk();
      const { decision } = await at.pay(1);
      await at.harm("UPDATE artifacts SET kind = 'module'");
      const record = await at.store.readDecision({ tenant: "acme", id: decision.id });
      if (record === undefined) return expect.fail("no record");
      expect(await recompute({ record, store: at.store })).toEqual({ kind: "same" });
      await at.harm(`UPDATE decisions SET input = '${canonicalJson({ ...(record.input as object), frozen: true })}'`);
      const changed = await at.store.readDecision({ tenant: "acme", id: decision.id });
      if (changed === undefined) return expect.fail("no record");
      expect((await recompute({ record: changed, store: at.store })).kind).toBe("different");
      await at.harm("UPDATE decisions SET reasons = '{'");
      const read = at.store.readDecision({ tenant: "acme", id: decision.id });
      await expect(read).rejects.toMatchObject({ name: "StoreError", code: "corrupt" });
      await expect(read).rejects.toBeInstanceOf(StoreError);
      // What is asked next is decided all the same.
      expect((await at.governor.act(context, { tool: "pay", arguments: { amount: 2 } })).outcome).toBe("executed");
    });
  });
}
