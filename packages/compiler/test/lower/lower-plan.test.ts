import { loadPolicy } from "@flyball/engine";
import { makeSet, RegoNumber } from "@flyball/engine/values";
import { describe, expect, test } from "vitest";
import { assemblePlan } from "../../src/compile.ts";
import { printModuleIr } from "../../src/function-ir/print-function-ir.ts";
import { runtimeLibrary } from "../../src/link/embedded-library.ts";
import { lowerPlan } from "../../src/lower/lower-plan.ts";
import { planOf, regoAnswers, shown } from "./answers.ts";

async function results(text: string, questions: Parameters<typeof regoAnswers>[1]): Promise<readonly unknown[]> {
  return shown(await regoAnswers(`package test\n${text}`, questions));
}

describe("a large constant table of integers", () => {
  test("has a number, or nothing, for every key", async () => {
    const entries = Array.from({ length: 20 }, (_, n) => `"k${n}": ${n - 5}`).join(", ");
    const text = `table := {${entries}}
answer := [x | some k in input; x := table[k]; x < 3; x != 0; x <= -2]`;
    expect(await results(text, [{ input: ["k0", "k3", "k4", "k5", "k19", "none", 1, null] }, { input: [] }])).toEqual([
      [-5, -2],
      [],
    ]);
  });
});

describe("comparisons", () => {
  const values = [
    null,
    false,
    true,
    -1,
    0,
    0.1,
    2 ** 53,
    new RegoNumber("9007199254740993"),
    "",
    "a",
    "abc",
    [1],
    [1, 2],
    { a: 1 },
    makeSet([1]),
  ];

  test.each(["==", "!=", "<", "<=", ">", ">="])("`%s` agrees with the interpreter on all kinds", async (operator) => {
    const questions = values.flatMap((a) => values.map((b) => ({ input: { a, b } })));
    await regoAnswers(`package test\nanswer := input.a ${operator} input.b`, questions);
    await regoAnswers(`package test\nanswer if input.a ${operator} input.b`, questions);
  });

  test.each(["null", "true", "0", "0.1", "9007199254740993", '"abc"', '""', "[1]", "{1}"])(
    "with the constant %s",
    async (constant) => {
      const questions = values.map((a) => ({ input: { a } }));
      for (const operator of ["==", "!=", "<", ">="]) {
        await regoAnswers(`package test\nanswer if input.a ${operator} ${constant}`, questions);
        await regoAnswers(`package test\nanswer if ${constant} ${operator} input.a`, questions);
      }
    },
  );

  test("equal strings that came by different ways are equal", async () => {
    const text = 'answer if concat("", [input.a, "c"]) == "abc"';
    expect(await results(text, [{ input: { a: "ab" } }, { input: { a: "abc" } }])).toEqual([true, undefined]);
  });
});

describe("documents", () => {
  test("an absent part of the input fails", async () => {
    const questions = [
      {},
      { input: {} },
      { input: { a: {} } },
      { input: { a: { b: false } } },
      { input: [] },
      { input: false },
    ];
    expect(await results("answer := input.a.b", questions)).toEqual([
      undefined,
      undefined,
      undefined,
      false,
      undefined,
      undefined,
    ]);
  });

  test("the whole input and a part of it agree", async () => {
    expect(await results("answer := [input.a.b, input]", [{ input: { a: { b: 1 } } }])).toEqual([[1, { a: { b: 1 } }]]);
  });

  test("base documents come at run time", async () => {
    const text = "answer := data.limits[input.role].max";
    const data = { limits: { junior: { max: 5 } } };
    expect(
      await results(text, [{ input: { role: "junior" }, data }, { input: { role: "x" }, data }, { input: {} }]),
    ).toEqual([5, undefined, undefined]);
  });

  test("base documents that are known become constants", async () => {
    const text = "package test\nanswer := data.limits[input.role]";
    const evaluations = await regoAnswers(text, [{ input: { role: "junior" } }], { limits: { junior: 5 } });
    expect(shown(evaluations)).toEqual([5]);
    const { ir } = lowerPlan(planOf(text, { limits: { junior: 5 } }), {
      library: runtimeLibrary(),
      frame: true,
      maxPages: 16,
    });
    expect(printModuleIr(ir)).not.toContain("data_changed");
  });

  test("base documents that were not given have nothing in them", async () => {
    expect(
      await results("answer := count([x | some x in data.other.xs])", [{}, { data: { other: { xs: [1] } } }]),
    ).toEqual([0, 1]);
  });
});

