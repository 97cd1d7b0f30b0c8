import { DatabaseSync } from "node:sqlite";
import { type ActionPolicy, type Outcome, ToolFailure } from "@flyball/governor";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { approver, deskPolicy, openDesk } from "../support/desk.ts";
import { context, junior, paySchema } from "../support/people.ts";
import { limitsRego, regoPolicy } from "../support/rego-policy.ts";
import { temporaryStore, testGovernor } from "../support/test-governor.ts";

const policy: ActionPolicy = await regoPolicy(limitsRego);

function codes(outcome: Outcome<unknown>): string[] {
  return outcome.decision.reasons.map(({ code }) => code);
}

describe("an action ends in one of five ways", () => {
  test("executed: the policy allows it and the tool returns", async () => {
    const { pay, calls, store } = testGovernor(policy);
    const outcome = await pay(context, { amount: 100 });
    expect(outcome).toMatchObject({ outcome: "executed", recorded: true, result: { paid: 100 } });
    expect(calls).toHaveLength(1);
    const record = await store.readDecision({ tenant: "acme", id: outcome.decision.id });
    expect(record).toMatchObject({
      kind: "action",
      decision: { effect: "ALLOW", policyDigest: policy.digest, entrypoint: "test/decision" },
      principal: junior,
      session: "s-1",
      tool: "pay",
    });
    expect(record?.durationNs).toBeGreaterThan(0n);
    expect(record?.actionDigest).toMatch(/^sha256:/);
  });

  test("refused: the policy denies it, the tool is not called, and the reasons are the policy's", async () => {
    const { pay, calls } = testGovernor(policy);
    const outcome = await pay(context, { amount: 1001 });
    expect(outcome).toMatchObject({ outcome: "refused", recorded: true, decision: { cause: "policy" } });
    expect(outcome.decision.reasons).toEqual([{ code: "amount_over_limit", message: "over 1000", field: "amount" }]);
    expect(calls).toEqual([]);
  });

  test("suspended: the policy asks for a review, the action is stored with it, and the tool is not called", async () => {
    const { pay, calls, store } = testGovernor(policy);
    const outcome = await pay(context, { amount: 101 });
    if (outcome.outcome !== "suspended") return expect.fail(outcome.outcome);
    expect(calls).toEqual([]);
    const found = await store.readReview({ tenant: "acme", id: outcome.review.id });
    expect(found).toMatchObject({ state: "pending", action: { state: "suspended", arguments: { amount: 101 } } });
    expect(outcome.review.expiresAt).toBe(new Date(found?.review.expiresAt ?? 0).toISOString());
  });

  test("failed: the tool states that nothing took effect, in its own words", async () => {
    const { pay } = testGovernor(policy, {
      execute: () => {
        throw new ToolFailure("no funds");
      },
    });
    expect(await pay(context, { amount: 1 })).toMatchObject({
      outcome: "failed",
      error: { code: "tool_failed", message: "no funds" },
    });
  });

  test("unknown: the tool throws anything else, and its words stay inside", async () => {
    const { pay } = testGovernor(policy, {
      execute: () => {
        throw new Error("password is hunter2");
      },
    });
    const outcome = await pay(context, { amount: 1 });
    expect(outcome).toMatchObject({ outcome: "unknown", error: { code: "tool_outcome_unknown" } });
    expect(JSON.stringify(outcome)).not.toContain("hunter2");
  });

  test("a tool that changes nothing has failed when it throws", async () => {
    const { governor } = testGovernor(policy);
    const look = governor.governTool({
      name: "look",
      schema: paySchema,
      readOnly: true,
      execute: () => {
        throw new Error("offline");
      },
    });
    expect(await look(context, { amount: 1 })).toMatchObject({
      outcome: "failed",
      error: { message: "The tool failed." },
    });
  });
});

describe("the decision is on disk before the tool is called", () => {
  test("another connection sees it, with the action as executing, while the tool runs", async () => {
    let seen: unknown;
    const { pay, file } = testGovernor(policy, {
      execute: () => {
        const db = new DatabaseSync(file, { readOnly: true });
        seen = db.prepare("SELECT state, effect FROM actions a JOIN decisions d ON d.id = a.decision_id").all();
        db.close();
      },
    });
    await pay(context, { amount: 1 });
    expect(seen).toEqual([{ state: "executing", effect: "ALLOW" }]);
  });

  test("a decision that cannot be stored is a refusal: the tool is not called", async () => {
    const { pay, calls, file, store } = testGovernor(policy);
    const other = new DatabaseSync(file, { timeout: 0 });
    onTestFinished(() => other.close());
    other.exec("BEGIN IMMEDIATE");
    const outcome = await pay(context, { amount: 1 });
    expect(outcome).toMatchObject({ outcome: "refused", recorded: false });
    expect(codes(outcome)).toEqual(["store_unavailable"]);
    other.exec("ROLLBACK");
    expect(calls).toEqual([]);
    expect((await store.listDecisions({ tenant: "acme", limit: 9 })).records).toEqual([]);
    expect((await pay(context, { amount: 1 })).outcome).toBe("executed");
  });

  test("an outcome that cannot be stored is told as unknown, and the row says executing", async () => {
    let other: DatabaseSync | undefined;
    const { pay, file, store } = testGovernor(policy, {
      limits: { settleMs: 100 },
      execute: () => {
        other = new DatabaseSync(file, { timeout: 0 });
        other.exec("BEGIN IMMEDIATE");
      },
    });
    const outcome = await pay({ ...context, idempotencyKey: "k" }, { amount: 1 });
    other?.close();
    expect(outcome).toMatchObject({ outcome: "unknown", recorded: true });
    expect(await store.findActionByKey({ principal: junior, key: "k" })).toMatchObject({ state: "executing" });
  });
});

