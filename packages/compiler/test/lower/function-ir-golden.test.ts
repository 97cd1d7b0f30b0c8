import { describe, expect, test } from "vitest";
import { printModuleIr } from "../../src/function-ir/print-function-ir.ts";
import { runtimeLibrary } from "../../src/link/embedded-library.ts";
import { lowerPlan } from "../../src/lower/lower-plan.ts";
import type { QueryPlan } from "../../src/plan/query-plan.ts";
import { answers, shown } from "./answers.ts";
import { handPlan, label, local, RULE, SITE, target } from "./hand-plan.ts";

// Addresses begin behind the library's static data; the golden files are not to change with it.
const library = { ...runtimeLibrary(), staticEnd: 16_384 };

function printed(plan: QueryPlan): string {
  return printModuleIr(lowerPlan(plan, { library, frame: true, maxPages: 16 }).ir);
}

/** `answer := "ALLOW" if { input.role == "junior"; input.amount <= {"junior": 5, "senior": 7}[input.role] } else := "DENY"` */
function orderLimit(): QueryPlan {
  const { constant, fn, ...hand } = handPlanParts();
  fn("data.test.answer", { memoized: true }, [
    {
      kind: "block",
      label: label(0),
      body: [
        { kind: "input", target: target(0), path: ["role"] },
        { kind: "dot", target: target(1), source: constant({ junior: 5, senior: 7 }), key: local(0) },
        { kind: "input", target: target(2), path: ["order", "amount"] },
        { kind: "compare", operator: "less-or-equal", left: local(2), right: local(1) },
        { kind: "trace", rule: RULE },
        { kind: "return", source: constant("ALLOW") },
      ],
    },
    { kind: "return", source: constant("DENY") },
  ]);
  return hand.built();
}

/** `answer contains [k, f(v)] if some k, v in input.xs`, with `f(v) := v if v != "skip"` */
function loop(): QueryPlan {
  const { constant, fn, ...hand } = handPlanParts();
  const f = fn("data.test.f", { params: [target(0)] }, [
    { kind: "compare", operator: "not-equal", left: local(0), right: constant("skip") },
    { kind: "return", source: local(0) },
  ]);
  fn("data.test.answer", {}, [
    { kind: "new", target: target(0), form: "set" },
    {
      kind: "block",
      label: label(0),
      body: [
        { kind: "input", target: target(1), path: ["xs"] },
        {
          kind: "scan",
          label: label(1),
          source: local(1),
          key: target(2),
          value: target(3),
          body: [
            { kind: "call", target: target(4), function: f, args: [local(3)] },
            { kind: "make-array", target: target(5), items: [local(2), local(4)] },
            { kind: "add", target: target(0), value: local(5) },
          ],
        },
      ],
    },
    { kind: "return", source: local(0) },
  ]);
  return hand.built();
}

/** A rule seen with and without a replaced input, and two values for one result. */
function replaced(): QueryPlan {
  const { constant, fn, ...hand } = handPlanParts();
  const amount = fn("data.test.amount", { memoized: true }, [
    { kind: "input", target: target(0), path: ["order", "amount"] },
    { kind: "return", source: local(0) },
  ]);
  fn("data.test.answer", {}, [
    { kind: "clear", target: target(2) },
    { kind: "call", target: target(0), function: amount, args: [] },
    {
      kind: "with",
      replacements: [{ document: "input", path: ["order"], value: constant({ amount: 1 }) }],
      body: [
        { kind: "call", target: target(1), function: amount, args: [] },
        { kind: "assign-once", target: target(2), source: local(1), site: SITE },
      ],
    },
    { kind: "assign-once", target: target(2), source: local(0), site: SITE },
    { kind: "return", source: local(2) },
  ]);
  return hand.built();
}

function handPlanParts() {
  const plan = handPlan();
  return { constant: plan.constant, fn: plan.fn, built: () => plan.plan };
}

describe("the function IR of plans written by hand", () => {
  test("an order limit", async () => {
    const plan = orderLimit();
    await expect(printed(plan)).toMatchFileSnapshot("golden/order-limit.ir.txt");
    const questions = [5, 6, "5", undefined].map((amount) => ({
      input: { role: "junior", order: amount === undefined ? {} : { amount } },
    }));
    expect(shown(await answers(plan, questions))).toEqual(["ALLOW", "DENY", "DENY", "DENY"]);
  });

  test("a loop", async () => {
    const plan = loop();
    await expect(printed(plan)).toMatchFileSnapshot("golden/loop.ir.txt");
    expect(shown(await answers(plan, [{ input: { xs: ["a", "skip", "b"] } }, { input: {} }]))).toEqual([
      new Set([
        [0, "a"],
        [2, "b"],
      ]),
      new Set(),
    ]);
  });

  test("a replaced input", async () => {
    const plan = replaced();
    await expect(printed(plan)).toMatchFileSnapshot("golden/replaced-input.ir.txt");
    const questions = [{ order: { amount: 1 } }, { order: { amount: 2 } }, {}].map((input) => ({ input }));
    expect(shown(await answers(plan, questions))).toEqual([1, "fault policy_conflict", undefined]);
  });
});