describe("base documents that are large", () => {
  const ids = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`id ${index}`, index]));
  const { wasm } = assemblePlan(planOf("package test\nanswer := data.ids[input.id]"));

  test("are taken in whole, or refused, whatever the memory", async () => {
    const outcomes = new Set<string>();
    for (let memoryPages = 2; memoryPages < 16; memoryPages++) {
      const loaded = loadPolicy(wasm, { data: { ids }, limits: { memoryPages } });
      try {
        const policy = await loaded;
        for (const id of ["id 0", "id 4999"]) {
          expect(policy.evaluate({ id })).toEqual({ kind: "value", value: ids[id] });
        }
        outcomes.add("loaded");
      } catch (error) {
        expect(error).toMatchObject({ code: "memory_limit" });
        outcomes.add("refused");
      }
    }
    expect([...outcomes]).toEqual(["refused", "loaded"]);
  });
});

describe("constants", () => {
  test("of a thousand keys are found by each, and by no other", async () => {
    const keys = Array.from({ length: 1000 }, (_, index) => (index % 3 === 0 ? index : `key ${index}`));
    const entries = keys.map((key, index) => `${JSON.stringify(key)}: ${index}`);
    const text = `answer := {${entries.join(", ")}}[input.k]`;
    const questions = [...keys, "key 0", 1, null, "", true].map((k) => ({ input: { k } }));
    expect(await results(text, questions)).toEqual([...keys.map((_, index) => index), ...Array(5).fill(undefined)]);
  });
});

describe("with", () => {
  test("replaces below, at and above what is read", async () => {
    const text = `
      inner := [input.a.b, object.get(input.a, "c", "none")]
      answer := [inner, replaced_at, replaced_below, replaced_above, again]
      replaced_at := x if { x := inner with input.a as {"b": 1} }
      replaced_below := x if { x := inner with input.a.b as 2 }
      replaced_above := x if { x := inner with input as {"a": {"b": 3, "c": 4}} }
      again := inner`;
    expect(await results(text, [{ input: { a: { b: 0 } } }])).toEqual([
      [
        [0, "none"],
        [1, "none"],
        [2, "none"],
        [3, 4],
        [0, "none"],
      ],
    ]);
  });

  test("is not seen by what was computed outside, nor the other way round", async () => {
    const text = `
      double := input.x * 2
      answer := [double, inside, double, nested]
      inside := y if { y := double with input.x as 10 }
      nested := z if { z := [double, inside, double] with input.x as 100 }`;
    expect(await results(text, [{ input: { x: 1 } }])).toEqual([[2, 20, 2, [200, 20, 200]]]);
  });

  test("replaces base documents and puts them back", async () => {
    const text = `
      limit := data.limits.max
      answer := [limit, other, limit]
      other := x if { x := limit with data.limits as {"max": 9} }`;
    expect(await results(text, [{ data: { limits: { max: 1 } } }])).toEqual([[1, 9, 1]]);
  });

  test("puts base documents back after a fault", async () => {
    const text = `
      c := 1 if data.x == 2
      c := 2 if data.x == 2
      c := 0 if data.x == 1
      answer := y if { y := c with data.x as input.x }
      else := data.x`;
    expect(
      await results(text, [
        { input: { x: 2 }, data: { x: 1 } },
        { input: {}, data: { x: 1 } },
      ]),
    ).toEqual(["fault policy_conflict", 1]);
  });

  test("takes the place of base documents that are known", async () => {
    const text = "package test\nlimit := data.max\nanswer := [limit, x] if { x := limit with data.max as 9 }";
    expect(shown(await regoAnswers(text, [{}], { max: 1 }))).toEqual([[1, 9]]);
  });

  test("turns an array into an object for what reads it by position", async () => {
    const text = `
      first := object.get({"v": input.list[0]}, "v", null)
      answer := [before, after]
      before := first
      default after := "gone"
      after := x if { x := first with input.list.name as 1 }`;
    expect(await results(text, [{ input: { list: ["a"] } }])).toEqual([["a", "gone"]]);
  });
});

describe("loops", () => {
  test.each([
    ["arrays", [1, 2, 3]],
    ["objects", { a: 1, b: 2 }],
    ["sets", makeSet([3, 1, "x"])],
    ["scalars", 5],
    ["nothing", undefined],
  ])("go over %s in order", async (_, xs) => {
    await regoAnswers("package test\nanswer := [[k, v] | some k, v in input.xs]", [
      { input: xs === undefined ? {} : { xs } },
    ]);
    await regoAnswers("package test\nanswer := [v | some v in input.xs]", [{ input: xs === undefined ? {} : { xs } }]);
    await regoAnswers("package test\nanswer := {k | input.xs[k]}", [{ input: xs === undefined ? {} : { xs } }]);
  });

  test("nest", async () => {
    const text = "answer := {[a, b] | some a in input.xs; some b in input.xs; a < b}";
    expect(await results(text, [{ input: { xs: [1, 2, 3] } }])).toEqual([
      makeSet([
        [1, 2],
        [1, 3],
        [2, 3],
      ]),
    ]);
  });

  test("end at the first witness", async () => {
    const text = "answer if {\n some x in input.xs\n x > 1\n}";
    expect(await results(text, [{ input: { xs: [0, 2, 1] } }, { input: { xs: [0] } }])).toEqual([true, undefined]);
  });

  test("count what they find in composites of several thousand elements", async () => {
    const xs = Array.from({ length: 5000 }, (_, index) => index % 700);
    expect(await results("answer := count({x | some x in input.xs; x % 2 == 0})", [{ input: { xs } }])).toEqual([350]);
  });
});

