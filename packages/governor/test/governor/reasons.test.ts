// Each code of the closed list, provoked on a real governor. The record is exhaustive by its type: a new code does not
// compile without a case here, and docs/reference/reason-codes.md must have its paragraph.

import { readFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Limits, RegoNumber } from "@flyball/engine";
import {
  type ActionPolicy,
  closeDecision,
  type Decision,
  type Facts,
  type PlainValue,
  type ReasonCode,
  reasonCatalogue,
} from "@flyball/governor";
import { describe, expect, onTestFinished, test } from "vitest";
import { context, paySchema, reviewer } from "../support/people.ts";
import { limitsRego, regoPolicy } from "../support/rego-policy.ts";
import { testGovernor } from "../support/test-governor.ts";

const conflict = `decision := "ALLOW" if input.action\n\ndecision := "DENY" if input.action.tool`;
const loop = `decision := "ALLOW" if count([1 | some i in numbers.range(1, 100000); i > 0]) > 0`;

/** A decision of these rules, on facts of the tool. */
async function decided(
  rules: string,
  { limits = {}, facts = {} }: { readonly limits?: Partial<Limits>; readonly facts?: Facts } = {},
): Promise<Decision> {
  const { governor } = testGovernor(await regoPolicy(rules, limits));
  const tool = governor.governTool({ name: "tool", schema: paySchema, facts: () => facts, execute: () => 1 });
  return (await tool(context, { amount: 5 })).decision;
}

const long = `decision := "ALLOW" if count([x | some i in numbers.range(1, 200000); x := sprintf("%d", [i])]) > 0`;
const deep = (): PlainValue => Array.from({ length: 40 }).reduce<PlainValue>((inner) => [inner], 1);

/** The decision that records a person's word on what became of an action. */
async function settledByHand(state: "executed" | "failed"): Promise<Decision> {
  const { governor, pay, store } = testGovernor(await regoPolicy(limitsRego), {
    execute: () => {
      throw new Error("the line went dead");
    },
  });
  const unknown = await pay(context, { amount: 5 });
  const actionId = (await store.readDecision({ tenant: "acme", id: unknown.decision.id }))?.actionId ?? "";
  const settled = await governor.settleByHand({ principal: reviewer }, { actionId, state, reason: "as the bank says" });
  if (settled.kind !== "settled") throw new Error(settled.message);
  return settled.outcome.decision;
}