describe("the deadline", () => {
  test("turns a tool that is still running into unknown, aborts its signal, and settles it when it answers", async () => {
    let finish: (value: unknown) => void = () => {};
    let aborted = false;
    const { pay, store, governor } = testGovernor(policy, {
      limits: { deadlineMs: 40 },
      execute: (_amount, signal) => {
        signal.addEventListener("abort", () => {
          aborted = true;
        });
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
    });
    const outcome = await pay({ ...context, idempotencyKey: "slow" }, { amount: 5 });
    expect(outcome).toMatchObject({ outcome: "unknown", error: { code: "tool_outcome_unknown" } });
    expect(aborted).toBe(true);
    expect(await store.findActionByKey({ principal: junior, key: "slow" })).toMatchObject({
      state: "unknown",
      version: 2,
    });
    finish({ done: true });
    await governor.drain();
    expect(await pay({ ...context, idempotencyKey: "slow" }, { amount: 5 })).toMatchObject({
      outcome: "executed",
      result: { done: true },
    });
  });

  test("is the caller's own where that one is shorter, and never longer", async () => {
    const never = () => new Promise<never>(() => {});
    const { governor } = testGovernor(policy, { limits: { deadlineMs: 20 } });
    governor.governTool({ name: "slow", schema: paySchema, facts: never, execute: () => "never" });
    const patient = testGovernor(policy, { limits: { deadlineMs: 60_000 } });
    patient.governor.governTool({ name: "slow", schema: paySchema, facts: never, execute: () => "never" });
    for (const [who, deadlineMs] of [
      [governor, 60_000],
      [patient.governor, 20],
      [patient.governor, 0],
    ] as const) {
      const outcome = await who.act({ ...context, deadlineMs }, { tool: "slow", arguments: { amount: 1 } });
      expect(codes(outcome)).toEqual(["deadline_exceeded"]);
    }
    const check = await patient.governor.check(
      { ...context, deadlineMs: 20 },
      { tool: "slow", arguments: { amount: 1 } },
    );
    expect(check.reasons[0]?.code).toBe("deadline_exceeded");
  });

  test("that passes while the decision is stored starts nothing: what was reserved is released", async () => {
    const { store } = temporaryStore();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const slow = {
      ...store,
      commitDecision: async (command: Parameters<typeof store.commitDecision>[0]) => {
        const result = await store.commitDecision(command);
        vi.advanceTimersByTime(50);
        return result;
      },
    };
    const desk = openDesk(slow, await deskPolicy(), { limits: { deadlineMs: 50 } });
    const outcome = await desk.pay(5, { idempotencyKey: "k" });
    expect(outcome).toMatchObject({
      outcome: "failed",
      error: { message: "The deadline passed before the tool was started." },
    });
    expect(await desk.pay(5, { idempotencyKey: "k" })).toMatchObject({ outcome: "failed" });
    expect(desk.paid).toEqual([]);
    const balances = await store.listBalances({ tenant: "acme", day: new Date().toISOString().slice(0, 10) });
    expect(new Set(balances.map(({ reserved, committed }) => `${reserved} ${committed}`))).toEqual(new Set(["0 0"]));
  });

  test("that passes while an approval is stored starts nothing, and the review is closed all the same", async () => {
    const { store } = temporaryStore();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    let pause = 0;
    const slow = {
      ...store,
      commitDecision: async (command: Parameters<typeof store.commitDecision>[0]) => {
        const result = await store.commitDecision(command);
        vi.advanceTimersByTime(pause);
        return result;
      },
    };
    const desk = openDesk(slow, await deskPolicy(), { limits: { deadlineMs: 50 } });
    const waiting = await desk.pay(5_000);
    if (waiting.outcome !== "suspended") return expect.fail(waiting.outcome);
    pause = 50;
    const word = { id: waiting.review.id, verdict: "approve", reason: "seen" } as const;
    expect(await desk.governor.resolveReview({ principal: approver }, word)).toMatchObject({
      kind: "resolved",
      outcome: { outcome: "failed" },
    });
    expect(desk.paid).toEqual([]);
    expect((await store.readReview({ tenant: "acme", id: waiting.review.id }))?.state).toBe("approved");
  });

  test("refuses an action whose facts do not come in time, before anything is started", async () => {
    const { governor } = testGovernor(policy, { limits: { deadlineMs: 20 } });
    let called = false;
    const slow = governor.governTool({
      name: "slow",
      schema: paySchema,
      facts: () => new Promise(() => {}),
      execute: () => {
        called = true;
      },
    });
    const outcome = await slow(context, { amount: 1 });
    expect(codes(outcome)).toEqual(["deadline_exceeded"]);
    expect(called).toBe(false);
  });
});

describe("what the tool gets is what was decided", () => {
  test("arguments that change while they are looked at are read once", async () => {
    const { pay, calls } = testGovernor(policy);
    let reads = 0;
    const args = new Proxy(
      { amount: 1 },
      {
        getOwnPropertyDescriptor: () => {
          reads += 1;
          return { value: reads === 1 ? 50 : 5000, enumerable: true, configurable: true, writable: true };
        },
      },
    );
    await pay(context, args);
    expect(calls.map(({ amount }) => amount)).toEqual([50]);
  });

  test("arguments are frozen, and changing the caller's own object later changes nothing", async () => {
    const seen: unknown[] = [];
    const { governor } = testGovernor(policy);
    const keep = governor.governTool({
      name: "keep",
      schema: paySchema,
      execute: (args) => {
        seen.push(args);
      },
    });
    const args = { amount: 5 };
    const pending = keep(context, args);
    args.amount = 5000;
    await pending;
    expect(seen).toEqual([{ amount: 5 }]);
    expect(Object.isFrozen(seen[0])).toBe(true);
  });
});

describe("what fails around the policy fails closed", () => {
  test("a source of policies that throws has none", async () => {
    const { pay, calls } = testGovernor(undefined, {
      policies: {
        current: () => {
          throw new Error("the bundle is broken");
        },
      },
    });
    expect(codes(await pay(context, { amount: 1 }))).toEqual(["policy_unavailable"]);
    expect(calls).toEqual([]);
  });

  test.each([undefined, 7, null, {}, "\ud800", "pay\u0000", "x".repeat(10_000)])(
    "a tool named %o is none, and is recorded",
    async (tool) => {
      const { governor, store } = testGovernor(policy);
      const outcome = await governor.act(context, { tool: tool as string, arguments: {} });
      expect(codes(outcome)).toEqual(["tool_unknown"]);
      expect((await store.readDecision({ tenant: "acme", id: outcome.decision.id }))?.tool.length).toBeLessThan(65);
    },
  );

  test.each([
    ["facts that are a list", () => [1] as never],
    ["facts that hold a date", () => ({ at: new Date() }) as never],
    ["facts that replace the principal", () => ({ principal: { role: "senior" } })],
  ])("%s execute nothing", async (_name, facts) => {
    const { governor } = testGovernor(policy);
    let called = false;
    const execute = (): void => {
      called = true;
    };
    const outcome = await governor.governTool({ name: "tool", schema: paySchema, facts, execute })(context, {
      amount: 1,
    });
    expect(outcome).toMatchObject({ outcome: "refused", decision: { cause: "governor" } });
    expect(called).toBe(false);
  });

  test("a schema that throws, or drops what it does not know, executes nothing that was not judged", async () => {
    const { governor } = testGovernor(policy);
    const broken = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: (): never => {
          throw new Error("bug");
        },
      },
    } as const;
    const tool = governor.governTool({ name: "tool", schema: broken, execute: () => 1 });
    expect(codes(await tool(context, {}))).toEqual(["arguments_invalid"]);
    const seen: unknown[] = [];
    const dropping = governor.governTool({
      name: "dropping",
      schema: z.object({ amount: z.number() }),
      execute: (args) => {
        seen.push(args);
      },
    });
    await dropping(context, { amount: 1, hidden: 5000 });
    expect(seen).toEqual([{ amount: 1 }]);
  });
});

