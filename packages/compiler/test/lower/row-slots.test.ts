import { makeSet, parseJson, type RegoValue } from "@flyball/engine/values";
import { describe, expect, test } from "vitest";
import { assemblePlan } from "../../src/compile.ts";
import { printModuleIr } from "../../src/function-ir/print-function-ir.ts";
import { runtimeLibrary } from "../../src/link/embedded-library.ts";
import { lowerPlan } from "../../src/lower/lower-plan.ts";
import { planOf, regoAnswers } from "./answers.ts";

/** What the frame says of `input.xs`: the fields of its rows, or undefined where it is taken whole. */
function fieldsOf(text: string): readonly string[] | undefined {
  const { manifest } = assemblePlan(planOf(`package test\n${text}`));
  const slot = manifest.frame.slots.find(({ path }) => path.join(".") === "xs");
  return slot?.rows?.slots.map(({ path, as }) => `${path.join(".")}: ${as}`);
}

/** Elements of every kind, and collections of every kind around them. */
const elements: readonly RegoValue[] = [
  { a: 1, b: "x", c: { d: "deep", e: [1] } },
  { a: 2.5, b: "y" },
  { a: 1, b: "x", c: { d: 7 }, ys: [{ n: 1 }, { n: 2 }, { m: 3 }] },
  { a: parseJson("1180591620717411303424"), b: null, c: "text", ys: { p: { n: 5 } } },
  { a: false, b: false, ys: makeSet([{ n: 4 }, { n: 1 }]) },
  {},
  [],
  ["a"],
  makeSet(["a", "b"]),
  "text",
  5,
  null,
  true,
  new Map<RegoValue, RegoValue>([
    ["a", 9],
    [1, 2],
  ]),
];
const collections: readonly (RegoValue | undefined)[] = [
  undefined,
  null,
  "text",
  5,
  true,
  [],
  {},
  makeSet([]),
  elements,
  Object.fromEntries(elements.map((element, index) => [`k${index * 7919}`, element])),
  { "\u{10000}": elements[0] as RegoValue, "\uFFFF": elements[1] as RegoValue, "": elements[2] as RegoValue },
  makeSet(elements),
  new Map<RegoValue, RegoValue>(elements.map((element, index) => [[index], element])),
];
const questions = collections.map((xs) => ({ input: xs === undefined ? {} : { xs } }));

describe("a collection is taken in rows", () => {
  test.each([
    ["some in", "answer := {x.b | some x in input.xs; x.a > 0}", ["b: value", "a: constant"]],
    ["a wildcard", "answer if input.xs[_].a == 1", ["a: constant"]],
    ["with keys", "answer := {[i, x.a] | some i, x in input.xs}", ["a: value"]],
    ["every", "answer if every x in input.xs { x.a }", ["a: constant"]],
    [
      "from far below",
      "answer := [x.c.d | some x in input.xs; not x.c.z]",
      ["c: present", "c.d: value", "c.z: constant"],
    ],
    ["negated members", "answer := count([1 | some x in input.xs; not x.c.d])", ["c: present", "c.d: constant"]],
    ["nested", "answer := sum([y.n | some x in input.xs; x.a; some y in x.ys])", ["a: constant", "ys: rows"]],
    [
      "nested with members between",
      "answer := [y.n | some x in input.xs; some y in x.c.ys]",
      ["c: present", "c.ys: rows"],
    ],
    [
      "from several rules",
      "p contains x.a if some x in input.xs\nanswer := [p, count(input.xs), [x.b | some x in input.xs]]",
      ["a: value", "b: value"],
    ],
    ["handing members to functions", "f(v) := v + 1\nanswer := [f(x.a) | some x in input.xs]", ["a: value"]],
    ["a member that is iterated whole", "answer := [z | some x in input.xs; some z in x.ys]", ["ys: value"]],
    ["only counted", "answer := count(input.xs)", []],
    ["only walked over", "answer := [1 | some _ in input.xs]", []],
    [
      "compared with each other",
      "answer := {[x.a, y.b] | some x in input.xs; some y in input.xs; x.b == y.b}",
      ["a: value", "b: value"],
    ],
    ["taken whole and in part", "answer := [[x.c, x.c.d] | some x in input.xs]", ["c: value"]],
  ])("%s", async (_, text, fields) => {
    const found = fieldsOf(text);
    expect(found === undefined ? undefined : [...found].sort()).toEqual([...fields].sort());
    await regoAnswers(`package test\n${text}`, questions);
  });
});

describe("a collection is taken whole", () => {
  test.each([
    ["where an element is needed", "answer := [x | some x in input.xs; x.a]"],
    ["where it is needed", "answer := [input.xs, [x.a | some x in input.xs]]"],
    ["where it is given away", "f(xs) := [x.a | some x in xs]\nanswer := f(input.xs)"],
    [
      "where a `with` replaces it",
      'r := [x.a | some x in input.xs]\nanswer := [r, s]\ns := v if v := r with input.xs as [{"a": 7}]',
    ],
    [
      "where a `with` replaces what is around it",
      'r := [x.a | some x in input.xs]\nanswer := s\ns := v if v := r with input as {"xs": [{"a": 7}]}',
    ],
    ["where one element is named", "answer := [input.xs[0].a, [x.a | some x in input.xs]]"],
    ["where a member is looked up by a variable", 'answer := [x[k] | some x in input.xs; some k in ["a", "b"]]'],
    ["where elements are compared", "answer if { some x in input.xs; x == 1 }"],
    ["where its kind matters", "answer := [is_array(input.xs), [x.a | some x in input.xs]]"],
  ])("%s", async (_, text) => {
    expect(fieldsOf(text)).toBeUndefined();
    await regoAnswers(`package test\n${text}`, questions);
  });
});

test("a loop goes from row to row, and reads fields at their places", async () => {
  const text = `package test
answer := {x.b | some x in input.xs; x.c.d == "y"}`;
  const library = { ...runtimeLibrary(), staticEnd: 16_384 };
  const { ir } = lowerPlan(planOf(text), { library, frame: true, maxPages: 16 });
  await expect(printModuleIr(ir)).toMatchFileSnapshot("golden/rows.ir.txt");
});

test("what happens between two steps into an element happens", async () => {
  const text = `package test
seen contains [x.a, "outer"] if {
  some x in input.xs
  c := x.c
  p := count(input.xs)
  p > 0
  not c.missing
}
answer := [seen, {d | some x in input.xs; c := x.c; d := c.d; d != 7}]`;
  await regoAnswers(text, questions);
});

test("wide rows and deep nesting are taken whole, and answer the same", async () => {
  const wide = Array.from({ length: 300 }, (_, index) => `x.f${index} == ${index}`).join("; ");
  const input = { xs: [Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`f${index}`, index]))] };
  expect(fieldsOf(`answer if { some x in input.xs; ${wide} }`)).toBeUndefined();
  await regoAnswers(`package test\nanswer if { some x in input.xs; ${wide} }`, [{ input }]);
  let deep: RegoValue = { n: 1 };
  const loops = ["some x0 in input.xs"];
  for (let level = 1; level < 12; level++) {
    loops.push(`some x${level} in x${level - 1}.xs`);
    deep = { xs: [deep, deep] };
  }
  await regoAnswers(`package test\nanswer := count([x11.n | ${loops.join("; ")}])`, [{ input: { xs: [deep] } }]);
});