describe("rules", () => {
  test("that conflict are a fault", async () => {
    const text = "answer := 1 if input.a\nanswer := 2 if input.b";
    const questions = [{ a: true }, { b: true }, { a: true, b: true }, {}].map((input) => ({ input }));
    expect(await results(text, questions)).toEqual([1, 2, "fault policy_conflict", undefined]);
  });

  test("build sets, objects and nested places", async () => {
    const text = `
      set contains x if some x in input.xs
      object[k] := v if some k, v in input.xs
      nested[k].v contains v if some k, v in input.xs
      answer := [set, object, nested]`;
    await regoAnswers(`package test\n${text}`, [{ input: { xs: ["a", "b", "a"] } }, { input: {} }]);
  });

  test("that put two values under one key are a fault", async () => {
    const text = "answer[k] := v if some [k, v] in input.xs";
    const questions = [
      {
        xs: [
          ["a", 1],
          ["a", 1],
        ],
      },
      {
        xs: [
          ["a", 1],
          ["a", 2],
        ],
      },
    ].map((input) => ({ input }));
    expect(await results(text, questions)).toEqual([{ a: 1 }, "fault policy_conflict"]);
  });

  test("that put a value where another rule builds an object are a fault", async () => {
    const text = `
      answer[k] := {"fixed": 1} if some k in input.whole
      answer[k].b := 2 if some k in input.parts`;
    const questions = [
      { whole: ["x"], parts: ["y"] },
      { whole: ["x"], parts: ["x"] },
    ].map((input) => ({ input }));
    const twice = await regoAnswers(`package test\n${text}`, [...questions, ...questions]);
    expect(shown(twice)).toEqual([
      { x: { fixed: 1 }, y: { b: 2 } },
      "fault policy_conflict",
      { x: { fixed: 1 }, y: { b: 2 } },
      "fault policy_conflict",
    ]);
  });

  test("call functions with patterns and else", async () => {
    const text = `
      band(x) := "low" if x < 10
      else := "high" if x < 100
      pair([a, b]) := a + b
      answer := [band(input.x), pair([input.x, 1])]`;
    expect(await results(text, [{ input: { x: 5 } }, { input: { x: 50 } }, { input: { x: 500 } }])).toEqual([
      ["low", 6],
      ["high", 51],
      undefined,
    ]);
  });

  test("make composites with values that are not known before", async () => {
    const text = 'answer := {"b": input.b, "a": [input.a, {input.a, input.b}], input.a: 1}';
    expect(
      await results(text, [{ input: { a: "x", b: 2 } }, { input: { a: "b", b: 1 } }, { input: { a: "b", b: 2 } }]),
    ).toEqual([
      { a: ["x", makeSet([2, "x"])], b: 2, x: 1 },
      { a: ["b", makeSet([1, "b"])], b: 1 },
      "fault policy_conflict",
    ]);
  });
});

describe("limits", () => {
  const text = "answer := count([x | some x in numbers.range(1, input.n)])";

  test("exhausted fuel is a status, and the next call is right", async () => {
    expect(
      await results(text, [
        { input: { n: 100_000 }, limits: { fuel: 5_000 } },
        { input: { n: 10 }, limits: { fuel: 5_000 } },
      ]),
    ).toEqual(["fault fuel_exhausted", 10]);
  });

  test("exhausted memory is a status", async () => {
    expect(await results(text, [{ input: { n: 1_000_000 }, limits: { memoryPages: 8, fuel: 100_000_000 } }])).toEqual([
      "fault memory_exhausted",
    ]);
  });
});

describe("built-ins", () => {
  test("of the host get arguments and give results", async () => {
    const text = 'answer := [regex.match("^a+$", input.s), time.weekday(input.t)]';
    expect(await results(text, [{ input: { s: "aaa", t: 0 } }, { input: { s: 1, t: 0 } }])).toEqual([
      [true, "Thursday"],
      undefined,
    ]);
  });

  test("that fail are undefined, or a fault where that is asked for", async () => {
    const text = 'default answer := "none"\nanswer := to_number(input.s)';
    expect(
      await results(text, [{ input: { s: "x" } }, { input: { s: "x" }, strict: true }, { input: { s: "1.50" } }]),
    ).toEqual(["none", "fault builtin_error", 1.5]);
  });

  test("tell the time of the evaluation", async () => {
    expect(await results("answer := time.now_ns()", [{}])).toEqual(
      [new RegoNumber("1700000000000000000")].map((value) => Number(value)),
    );
  });
});
