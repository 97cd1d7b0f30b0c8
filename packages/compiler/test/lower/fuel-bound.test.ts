import { loadPolicy } from "@flyball/engine";
import { RegoNumber, type RegoValue } from "@flyball/engine/values";
import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile.ts";

function compiled(body: string) {
  const { wasm, manifest, diagnostics } = compile({
    modules: { "test.rego": `package test\n${body}` },
    entrypoints: ["test/answer"],
  });
  expect(diagnostics).toEqual([]);
  if (wasm === undefined || manifest === undefined) throw new Error("not compiled");
  return { wasm, bound: manifest.entrypoints[0]?.fuel.bound };
}

const digits = (first: string, count: number): RegoNumber => new RegoNumber(first.padEnd(count, "7"));

/** Values that are dear to compare with. */
const DEAR: readonly RegoValue[] = [
  null,
  true,
  0,
  5,
  5000,
  digits("5", 4096),
  digits("-5", 4096),
  new RegoNumber(`5.${"7".repeat(4095)}`),
  new RegoNumber(`0.${"7".repeat(4096)}`),
  new RegoNumber(`${"7".repeat(4096)}e1000`),
  "",
  "admin",
  "admiN",
  "x".repeat(10_000),
  Array.from({ length: 1000 }, (_, index) => index),
  { a: { b: 1 } },
];

describe("the bound of an entrypoint's fuel", () => {
  test.each([
    ["constant strings", 'answer if { input.a == "admin"; input.b in {"admin", "a long constant text"} }'],
    ["constant numbers", "answer if { input.a > 5; input.b <= 5.5 }"],
    ["small tables", 'answer := {"admin": {"max": 5}, "other": {"max": 7}}[input.a].max if input.b'],
    ["rules that call each other", "a if input.a == 5\nb if { a; input.b >= 5 }\nanswer if { a; b }"],
    ["composites that are made", 'answer := {"a": input.a, "b": [input.a, input.b]}'],
    ["with", 'inner if input.a == "admin"\nanswer if inner with input.a as input.b'],
  ])("is not exceeded with %s", async (_, body) => {
    const { wasm, bound } = compiled(body);
    expect(bound).toBeGreaterThan(0);
    const policy = await loadPolicy(wasm, { limits: { fuel: 1_000_000 } });
    let most = 0;
    for (const a of DEAR) {
      for (const b of DEAR) {
        const { fuelUsed } = policy.evaluate({ a, b }, { fuelUsed: true });
        most = Math.max(most, fuelUsed ?? 0);
      }
    }
    expect(most).toBeLessThanOrEqual(bound ?? 0);
  });

  test.each([
    ["two parts of the input are compared", "answer if input.a == input.b"],
    ["there is a loop", "answer if { some x in input.a; x == 1 }"],
    ["a built-in's cost depends on its argument", 'answer if upper(input.a) == "A"'],
    ["the host computes", 'answer if regex.match("a", input.a)'],
    ["a path is walked inside a part", "answer := [input.a, input.a.b]"],
  ])("does not exist where %s", (_, body) => {
    expect(compiled(body).bound).toBeUndefined();
  });

  test("takes the counting away where it is small", () => {
    const { wasm, bound } = compiled('answer if input.a == "admin"');
    expect(bound).toBeLessThan(1024);
    expect(wasm.length).toBeLessThan(compiled("answer if input.a == input.b").wasm.length);
  });
});
