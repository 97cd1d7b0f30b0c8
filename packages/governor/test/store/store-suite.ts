import { randomUUID } from "node:crypto";
import { parseJson } from "@flyball/engine/values";
import { canonicalJson, type PlainValue, type Store, StoreError } from "@flyball/governor";
import { describe, expect, test } from "vitest";
import { alice, commitOf, decisionRecord } from "../support/records.ts";

/** What every backend must do; `open` gives an empty store and closes it after the test. */
export function storeSuite(backend: string, open: () => Store): void {
  describe(`a store on ${backend}`, () => {
    test("gives a decision back as it was stored, exact numbers included", async () => {
      const store = open();
      const input = parseJson('{"amount":5000.0000000000000001,"big":9007199254740993}') as PlainValue;
      const record = decisionRecord({ input });
      await store.commitDecision({ record });
      const found = await store.readDecision({ tenant: "acme", id: record.decision.id });
      expect(found).toEqual(record);
      expect(canonicalJson(found?.input ?? null)).toContain("5000.0000000000000001");
    });

    test("gives an action back by the key of the person who sent it, and of nobody else", async () => {
      const store = open();
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
      const store = open();
      await store.commitDecision(commitOf({ idempotencyKey: "k-1" }));
      const second = commitOf({ idempotencyKey: "k-1" });
      expect(await store.commitDecision(second)).toEqual({ kind: "conflict" });
      expect(await store.readDecision({ tenant: "acme", id: second.record.decision.id })).toBe(undefined);
      const all = await store.listActions({ tenant: "acme", tool: "pay", states: ["executing"] });
      expect(all).toHaveLength(1);
    });

    test("of a hundred commits of one key at once, one is committed", async () => {
      const store = open();
      const results = await Promise.all(
        Array.from({ length: 100 }, () => store.commitDecision(commitOf({ idempotencyKey: "k" }))),
      );
      expect(results.filter(({ kind }) => kind === "committed")).toHaveLength(1);
      expect((await store.listDecisions({ tenant: "acme", limit: 1000 })).records).toHaveLength(1);
    });

    test("an action is settled once from the version that is expected, and the later one is a conflict", async () => {
      const store = open();
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
      const store = open();
      const { record, action } = commitOf({ idempotencyKey: "k" });
      await store.commitDecision({ record, action });
      const error = { code: "tool_outcome_unknown", message: "late" } as const;
      const settle = { principal: alice, actionId: action.id, at: 1 } as const;
      await store.settleAction({ ...settle, expectedVersion: 1, state: "unknown", error });
      expect(await store.findActionByKey({ principal: alice, key: "k" })).toMatchObject({ state: "unknown", error });
      expect((await store.settleAction({ ...settle, expectedVersion: 2, state: "executed" })).kind).toBe("committed");
    });

    test.each(["refused", "suspended"] as const)("an action that is %s is not settled", async (state) => {
      const store = open();
      const { record, action } = commitOf({ state });
      await store.commitDecision({ record, action });
      const settle = { principal: alice, actionId: action.id, expectedVersion: 1, state: "executed", at: 1 } as const;
      expect(await store.settleAction(settle)).toEqual({ kind: "conflict" });
    });

    test("nobody settles another person's action, though they know its id", async () => {
      const store = open();
      const { record, action } = commitOf();
      await store.commitDecision({ record, action });
      const settle = { actionId: action.id, expectedVersion: 1, state: "failed", at: 1 } as const;
      for (const other of [{ tenant: "other" }, { issuer: "https://other.example" }, { subject: "bob" }]) {
        expect((await store.settleAction({ ...settle, principal: { ...alice, ...other } })).kind).toBe("conflict");
      }
    });

    test("a suspended action keeps its review, which can be read by its id in its tenant", async () => {
      const store = open();
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
      const store = open();
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
      const store = open();
      const at = (decidedAt: string) => ({ decision: { ...decisionRecord().decision, id: randomUUID(), decidedAt } });
      await store.commitDecision(commitOf({}, at("2026-01-01T00:00:00.000Z")));
      await store.commitDecision(commitOf({}, at("2026-01-01T00:00:10.000Z")));
      await store.commitDecision(commitOf({ state: "refused" }, at("2026-01-01T00:00:10.000Z")));
      await store.commitDecision(commitOf({}, { ...at("2026-01-01T00:00:10.000Z"), tool: "quote" }));
      const since = Date.parse("2026-01-01T00:00:10.000Z");
      const found = await store.listActions({ tenant: "acme", tool: "pay", states: ["executing", "suspended"], since });
      expect(found.map(({ createdAt, state }) => [createdAt, state])).toEqual([[since, "executing"]]);
    });

    test("actions are found by the text of one of their arguments, and by nothing that only looks like it", async () => {
      const store = open();
      for (const client of ["c-1", "c-2", "c-1 ", 1, ["c-1"], "' OR 1=1 --"]) {
        await store.commitDecision(commitOf({ arguments: { client, nested: { client: "c-1" } } }));
      }
      await store.commitDecision(commitOf({ arguments: { other: "c-1" } }));
      const find = (value: string) =>
        store.listActions({ tenant: "acme", tool: "pay", states: ["executing"], argument: { name: "client", value } });
      expect((await find("c-1")).map((action) => action.arguments)).toEqual([
        { client: "c-1", nested: { client: "c-1" } },
      ]);
      expect(await find("' OR 1=1 --")).toHaveLength(1);
      expect(await find("1")).toEqual([]);
      const injected = { name: "client') OR (1=1", value: "x" };
      await expect(
        store.listActions({ tenant: "acme", tool: "pay", states: ["executing"], argument: injected }),
      ).rejects.toThrow(TypeError);
    });

    test("text of any kind comes back as it was: quotes, SQL, other alphabets; in arguments also NUL", async () => {
      const store = open();
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
      const store = open();
      await store.recordChecks([decisionRecord({ kind: "check" }), decisionRecord({ kind: "check" })]);
      const { records } = await store.listDecisions({ tenant: "acme", limit: 5 });
      expect(records.map(({ kind }) => kind)).toEqual(["check", "check"]);
    });

    test("a closed store answers everything with `closed`, and closing again does nothing", async () => {
      const store = open();
      await store.close();
      await store.close();
      const closed = { name: "StoreError", code: "closed" };
      await expect(store.commitDecision({ record: decisionRecord() })).rejects.toMatchObject(closed);
      await expect(store.listDecisions({ tenant: "acme", limit: 1 })).rejects.toMatchObject(closed);
      await expect(store.probe()).rejects.toBeInstanceOf(StoreError);
    });
  });
}
