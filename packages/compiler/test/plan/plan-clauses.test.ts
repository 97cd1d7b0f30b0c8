import { RegoNumber } from "@flyball/engine/values";
import { describe, expect, test } from "vitest";
import { printPlan } from "../../src/plan/print-plan.ts";
import { validatePlan } from "../../src/plan/validate-plan.ts";
import { planOf, regoAnswers, shown } from "../lower/answers.ts";

const many = (count: number, clause: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => clause(n)).join("\n");

async function results(text: string, inputs: readonly unknown[]): Promise<readonly unknown[]> {
  return shown(
    await regoAnswers(
      `package test\n${text}`,
      inputs.map((input) => ({ input: input as never })),
    ),
  );
}

function comparisons(text: string): number {
  const plan = planOf(`package test\n${text}`);
  expect(validatePlan(plan)).toEqual([]);
  return printPlan(plan).match(/^ *equal /gm)?.length ?? 0;
}

describe("a rule with many clauses", () => {
  const paths = many(40, (n) => `answer := "rule ${n}" if { input.method == "GET"; input.path == "/p/${n}" }`);

  test("selects them by the part of the input that is compared with the most constants", async () => {
    // What is left in each clause is the method.
    expect(comparisons(paths)).toBe(40);
    expect(printPlan(planOf(`package test\n${paths}`))).toContain('{"/p/0":0,"/p/1":1,');
    const inputs = [0, 1, 19, 20, 38, 39].map((n) => ({ method: "GET", path: `/p/${n}` }));
    expect(await results(paths, inputs)).toEqual([0, 1, 19, 20, 38, 39].map((n) => `rule ${n}`));
  });

  test("has no value where no constant matches, whatever stands there", async () => {
    const others = ["/p/40", "", 0, null, true, ["/p/1"], { "/p/1": 1 }, undefined];
    const inputs = [...others.map((path) => ({ method: "GET", path })), { method: "PUT", path: "/p/1" }, {}, "/p/1"];
    expect(await results(paths, inputs)).toEqual(inputs.map(() => undefined));
  });

  test("tries all clauses of one constant, and those without a constant", async () => {
    const text = `${many(12, (n) => `answer contains "first ${n}" if input.a == ${n}`)}
${many(12, (n) => `answer contains "second ${n}" if { input.b; ${n} == input.a }`)}
answer contains "always" if true
answer contains x if { some x in input.more; x != "no" }`;
    expect(comparisons(text)).toBe(0);
    const found = await results(text, [{ a: 3 }, { a: 3, b: 1, more: ["yes", "no"] }, { a: 3.5 }, { more: ["x"] }]);
    expect(found.map((set) => [...(set as Set<string>)].sort())).toEqual([
      ["always", "first 3"],
      ["always", "first 3", "second 3", "yes"],
      ["always"],
      ["always", "x"],
    ]);
  });

  test("finds constants of all scalar kinds, and numbers by their values", async () => {
    const text = `${many(8, (n) => `answer["n${n}"] := true if input.x == ${n}.5`)}
answer.null := true if input.x == null
answer.no := true if input.x == false
answer.text := true if input.x = "1.5"
answer.large := true if input.x == 90071992547409931.25
answer.pair := true if input.x == [1]`;
    const inputs = [1.5, new RegoNumber("1.50"), "1.5", null, false, new RegoNumber("90071992547409931.25"), [1], 9];
    expect(
      await results(
        text,
        inputs.map((x) => ({ x })),
      ),
    ).toEqual([
      { n1: true },
      { n1: true },
      { text: true },
      { null: true },
      { no: true },
      { large: true },
      { pair: true },
      {},
    ]);
  });

  test("still conflicts, and falls back on its default", async () => {
    const text = `default answer := "none"
${many(10, (n) => `answer := "a" if input.k == "k${n}"`)}
answer := "b" if input.other
answer := "c" if { input.k == "k5"; input.third }`;
    expect(
      await results(text, [
        { k: "k5" },
        { k: "k9", other: true },
        { k: "k5", third: true },
        { other: true },
        { k: "x" },
      ]),
    ).toEqual(["a", "fault policy_conflict", "fault policy_conflict", "b", "none"]);
  });

  test("tries the `else` of a clause whose constant does not match", async () => {
    const text = `${many(10, (n) => `answer contains ${n} if input.k == "k${n}"`)}
answer contains x if some x in [chosen]
chosen := 100 if { input.k == "k1" } else := 200
${many(9, (n) => `value := ${n} if { input.k == "k${n}" } else := 50 if input.k == "other"`)}
answer contains value`;
    const found = await results(text, [{ k: "k1" }, { k: "k9" }, { k: "other" }]);
    expect(found.map((set) => [...(set as Set<number>)].sort((a, b) => a - b))).toEqual([
      [1, 100],
      [9, 200],
      [50, 200],
    ]);
  });

  test("sees an input that `with` replaces", async () => {
    const text = `${many(10, (n) => `rule := ${n} if input.k == "k${n}"`)}
answer contains x if x := rule with input.k as "k4"
answer contains x if x := rule with input as {"k": "k7"}
answer contains rule`;
    const found = await results(text, [{ k: "k1" }, {}]);
    expect(found.map((set) => [...(set as Set<number>)])).toEqual([
      [1, 4, 7],
      [4, 7],
    ]);
  });

  test("selects among those of a function too", async () => {
    const text = `${many(10, (n) => `f(x) := x + ${n} if input.k == "k${n}"`)}
answer := f(100)`;
    expect(await results(text, [{ k: "k3" }, { k: "k10" }])).toEqual([103, undefined]);
  });
});