const provoked: Readonly<Record<ReasonCode, () => Promise<Decision>>> = {
  policy_denied: () => decided(`decision := "DENY"`),
  policy_review: () => decided(`decision := "MANUAL_REVIEW"`),
  policy_undefined: () => decided(`decision := "ALLOW" if input.no.such.part`),
  policy_conflict: () => decided(conflict),
  policy_output_invalid: () => decided(`decision := {"decision": "allow"}`),
  input_invalid: async () => {
    // Facts are plain values, so it takes an application that puts something into the input by itself.
    const policy = await regoPolicy(`decision := "ALLOW" if input.at > 1`);
    const withDate = (input: unknown) => policy.evaluate({ ...(input as object), at: new Date() });
    return (await testGovernor({ ...policy, evaluate: withDate }).pay(context, { amount: 5 })).decision;
  },
  fuel_exhausted: () => decided(loop, { limits: { fuel: 1_024 } }),
  memory_exhausted: () => decided(long, { limits: { fuel: 1e9, memoryPages: 8 } }),
  depth_exceeded: () =>
    decided(`decision := "ALLOW" if input.deep == [1]`, { limits: { depth: 20 }, facts: { deep: deep() } }),
  number_limit: () =>
    decided(`decision := "ALLOW" if input.big * input.big > 1`, { facts: { big: new RegoNumber("1e999999") } }),
  builtin_error: () =>
    decided(`decision := "ALLOW" if count(net.cidr_expand(input.network)) > 0`, { facts: { network: "0.0.0.0/0" } }),
  engine_fault: async () => {
    const policy: ActionPolicy = {
      digest: "sha256:0",
      entrypoint: "a/b",
      reads: [[]],
      evaluate: () => {
        throw new Error("a trap");
      },
    };
    return (await testGovernor(policy).pay(context, { amount: 5 })).decision;
  },
  policy_unavailable: async () => (await testGovernor(undefined).pay(context, { amount: 5 })).decision,
  tool_unknown: async () => {
    const { governor } = testGovernor(undefined);
    return (await governor.act(context, { tool: "no_such_tool", arguments: {} })).decision;
  },
  arguments_invalid: async () => (await testGovernor(undefined).pay(context, { amount: "5" })).decision,
  facts_unavailable: async () => {
    const { governor } = testGovernor(undefined);
    const facts = (): never => {
      throw new Error("the market data service is away");
    };
    const tool = governor.governTool({ name: "tool", schema: paySchema, facts, execute: () => 1 });
    return (await tool(context, { amount: 5 })).decision;
  },
  idempotency_conflict: async () => {
    const { pay } = testGovernor(await regoPolicy(limitsRego));
    await pay({ ...context, idempotencyKey: "k" }, { amount: 5 });
    return (await pay({ ...context, idempotencyKey: "k" }, { amount: 6 })).decision;
  },
  deadline_exceeded: async () => {
    const { governor } = testGovernor(undefined, { limits: { deadlineMs: 10 } });
    const facts = (): Promise<never> => new Promise(() => {});
    const tool = governor.governTool({ name: "tool", schema: paySchema, facts, execute: () => 1 });
    return (await tool(context, { amount: 5 })).decision;
  },
  halted: async () => {
    const { governor, pay } = testGovernor(await regoPolicy(limitsRego));
    await governor.putHalt({ principal: reviewer }, { scope: { kind: "tool", tool: "pay" }, reason: "an incident" });
    return (await pay(context, { amount: 5 })).decision;
  },
  review_rejected: async () => {
    const { governor, pay } = testGovernor(await regoPolicy(limitsRego));
    const suspended = await pay(context, { amount: 500 });
    if (suspended.outcome !== "suspended") throw new Error(suspended.outcome);
    const { id } = suspended.review;
    const word = { id, verdict: "reject", reason: "not today" } as const;
    const resolution = await governor.resolveReview({ principal: reviewer }, word);
    if (resolution.kind !== "resolved") throw new Error(resolution.message);
    return resolution.outcome.decision;
  },
  review_expired: async () => {
    const { pay } = testGovernor(await regoPolicy(limitsRego), { limits: { reviewMs: 1 } });
    await pay({ ...context, idempotencyKey: "k" }, { amount: 500 });
    await new Promise((resolve) => setTimeout(resolve, 5));
    return (await pay({ ...context, idempotencyKey: "k" }, { amount: 500 })).decision;
  },
  approval_not_usable: async () => {
    const { pay } = testGovernor(await regoPolicy(limitsRego));
    return (await pay({ ...context, review: "no-such-review" }, { amount: 5 })).decision;
  },
  settled_executed: () => settledByHand("executed"),
  settled_failed: () => settledByHand("failed"),
  store_contended: async () => {
    const { store } = testGovernor(undefined);
    const contended = { ...store, commitDecision: () => Promise.resolve({ kind: "conflict" } as const) };
    const { pay } = testGovernor(await regoPolicy(limitsRego), { store: contended });
    return (await pay(context, { amount: 5 })).decision;
  },
  store_unavailable: async () => {
    const { pay, file } = testGovernor(await regoPolicy(limitsRego));
    const other = new DatabaseSync(file, { timeout: 0 });
    onTestFinished(() => other.close());
    other.exec("BEGIN IMMEDIATE");
    const { decision } = await pay(context, { amount: 5 });
    other.exec("ROLLBACK");
    return decision;
  },
};

const inOrder = (left = "", right = ""): number => (left < right ? -1 : 1);
const page = readFileSync(path.resolve(import.meta.dirname, "../../../../docs/reference/reason-codes.md"), "utf8");

describe("each reason code of the governor", () => {
  test.each(Object.entries(provoked))("%s refuses, or asks for a review, with a message", async (code, provoke) => {
    const { effect, reasons } = await provoke();
    expect(effect).toBe(code === "policy_review" ? "MANUAL_REVIEW" : "DENY");
    expect(reasons.map((reason) => reason.code)).toContain(code);
    expect(reasons[0]?.message).not.toBe("");
  });

  test.each(Object.keys(reasonCatalogue))("%s has a paragraph in docs/reference/reason-codes.md", (code) => {
    const paragraph = new RegExp(`^### \`${code}\`\\n\\n(.+)$`, "m").exec(page)?.[1];
    expect(paragraph?.length ?? 0).toBeGreaterThan(60);
  });

  test("the page has no paragraph for a code that does not exist", () => {
    const documented = [...page.matchAll(/^### `([^`]+)`$/gm)].map(([, code]) => code);
    expect(documented.toSorted(inOrder)).toEqual(Object.keys(reasonCatalogue).toSorted(inOrder));
  });
});

test("a fault whose code is not on the list is an engine_fault", () => {
  const issued = { id: "d", policyDigest: null, entrypoint: null, decidedAt: "" };
  const { reasons } = closeDecision({ kind: "fault", code: "brand_new", message: "x" }, issued);
  expect(reasons[0]?.code).toBe("engine_fault");
});
