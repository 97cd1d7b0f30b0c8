import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { context } from "../support/people.ts";
import { limitsRego, regoPolicy } from "../support/rego-policy.ts";
import { testGovernor } from "../support/test-governor.ts";

const policy = await regoPolicy(limitsRego);

describe("a check", () => {
  test("says what would be decided, and does nothing", async () => {
    const { governor, calls, store } = testGovernor(policy);
    const effects = [];
    for (const amount of [5, 500, 5000]) {
      effects.push((await governor.check(context, { tool: "pay", arguments: { amount } })).effect);
    }
    expect(effects).toEqual(["ALLOW", "MANUAL_REVIEW", "DENY"]);
    expect(calls).toEqual([]);
    expect(await store.listActions({ tenant: "acme", tool: "pay", states: ["suspended", "executing"] })).toEqual([]);
  });

  test("of what is no action is a refusal", async () => {
    const { governor } = testGovernor(policy);
    const codes = [];
    for (const action of [
      { tool: "nope", arguments: {} },
      { tool: "pay", arguments: { amount: Number.NaN } },
    ]) {
      codes.push((await governor.check(context, action)).reasons[0]?.code);
    }
    expect(codes).toEqual(["tool_unknown", "arguments_invalid"]);
  });

  test("is recorded after a while, in one batch with others", async () => {
    const { governor, store } = testGovernor(policy, { limits: { checkFlushMs: 5 } });
    const checks = Array.from({ length: 10 }, () => governor.check(context, { tool: "pay", arguments: { amount: 5 } }));
    const ids = (await Promise.all(checks)).map(({ id }) => id);
    const stored = await vi.waitFor(async () => {
      const { records } = await store.listDecisions({ tenant: "acme", limit: 20 });
      expect(records).toHaveLength(10);
      return records;
    });
    expect(new Set(stored.map(({ decision }) => decision.id))).toEqual(new Set(ids));
    expect(new Set(stored.map(({ kind, actionId }) => `${kind} ${actionId}`))).toEqual(new Set(["check null"]));
  });

  test("is recorded before the governor has drained", async () => {
    const { governor, store } = testGovernor(policy, { limits: { checkFlushMs: 60_000 } });
    await governor.check(context, { tool: "pay", arguments: { amount: 5 } });
    await governor.drain();
    expect((await store.listDecisions({ tenant: "acme", limit: 20 })).records).toHaveLength(1);
  });

  test("is answered though the store does not take it", async () => {
    const { governor, file } = testGovernor(policy);
    const other = new DatabaseSync(file, { timeout: 0 });
    onTestFinished(() => other.close());
    other.exec("BEGIN IMMEDIATE");
    expect((await governor.check(context, { tool: "pay", arguments: { amount: 5 } })).effect).toBe("ALLOW");
    await governor.drain();
    other.exec("ROLLBACK");
  });
});

describe("readiness", () => {
  test("is true where an action could be decided and stored", async () => {
    expect(await testGovernor(policy).governor.readiness()).toEqual({ ready: true });
  });

  test("names a missing policy and a store that does not take writes", async () => {
    expect(await testGovernor(undefined).governor.readiness()).toEqual({ ready: false, code: "policy_unavailable" });
    const { governor, file } = testGovernor(policy);
    const other = new DatabaseSync(file, { timeout: 0 });
    onTestFinished(() => other.close());
    other.exec("BEGIN IMMEDIATE");
    expect(await governor.readiness()).toEqual({ ready: false, code: "store_unavailable" });
    other.exec("ROLLBACK");
  });
});
