// Tools are the application's code and anything can be wrong with them. Whatever a tool does, the action has one outcome, the
// ledger says the same, and nothing is started twice.

import { type ActionPolicy, type Outcome, type Reconciled, type Store, ToolFailure } from "@flyball/governor";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type Desk, deskPolicy, openDesk, trader } from "../support/desk.ts";
import { temporaryStore } from "../support/test-governor.ts";

const policy: ActionPolicy = await deskPolicy();
const deadlineMs = 5_000;
const today = (): string => new Date().toISOString().slice(0, 10);

async function ledgerOf(store: Store): Promise<string> {
  const balances = await store.listBalances({ tenant: trader.tenant, day: today() });
  const found = balances.find(({ dimension }) => dimension === "trader");
  return `${found?.committed} committed, ${found?.reserved} reserved`;
}

function deskWith(
  execute: () => unknown,
  options: { readonly reconcile?: () => Reconciled<unknown> } = {},
): Desk & { readonly store: Store } {
  const { store } = temporaryStore();
  const { reconcile } = options;
  const limits = { deadlineMs, settleMs: 200 };
  const desk = openDesk(store, policy, { execute, limits, ...(reconcile === undefined ? {} : { reconcile }) });
  return { ...desk, store };
}

/** A tool that does not answer before `answer` does. Timers stand still until its deadline is made to pass. */
function waitingTool(
  calls: number,
  answer: Promise<unknown>,
): { readonly execute: () => Promise<unknown>; readonly passDeadline: () => Promise<void> } {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const started = Promise.withResolvers<void>();
  let waiting = calls;
  return {
    execute: () => {
      waiting -= 1;
      if (waiting === 0) started.resolve();
      return answer;
    },
    passDeadline: async () => {
      await started.promise;
      vi.advanceTimersByTime(deadlineMs);
      vi.useRealTimers();
    },
  };
}

const told = (outcome: Outcome<unknown>): unknown => ("error" in outcome ? outcome.error.message : undefined);

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function muteFailure(): ToolFailure {
  return Object.defineProperty(new ToolFailure(""), "message", {
    get: () => {
      throw new Error("no words");
    },
  });
}

describe("a tool that throws", () => {
  test.each<[string, unknown]>([
    ["an error", new Error("password is hunter2")],
    ["a text", "no"],
    ["nothing", undefined],
    ["null", null],
    ["a proxy that throws when it is looked at", revoked()],
    ["a failure that cannot say what failed", muteFailure()],
  ])("%s leaves the outcome unknown and the reservation in place, now or later", async (_name, thrown) => {
    for (const execute of [
      () => {
        throw thrown;
      },
      () => Promise.reject(thrown),
    ]) {
      const { pay, store, paid, governor } = deskWith(execute);
      const outcome = await pay(100, { idempotencyKey: "k" });
      expect(outcome.outcome).toBe("unknown");
      expect(told(outcome)).toBe("The tool failed without saying whether it took effect.");
      expect((await pay(100, { idempotencyKey: "k" })).outcome).toBe("unknown");
      expect(paid).toEqual([100]);
      expect(await ledgerOf(store)).toBe("0 committed, 100 reserved");
      await governor.drain();
    }
  });

  test("a ToolFailure states that nothing took effect: failed, released, in its own words as far as they are text", async () => {
    const wordless = new ToolFailure("x");
    Object.defineProperty(wordless, "message", { value: 7 });
    for (const [thrown, message] of [
      [new ToolFailure("no funds\u0000 \ud800"), "no funds\u0000 \ufffd"],
      [new ToolFailure("x".repeat(9_000)), "x".repeat(2_000)],
      [wordless, "The tool failed."],
    ] as const) {
      const { pay, store } = deskWith(() => {
        throw thrown;
      });
      const outcome = await pay(100, { idempotencyKey: "k" });
      expect([outcome.outcome, told(outcome)]).toEqual(["failed", message]);
      expect(await ledgerOf(store)).toBe("0 committed, 0 reserved");
      expect(told(await pay(100, { idempotencyKey: "k" }))).toBe(message);
    }
  });
});

describe("a tool that never answers", () => {
  test("is unknown at the deadline, keeps its reservation, holds nobody else up, and is settled by a person or its key", async () => {
    let answer: Reconciled<unknown> = { kind: "unknown" };
    const tool = waitingTool(3, new Promise(() => {}));
    const { pay, store, governor } = deskWith(tool.execute, { reconcile: () => answer });
    const paying = Promise.all([pay(100), pay(200), pay(300)]);
    await tool.passDeadline();
    const outcomes = await paying;
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["unknown", "unknown", "unknown"]);
    expect(await ledgerOf(store)).toBe("0 committed, 600 reserved");
    // Whoever stops need not wait for it for ever.
    await governor.drain({ withinMs: 20 });
    expect(await governor.reconcile({ olderThanMs: 0 })).toEqual({ settled: 0, expired: 0, left: 3 });
    answer = { kind: "executed", result: 1 };
    expect(await governor.reconcile({ olderThanMs: 0 })).toEqual({ settled: 3, expired: 0, left: 0 });
    expect(await ledgerOf(store)).toBe("600 committed, 0 reserved");
  });
});

