import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type ActionPolicy, type Outcome, ToolFailure } from "@flyball/governor";
import { describe, expect, test } from "vitest";
import { context, junior } from "../support/people.ts";
import { limitsRego, regoPolicy } from "../support/rego-policy.ts";
import { testGovernor } from "../support/test-governor.ts";

const hangingProcess = fileURLToPath(new URL("../support/hanging-process.ts", import.meta.url));
const policy: ActionPolicy = await regoPolicy(limitsRego);

function codes(outcome: Outcome<unknown>): string[] {
  return outcome.decision.reasons.map(({ code }) => code);
}

describe("an idempotency key", () => {
  const keyed = { ...context, idempotencyKey: "order-1" };

  test("gives the same action the same answer, and one execution", async () => {
    const { pay, calls } = testGovernor(policy);
    const first = await pay(keyed, { amount: 5 });
    const second = await pay(keyed, { amount: 5.0 });
    expect(second).toEqual(first);
    expect(calls).toHaveLength(1);
  });

  test("gives a hundred calls at once one execution and one answer", async () => {
    const { pay, calls } = testGovernor(policy, { execute: async (amount) => await Promise.resolve({ paid: amount }) });
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => pay(keyed, { amount: 5 })));
    expect(calls).toHaveLength(1);
    expect(new Set(outcomes.map(({ decision }) => decision.id)).size).toBe(1);
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(["executed"]));
  });

  test.each([
    ["refused", 5000],
    ["suspended", 500],
  ])("remembers that an action was %s", async (outcome, amount) => {
    const { pay, calls } = testGovernor(policy);
    const first = await pay(keyed, { amount });
    expect(first.outcome).toBe(outcome);
    expect(await pay(keyed, { amount })).toEqual(first);
    expect(calls).toEqual([]);
  });

  test.each(["failed", "unknown"])("never starts an action again that ended as %s", async (outcome) => {
    const { pay, calls } = testGovernor(policy, {
      execute: () => {
        throw outcome === "failed" ? new ToolFailure("no") : new Error("no");
      },
    });
    const first = await pay(keyed, { amount: 1 });
    expect(first.outcome).toBe(outcome);
    expect(await pay(keyed, { amount: 1 })).toEqual(first);
    expect(calls).toHaveLength(1);
  });

  test.each([
    ["arguments", { ...keyed }, { amount: 6 }],
    ["session", { ...keyed, session: "s-2" }, { amount: 5 }],
  ])("is refused for another action, one with other %s", async (_name, other, args) => {
    const { pay, calls } = testGovernor(policy);
    await pay(keyed, { amount: 5 });
    const outcome = await pay(other, args);
    expect(outcome.outcome).toBe("refused");
    expect(codes(outcome)).toEqual(["idempotency_conflict"]);
    expect(calls).toHaveLength(1);
  });

  test("belongs to one person: another's same key is another key", async () => {
    const { pay, calls } = testGovernor(policy);
    await pay(keyed, { amount: 5 });
    for (const other of [{ subject: "x" }, { issuer: "https://x.example" }, { tenant: "x" }]) {
      expect((await pay({ ...keyed, principal: { ...junior, ...other } }, { amount: 7 })).outcome).toBe("executed");
    }
    expect(calls).toHaveLength(4);
  });

  test("is not used up by a refusal that may pass", async () => {
    let current: ActionPolicy | undefined;
    const { pay } = testGovernor(undefined, { policies: { current: () => current } });
    expect(codes(await pay(keyed, { amount: 5 }))).toEqual(["policy_unavailable"]);
    current = policy;
    expect((await pay(keyed, { amount: 5 })).outcome).toBe("executed");
  });

  test("finds an action that a killed process left executing as unknown, and does not start it again", async () => {
    const { pay, calls, file } = testGovernor(policy);
    const child = spawn(process.execPath, ["--conditions=flyball-source", hangingProcess, file], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    const outcome = await pay(keyed, { amount: 5 });
    expect(outcome).toMatchObject({ outcome: "unknown", error: { code: "tool_outcome_unknown" } });
    expect(calls).toEqual([]);
  });

  test("hands the tool a key of its own, the same for the action and different for every other", async () => {
    const { pay, calls } = testGovernor(policy);
    await pay(keyed, { amount: 5 });
    await pay({ ...context, idempotencyKey: "order-2" }, { amount: 5 });
    expect(new Set(calls.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(2);
  });
});