describe("misuse by the application throws", () => {
  test.each([
    ["an empty tenant", { ...context, principal: { ...junior, tenant: "" } }],
    ["a subject that is no text", { ...context, principal: { ...junior, subject: 7 as unknown as string } }],
    ["a NUL in the subject", { ...context, principal: { ...junior, subject: "jun\u0000x" } }],
    ["an empty session", { ...context, session: "" }],
    ["an idempotency key with a space", { ...context, idempotencyKey: "a b" }],
  ])("%s", async (_name, wrong) => {
    const { pay, calls } = testGovernor(policy);
    await expect(pay(wrong, { amount: 1 })).rejects.toBeInstanceOf(TypeError);
    expect(calls).toEqual([]);
  });

  test("a name that is taken, or is none", () => {
    const { governor } = testGovernor(policy);
    const tool = { schema: paySchema, execute: () => 1 };
    expect(() => governor.governTool({ ...tool, name: "pay" })).toThrow("governed already");
    expect(() => governor.governTool({ ...tool, name: "Pay me" })).toThrow("no name for a tool");
  });

  test("a limit that is none", () => {
    expect(() => testGovernor(policy, { limits: { deadlineMs: 0 } })).toThrow("limits.deadlineMs");
    expect(() => testGovernor(policy, { limits: { reviewMs: Number.NaN } })).toThrow("limits.reviewMs");
  });
});