describe("a tool that answers after its deadline", () => {
  /** A desk whose one payment is `unknown`, since its tool has not answered yet. */
  const late = async (reconcile?: () => Reconciled<unknown>) => {
    const gate = Promise.withResolvers<unknown>();
    const tool = waitingTool(1, gate.promise);
    const desk = deskWith(tool.execute, reconcile === undefined ? {} : { reconcile });
    const paying = desk.pay(100, { idempotencyKey: "k" });
    await tool.passDeadline();
    expect((await paying).outcome).toBe("unknown");
    return { ...desk, gate };
  };

  test("settles what was unknown: with what it returns, or that it failed", async () => {
    for (const [end, outcome, ledger] of [
      [(gate: PromiseWithResolvers<unknown>) => gate.resolve({ paid: 100 }), "executed", "100 committed, 0 reserved"],
      [
        (gate: PromiseWithResolvers<unknown>) => gate.reject(new ToolFailure("too late")),
        "failed",
        "0 committed, 0 reserved",
      ],
      [(gate: PromiseWithResolvers<unknown>) => gate.reject(new Error("?")), "unknown", "0 committed, 100 reserved"],
    ] as const) {
      const { pay, store, governor, gate } = await late();
      end(gate);
      await governor.drain();
      expect((await pay(100, { idempotencyKey: "k" })).outcome).toBe(outcome);
      expect(await ledgerOf(store)).toBe(ledger);
    }
  });

  test("changes nothing where its key was asked meanwhile: the first word stands", async () => {
    const { pay, store, governor, gate } = await late(() => ({ kind: "executed", result: "as the broker says" }));
    expect((await governor.reconcile({ olderThanMs: 0 })).settled).toBe(1);
    gate.resolve("as the tool says");
    await governor.drain();
    expect(await pay(100, { idempotencyKey: "k" })).toMatchObject({
      outcome: "executed",
      result: "as the broker says",
    });
    expect(await ledgerOf(store)).toBe("100 committed, 0 reserved");
  });

  test("changes nothing where a person has settled it meanwhile", async () => {
    const { pay, store, governor, gate } = await late();
    const action = await store.findActionByKey({ principal: trader, key: "k" });
    const word = { actionId: action?.id ?? "", state: "failed", reason: "cancelled by phone" } as const;
    const principal = { ...trader, subject: "ops", role: "operator" };
    expect((await governor.settleByHand({ principal }, word)).kind).toBe("settled");
    gate.resolve(1);
    await governor.drain();
    expect((await pay(100, { idempotencyKey: "k" })).outcome).toBe("failed");
    expect(await ledgerOf(store)).toBe("0 committed, 0 reserved");
  });
});

describe("a tool that answers twice", () => {
  test.each<[string, PromiseLike<unknown>]>([
    ["with two results", thenable((resolve) => [resolve({ paid: 1 }), resolve({ paid: 2 })])],
    [
      "with a result and a failure",
      thenable((resolve, reject) => [resolve({ paid: 1 }), reject(new ToolFailure("2"))]),
    ],
    [
      "with a result now and another later",
      thenable((resolve) => [resolve({ paid: 1 }), setTimeout(() => resolve({ paid: 2 }), 5)]),
    ],
    [
      "with a result, and throws",
      thenable((resolve) => {
        resolve({ paid: 1 });
        throw new Error("after all");
      }),
    ],
  ])("%s is taken at its first word", async (_name, answer) => {
    const { pay, store, governor } = deskWith(() => answer);
    const first = await pay(100, { idempotencyKey: "k" });
    expect(first).toMatchObject({ outcome: "executed", result: { paid: 1 } });
    await vi.waitFor(() => governor.drain());
    expect(await pay(100, { idempotencyKey: "k" })).toEqual(first);
    expect(await ledgerOf(store)).toBe("100 committed, 0 reserved");
  });

  function thenable(
    answer: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => unknown,
  ): PromiseLike<unknown> {
    return { then: (resolve: never, reject: never) => void answer(resolve, reject) } as unknown as PromiseLike<unknown>;
  }
});

describe("a tool whose result is no plain value", () => {
  test.each<[string, () => unknown]>([
    ["an accessor", () => Object.defineProperty({}, "x", { get: () => 1, enumerable: true })],
    [
      "a cycle",
      () => {
        const cycle: unknown[] = [];
        cycle.push(cycle);
        return cycle;
      },
    ],
    ["a function", () => () => 1],
    ["too many parts", () => Array.from({ length: 100_001 }, () => 0)],
    ["a number that is none", () => Number.NaN],
  ])("%s has executed all the same; only a repeated request is answered without it", async (_name, result) => {
    const { pay, store } = deskWith(result);
    expect((await pay(100, { idempotencyKey: "k" })).outcome).toBe("executed");
    expect(await pay(100, { idempotencyKey: "k" })).toMatchObject({ outcome: "executed", result: undefined });
    expect(await ledgerOf(store)).toBe("100 committed, 0 reserved");
  });
});

test("a system that does not answer for its keys keeps no review open", async () => {
  const asked = Promise.withResolvers<void>();
  const { store } = temporaryStore();
  const time = { now: Date.now() };
  const clock = { now: () => time.now, elapsedNs: () => process.hrtime.bigint() };
  const desk = openDesk(store, policy, {
    clock,
    limits: { reviewMs: 1_000 },
    execute: () => {
      throw new Error("?");
    },
    reconcile: () => {
      asked.resolve();
      return new Promise<never>(() => {}) as never;
    },
  });
  await desk.pay(100);
  const waiting = await desk.pay(5_000);
  if (waiting.outcome !== "suspended") return expect.fail(waiting.outcome);
  time.now += 1_000;
  void desk.governor.reconcile({ olderThanMs: 0 }).catch(() => {});
  await asked.promise;
  expect((await store.readReview({ tenant: "acme", id: waiting.review.id }))?.state).toBe("expired");
});
