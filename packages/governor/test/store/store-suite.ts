import { randomUUID } from "node:crypto";
import { parseJson } from "@flyball/engine/values";
import { canonicalJson, type PlainValue, type Store, StoreError } from "@flyball/governor";
import { describe, expect, test } from "vitest";
import { alice, commitOf, decisionRecord } from "../support/records.ts";

/** What every backend must do; `open` gives an empty store and closes it after the test. */
export function storeSuite(backend: string, open: () => Store | Promise<Store>): void {
  describe(`a store on ${backend}`, () => {
    test("gives a decision back as it was stored, exact numbers included", async () => {
      const store = await open();
      const input = parseJson('{"amount":5000.0000000000000001,"big":9007199254740993}') as PlainValue;
      const record = decisionRecord({ input });
      await store.commitDecision({ record });
      const found = await store.readDecision({ tenant: "acme", id: record.decision.id });
      expect(found).toEqual(record);
      expect(canonicalJson(found?.input ?? null)).toContain("5000.0000000000000001");
    });

    test("gives an action back by the key of the person who sent it, and of nobody else", async () => {
      const store = await open();
      const command = commitOf({ idempotencyKey: "k-1" });
      expect(await store.commitDecision(command)).toEqual({ kind: "committed" });
      const found = await store.findActionByKey({ principal: alice, key: "k-1" });
      expect(found).toMatchObject({ id: command.action.id, state: "executing", version: 1, arguments: { amount: 1 } });
      for (const other of [{ tenant: "other" }, { issuer: "https://other.example" }, { subject: "bob" }]) {
        expect(await store.findActionByKey({ principal: { ...alice, ...other }, key: "k-1" })).toBe(undefined);
      }
      expect(await store.findActionByKey({ principal: { ...alice, role: "senior" }, key: "k-1" })).toBeDefined();
    });

    test("a key that is bound already is a conflict, and nothing of the command is kept", async () => {
      const store = await open();
      await store.commitDecision(commitOf({ idempotencyKey: "k-1" }));
      const second = commitOf({ idempotencyKey: "k-1" });
      expect(await store.commitDecision(second)).toEqual({ kind: "conflict" });
      expect(await store.readDecision({ tenant: "acme", id: second.record.decision.id })).toBe(undefined);
      const all = await store.listActions({ tenant: "acme", tool: "pay", states: ["executing"] });
      expect(all).toHaveLength(1);
    });

    test("of a hundred commits of one key at once, one is committed", async () => {
      const store = await open();
      const results = await Promise.all(
        Array.from({ length: 100 }, () => store.commitDecision(commitOf({ idempotencyKey: "k" }))),
      );
      expect(results.filter(({ kind }) => kind === "committed")).toHaveLength(1);
      expect((await store.listDecisions({ tenant: "acme", limit: 1000 })).records).toHaveLength(1);
    });

    test("an action is settled once from the version that is expected, and the later one is a conflict", async () => {
      const store = await open();
      const { record, action } = commitOf({ idempotencyKey: "k" });
      await store.commitDecision({ record, action });
      const settle = { principal: alice, actionId: action.id, expectedVersion: 1, at: 1 } as const;
      expect(await store.settleAction({ ...settle, state: "executed", result: { n: 1 } })).toEqual({
        kind: "committed",
      });
      expect(await store.settleAction({ ...settle, state: "failed" })).toEqual({ kind: "conflict" });
      expect(await store.settleAction({ ...settle, expectedVersion: 2, state: "unknown" })).toEqual({
        kind: "conflict",
      });
      const found = await store.findActionByKey({ principal: alice, key: "k" });
      expect(found).toMatchObject({ state: "executed", version: 2, result: { n: 1 }, error: undefined });
    });

    test("an action whose outcome was unknown can still be settled", async () => {
      const store = await open();
      const { record, action } = commitOf({ idempotencyKey: "k" });
      await store.commitDecision({ record, action });
      const error = { code: "tool_outcome_unknown", message: "late" } as const;
      const settle = { principal: alice, actionId: action.id, at: 1 } as const;
      await store.settleAction({ ...settle, expectedVersion: 1, state: "unknown", error });
      expect(await store.findActionByKey({ principal: alice, key: "k" })).toMatchObject({ state: "unknown", error });
      expect((await store.settleAction({ ...settle, expectedVersion: 2, state: "executed" })).kind).toBe("committed");
    });

    test.each(["refused", "suspended"] as const)("an action that is %s is not settled", async (state) => {
      const store = await open();
      const { record, action } = commitOf({ state });
      await store.commitDecision({ record, action });
      const settle = { principal: alice, actionId: action.id, expectedVersion: 1, state: "executed", at: 1 } as const;
      expect(await store.settleAction(settle)).toEqual({ kind: "conflict" });
    });

    test("nobody settles another person's action, though they know its id", async () => {
      const store = await open();
      const { record, action } = commitOf();
      await store.commitDecision({ record, action });
      const settle = { actionId: action.id, expectedVersion: 1, state: "failed", at: 1 } as const;
      for (const other of [{ tenant: "other" }, { issuer: "https://other.example" }, { subject: "bob" }]) {
        expect((await store.settleAction({ ...settle, principal: { ...alice, ...other } })).kind).toBe("conflict");
      }
    });

    test("a suspended action keeps its review, which can be read by its id in its tenant", async () => {
      const store = await open();
      const review = { id: randomUUID(), expiresAt: 99 };
      const { record, action } = commitOf({ state: "suspended", review });
      await store.commitDecision({ record, action });
      expect(await store.readReview({ tenant: "acme", id: review.id })).toMatchObject({
        review,
        state: "pending",
        action: { id: action.id, arguments: { amount: 1 }, review },
        record: { decision: { id: record.decision.id } },
      });
      expect(await store.readReview({ tenant: "other", id: review.id })).toBe(undefined);
    });

    test("decisions are listed newest first, page by page, each once, and only those of the tenant", async () => {
      const store = await open();
      const ids: string[] = [];
      for (let index = 0; index < 7; index += 1) {
        const principal = { ...alice, subject: index % 2 === 0 ? "alice" : "bob" };
        const record = decisionRecord({ principal });
        ids.unshift(record.decision.id);
        await store.commitDecision({ record });
      }
      await store.commitDecision({ record: decisionRecord({ principal: { ...alice, tenant: "other" } }) });
      const seen: string[] = [];
      let before: number | undefined;
      do {
        const page = await store.listDecisions({
          tenant: "acme",
          limit: 3,
          ...(before === undefined ? {} : { before }),
        });
        seen.push(...page.records.map(({ decision }) => decision.id));
        before = page.next ?? undefined;
      } while (before !== undefined);
      expect(seen).toEqual(ids);
      const own = await store.listDecisions({ tenant: "acme", limit: 9, person: { ...alice, subject: "bob" } });
      expect(own.records.map(({ principal }) => principal.subject)).toEqual(["bob", "bob", "bob"]);
    });

    test("actions are found by tool, state and age", async () => {
      const store = await open();
      const at = (decidedAt: string) => ({ decision: { ...decisionRecord().decision, id: randomUUID(), decidedAt } });
      await store.commitDecision(commitOf({}, at("2026-01-01T00:00:00.000Z")));
      await store.commitDecision(commitOf({}, at("2026-01-01T00:00:10.000Z")));
      await store.commitDecision(commitOf({ state: "refused" }, at("2026-01-01T00:00:10.000Z")));
      await store.commitDecision(commitOf({}, { ...at("2026-01-01T00:00:10.000Z"), tool: "quote" }));
      const since = Date.parse("2026-01-01T00:00:10.000Z");
      const found = await store.listActions({ tenant: "acme", tool: "pay", states: ["executing", "suspended"], since });
      expect(found.map(({ createdAt, state }) => [createdAt, state])).toEqual([[since, "executing"]]);
    });

    test("actions are found by their client and by nothing that only looks like it; and those stored without one", async () => {
      const store = await open();
      const long = "c".repeat(100_000);
      for (const client of ["c-1", "c-2", "c-1 ", "C-1", "' OR 1=1 --", "c\u0000", "", long]) {
        await store.commitDecision(commitOf({ client, arguments: { client } }));
      }
      await store.commitDecision(commitOf({ arguments: { client: "not said" } }));
      await store.commitDecision(commitOf({ client: "c-1", state: "refused" }));
      const find = async (client: string) => {
        const found = await store.listActions({ tenant: "acme", tool: "pay", states: ["executing"], client });
        return found.map((action) => canonicalJson(action.arguments)).sort();
      };
      const notSaid = canonicalJson({ client: "not said" });
      for (const client of ["c-1", "' OR 1=1 --", "c\u0000", "", long]) {
        expect(await find(client)).toEqual([canonicalJson({ client }), notSaid].sort());
      }
      expect(await find("c")).toEqual([notSaid]);
    });

    test("text of any kind comes back as it was: quotes, SQL, other alphabets; in arguments also NUL", async () => {
      const store = await open();
      const nasty = "x'); DROP TABLE decisions; -- \u202e 日本 😀";
      const value = `${nasty} \u0000 \u0001`;
      const principal = { tenant: nasty, issuer: nasty, subject: nasty, role: nasty };
      const command = commitOf({ idempotencyKey: nasty, arguments: { [value]: value } }, { principal, session: nasty });
      await store.commitDecision(command);
      expect(await store.findActionByKey({ principal, key: nasty })).toMatchObject({
        principal,
        session: nasty,
        arguments: { [value]: value },
      });
    });

    test("checks are stored beside the decisions of actions", async () => {
      const store = await open();
      await store.recordChecks([decisionRecord({ kind: "check" }), decisionRecord({ kind: "check" })]);
      const { records } = await store.listDecisions({ tenant: "acme", limit: 5 });
      expect(records.map(({ kind }) => kind)).toEqual(["check", "check"]);
    });

    describe("the ledger", () => {
      const day = "2026-11-23";
      const account = { dimension: "client", name: "c-17", day };
      const standing = async (store: Store) =>
        (await store.readBasis({ tenant: "acme", accounts: [account] })).balances[0];
      const reserve = (amount: string, version: number) => ({
        ...commitOf(),
        reservations: [{ ...account, amount }],
        expected: { haltVersion: 1, accounts: [{ ...account, version }] },
      });

      test("an account that nothing has touched is empty and has version 0", async () => {
        const store = await open();
        expect(await standing(store)).toEqual({ ...account, committed: "0", reserved: "0", version: 0 });
      });

      test("a reservation becomes committed with the fill, exactly, and every decision counts", async () => {
        const store = await open();
        const command = reserve("0.1", 0);
        expect(await store.commitDecision(command)).toEqual({ kind: "committed" });
        const second = reserve("5000.0000000000000001", 1);
        expect(await store.commitDecision(second)).toEqual({ kind: "committed" });
        expect(await standing(store)).toMatchObject({ reserved: "5000.1000000000000001", version: 2 });
        const settle = { principal: alice, expectedVersion: 1, at: 1 } as const;
        await store.settleAction({ ...settle, actionId: command.action.id, state: "executed" });
        await store.settleAction({ ...settle, actionId: second.action.id, state: "executed", filled: "12.5" });
        expect(await standing(store)).toMatchObject({ committed: "12.6", reserved: "0", version: 2 });
        expect(await store.listBalances({ tenant: "acme", day })).toHaveLength(1);
        expect(await store.listBalances({ tenant: "other", day })).toEqual([]);
      });

      test("what becomes of a reservation is no conflict for a decision made before: it could have come after", async () => {
        const store = await open();
        const [earlier, failing] = [reserve("1.5", 0), reserve("2.5", 1)];
        for (const command of [earlier, failing]) await store.commitDecision(command);
        const before = await standing(store);
        const settle = { principal: alice, expectedVersion: 1, at: 1 } as const;
        await store.settleAction({ ...settle, actionId: earlier.action.id, state: "executed", filled: "1.25" });
        await store.settleAction({ ...settle, actionId: failing.action.id, state: "failed" });
        expect(await store.commitDecision(reserve("10", before?.version ?? -1))).toEqual({ kind: "committed" });
        expect(await standing(store)).toMatchObject({ committed: "1.25", reserved: "10", version: 3 });
      });

      test("a failure releases, an unknown outcome keeps, and settling twice changes nothing", async () => {
        const store = await open();
        const command = reserve("7", 0);
        await store.commitDecision(command);
        const settle = { principal: alice, actionId: command.action.id, at: 1 } as const;
        await store.settleAction({ ...settle, expectedVersion: 1, state: "unknown" });
        expect(await standing(store)).toMatchObject({ reserved: "7", committed: "0" });
        await store.settleAction({ ...settle, expectedVersion: 2, state: "failed" });
        expect(await standing(store)).toMatchObject({ reserved: "0", committed: "0" });
        expect((await store.settleAction({ ...settle, expectedVersion: 2, state: "executed" })).kind).toBe("conflict");
        expect(await standing(store)).toMatchObject({ reserved: "0", committed: "0" });
      });

      test("of fifty decisions on the same figures, one is committed and the others leave nothing", async () => {
        const store = await open();
        const commands = Array.from({ length: 50 }, () => reserve("1", 0));
        const results = await Promise.all(commands.map((command) => store.commitDecision(command)));
        expect(results.filter(({ kind }) => kind === "committed")).toHaveLength(1);
        expect(await standing(store)).toMatchObject({ reserved: "1", version: 1 });
        expect((await store.listDecisions({ tenant: "acme", limit: 99 })).records).toHaveLength(1);
      });

      test("an account that a suspended action touches has another version", async () => {
        const store = await open();
        await store.commitDecision({ ...commitOf({ state: "suspended" }), touches: [account] });
        expect(await standing(store)).toEqual({ ...account, committed: "0", reserved: "0", version: 1 });
      });
    });

    describe("halts", () => {
      const scope = { kind: "tool", tool: "pay" } as const;
      const halt = { scope, by: alice, reason: "an incident", at: 5 } as const;
      const basis = (store: Store, tenant = "acme") => store.readBasis({ tenant, accounts: [] });

      test("are there for their tenant alone, everything for all, until they are lifted; and are recorded", async () => {
        const store = await open();
        await store.putHalt(halt);
        expect((await basis(store)).halts).toEqual([halt]);
        expect((await basis(store, "other")).halts).toEqual([]);
        const everything = { ...halt, scope: { kind: "everything" }, at: 6 } as const;
        await store.putHalt(everything);
        expect((await basis(store, "other")).halts).toEqual([everything]);
        expect((await store.liftHalt({ ...everything, at: 7 })).kind).toBe("committed");
        expect((await store.liftHalt({ ...everything, at: 8 })).kind).toBe("conflict");
        const { halts, events } = await store.listHalts("acme");
        expect(halts).toEqual([halt]);
        expect(events.map(({ event, at }) => [event, at])).toEqual([
          ["lifted", 7],
          ["put", 6],
          ["put", 5],
        ]);
      });

      test("no decision is committed that was made without knowing of a halt that stood before", async () => {
        const store = await open();
        const { haltVersion } = await basis(store);
        await store.putHalt({ ...halt, scope: { kind: "everything" } });
        const command = { ...commitOf(), expected: { haltVersion, accounts: [] } };
        expect(await store.commitDecision(command)).toEqual({ kind: "conflict" });
      });
    });

    describe("a review", () => {
      const suspended = async (store: Store) => {
        const review = { id: randomUUID(), expiresAt: 99 };
        const { record, action } = commitOf({ state: "suspended", review });
        await store.commitDecision({ record, action });
        return { review, action };
      };
      const verdict = { by: { ...alice, subject: "rev" }, reason: "seen", at: 7 };

      test("is closed once, with the action, and shows who did it and why", async () => {
        const store = await open();
        const { review, action } = await suspended(store);
        const command = (state: "approved" | "rejected") => ({
          record: decisionRecord({ actionId: action.id }),
          resume: {
            actionId: action.id,
            expectedVersion: 1,
            state: state === "approved" ? ("executing" as const) : ("refused" as const),
            closes: { id: review.id, state, verdict },
          },
        });
        const results = await Promise.all([
          store.commitDecision(command("approved")),
          store.commitDecision(command("rejected")),
          store.commitDecision(command("approved")),
        ]);
        expect(results.map(({ kind }) => kind)).toEqual(["committed", "conflict", "conflict"]);
        expect(await store.readReview({ tenant: "acme", id: review.id })).toMatchObject({
          state: "approved",
          verdict,
          used: false,
          action: { state: "executing", version: 2, review: undefined },
        });
      });

      test("is found when its time is over, and when it is listed by its state", async () => {
        const store = await open();
        const { review } = await suspended(store);
        expect(await store.listExpiredReviews({ now: 98, limit: 9 })).toEqual([]);
        const expired = await store.listExpiredReviews({ now: 99, limit: 9 });
        expect(expired).toEqual([{ tenant: "acme", ...review }]);
        expect(await store.listExpiredReviews({ now: 99, limit: 9, after: expired[0] ?? expect.fail() })).toEqual([]);
        expect((await store.listReviews({ tenant: "acme", limit: 9, state: "pending" })).reviews).toHaveLength(1);
        expect((await store.listReviews({ tenant: "acme", limit: 9, state: "expired" })).reviews).toEqual([]);
        expect((await store.listReviews({ tenant: "other", limit: 9 })).reviews).toEqual([]);
      });
    });

    test("what nobody settled is found by its age, in every tenant", async () => {
      const store = await open();
      await store.commitDecision(commitOf());
      await store.commitDecision(commitOf({ state: "refused" }));
      await store.commitDecision(commitOf({}, { principal: { ...alice, tenant: "other" } }));
      const decidedAt = Date.parse(decisionRecord().decision.decidedAt);
      expect(await store.listUnsettled({ changedBefore: decidedAt, limit: 9 })).toEqual([]);
      const found = await store.listUnsettled({ changedBefore: decidedAt + 1, limit: 9 });
      expect(found.map(({ tenant }) => tenant).sort()).toEqual(["acme", "other"]);
      const [first, second] = found;
      if (first === undefined) return expect.fail("nothing was found");
      const query = { changedBefore: decidedAt + 1, limit: 1 };
      expect(await store.listUnsettled({ ...query, after: first })).toEqual([second]);
      expect((await store.listUnsettled({ ...query, tenant: "other" })).map(({ tenant }) => tenant)).toEqual(["other"]);
    });

    test("an artifact is kept once, byte by byte", async () => {
      const store = await open();
      const artifact = { digest: "sha256:x", kind: "module", bytes: new Uint8Array([0, 1, 255, 39]) } as const;
      await store.keepArtifact(artifact);
      await store.keepArtifact({ ...artifact, bytes: new Uint8Array([9]) });
      expect([...((await store.readArtifact("sha256:x"))?.bytes ?? [])]).toEqual([0, 1, 255, 39]);
      expect(await store.readArtifact("sha256:y")).toBe(undefined);
    });

    test("a closed store answers everything with `closed`, and closing again does nothing", async () => {
      const store = await open();
      await store.close();
      await store.close();
      const closed = { name: "StoreError", code: "closed" };
      await expect(store.commitDecision({ record: decisionRecord() })).rejects.toMatchObject(closed);
      await expect(store.listDecisions({ tenant: "acme", limit: 1 })).rejects.toMatchObject(closed);
      await expect(store.probe()).rejects.toBeInstanceOf(StoreError);
    });
  });
}
