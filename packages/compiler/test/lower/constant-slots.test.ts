import { makeSet, type RegoValue } from "@flyball/engine/values";
import { describe, expect, test } from "vitest";
import { assemblePlan } from "../../src/compile.ts";
import { planOf, regoAnswers } from "./answers.ts";

/** Paths of the input that a host writes as constants. */
function constantPaths(text: string): readonly string[] {
  const { manifest } = assemblePlan(planOf(`package test\n${text}`));
  return manifest.frame.slots
    .filter(({ as }) => as === "constant")
    .map(({ path }) => path.join("."))
    .sort();
}

describe("a part of the input is a constant", () => {
  test.each([
    [
      "compared for equality with scalars",
      'answer if { input.a == "x"; input.b != 5; input.c == null }',
      ["a", "b", "c"],
    ],
    ["ordered against numbers", "answer if { input.a > 5; input.b <= 7.5 }", ["a", "b"]],
    ["looked for in constants", 'answer if { input.a in {"x", "y"}; input.b in [1, "z"] }', ["a", "b"]],
    ["a key of a constant", 'answer := {"x": [1], "y": {}}[input.a]', ["a"]],
    [
      "given to functions that compare it",
      'f(x) if g(x)\nf(x) if x == "x"\ng(x) if x in {"y", 1}\nanswer if f(input.a)',
      ["a"],
    ],
    ["compared in upper case", 'answer if { upper(input.a) in {"X", "Y"}; not lower(input.b) == "z" }', ["a", "b"]],
    ["tested for its kind", "answer if { is_string(input.a); not input.b }", ["a", "b"]],
  ])("where it is %s", (_, text, paths) => {
    expect(constantPaths(text)).toEqual(paths);
  });

  test.each([
    ["returned", "answer := input.a"],
    ["compared with another part", "answer if input.a == input.b"],
    ["compared with a composite", 'answer if input.a == ["x"]'],
    ["looked for among composites", 'answer if input.a in {["x"], "y"}'],
    ["a key beside composite keys", 'answer := {["x"]: 1, "y": 2}[input.a]'],
    ["ordered against a string", 'answer if input.a < "m"'],
    ["given to a function that needs it", "f(x) := [x]\nanswer if f(input.a)"],
    ["given to a function that compares it with another part", "f(x) if x == input.b\nanswer if f(input.a)"],
    ["given on by a function", 'f(x) if g(x)\ng(x) if x < "m"\nanswer if f(input.a)'],
    ["given to a built-in", 'answer if trim_space(input.a) == "X"'],
    ["in upper case in one place and as it is in another", 'answer if { upper(input.a) == "X"; input.a != "y" }'],
    ["in upper and in lower case", 'answer if { upper(input.a) == "X"; lower(input.a) == "x" }'],
    ["in upper case and needed", "answer := upper(input.a)"],
    ["walked into", 'answer if { input.a == "x"; input.a.b == "y" }'],
    ["replaced by a rule", 'r if input.a == "x"\nanswer if r with input.a as "x"'],
    ["replaced from above", 'r if input.a == "x"\nanswer if r with input as {"a": "x"}'],
  ])("but not where it is %s", (_, text) => {
    expect(constantPaths(text)).toEqual([]);
  });

  test("lists every string that it is compared with, however long and many", () => {
    const texts = Array.from({ length: 700 }, (_, index) => `${"long ".repeat(20)}${index}`);
    const clauses = texts.map((text) => `answer if input.a == ${JSON.stringify(text)}`).join("\n");
    const { manifest } = assemblePlan(planOf(`package test\n${clauses}`));
    expect(texts.filter((text) => !Object.hasOwn(manifest.strings, text))).toEqual([]);
  });

  test("and in another case answers as with the text, for long ones and for letters beyond ASCII", async () => {
    const texts = [
      "",
      "btc",
      "BTC",
      "bTc",
      "\u0131",
      "I",
      "i",
      "\u017F",
      "s",
      "S",
      "\u212A",
      "k",
      "\u00DF",
      "ss",
      "\u0130",
      "\u00E9",
      "\u00C9",
      "x".repeat(64),
      "x".repeat(65),
      "X".repeat(65),
      "\u{10FFFF}another string",
    ];
    const values: readonly RegoValue[] = [...texts, ...texts, null, true, 5, ["btc"], { a: 1 }, makeSet([])];
    const questions = [{}, ...values.flatMap((a) => [{ input: { a } }, { input: { a }, strict: true }])];
    const constants = [
      "BTC",
      "btc",
      "I",
      "i",
      "S",
      "s",
      "K",
      "k",
      "SS",
      "\u00C9",
      "\u00E9",
      "X".repeat(64),
      "x".repeat(64),
      "X".repeat(65),
      "",
    ];
    const set = `{${constants.map((text) => JSON.stringify(text)).join(", ")}}`;
    for (const name of ["upper", "lower"]) {
      for (const body of [
        `${name}(input.a) in ${set}`,
        `not ${name}(input.a) in ${set}`,
        `${name}(input.a) == "BTC"`,
        `input.a; ${name}(input.a) != "btc"`,
      ]) {
        await regoAnswers(`package test\nanswer if { ${body} }`, questions);
      }
    }
  });

  test("where one constant is the very string that would stand for all others", async () => {
    const text = "\u{10FFFF}another string";
    const questions = [text, `${text}+`, "x"].map((a) => ({ input: { a } }));
    const evaluations = await regoAnswers(
      `package test\ndefault answer := false\nanswer if input.a == "${text}"`,
      questions,
    );
    expect(evaluations.map((evaluation) => evaluation.kind === "value" && evaluation.value)).toEqual([
      true,
      false,
      false,
    ]);
  });

  test("and answers as with the whole value, for values of every kind", async () => {
    const values: readonly RegoValue[] = [
      null,
      true,
      false,
      0,
      5,
      5.5,
      2n ** 70n,
      "",
      "x",
      "X",
      "x ",
      "\u{10FFFF}another string",
      "y".repeat(1000),
      [],
      ["x"],
      {},
      { x: 1 },
      makeSet([]),
      makeSet(["x"]),
    ];
    const questions = [{}, ...values.map((a) => ({ input: { a } }))];
    const tests = [
      'input.a == "x"',
      'input.a != "x"',
      'input.a == ""',
      "input.a == 5",
      "input.a == null",
      "input.a > 5",
      "input.a <= 5",
      "input.a >= null",
      'input.a in {"x", "y", 5, null}',
      'input.a in ["", false]',
      'not input.a in {"x"}',
      "input.a",
      "not input.a",
      "is_string(input.a)",
      "is_array(input.a)",
      '{"x": 1, "": 2}[input.a]',
      '["p", "q"][input.a]',
    ];
    for (const body of tests) await regoAnswers(`package test\nanswer if { ${body} }`, questions);
    await regoAnswers('package test\nanswer := {"x": 1, "y": [2], "": "z", 5: 5, null: 6}[input.a]', questions);
    await regoAnswers("package test\nanswer := type_name(input.a)", questions);
  });
});

test("functions answer the same for parts of the input and for values of the policy", async () => {
  const text = `package test
named(x) if x == "x"
named(x) if { is_string(x); x != ""; x in {"y", "z"} }
shown(x) := y if { named(x); y := upper(x) }
answer := [named(input.a), {v | some v in ["x", "y", "q", ""]; named(v)}, [shown(v) | some v in ["x", "z"]], {t.b | some t in input.ts; named(t.b)}]
answer := "none" if not named(input.a)`;
  const values: readonly RegoValue[] = ["x", "y", "q", "", "\u{10FFFF}another string", null, 1, ["x"]];
  const questions = values.map((a) => ({ input: { a, ts: values.map((b) => ({ b })) } }));
  await regoAnswers(text, [{}, ...questions]);
});
