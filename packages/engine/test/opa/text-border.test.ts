import { loadBuiltins } from "@flyball/builtins";
import { DEFAULT_LIMITS, type Policy } from "@flyball/engine";
import { canonicalNumber } from "@flyball/engine/values";
import { beforeAll, describe, expect, it } from "vitest";
import { loadOpaModule } from "../../src/opa/load-opa-module.ts";
import { parseValueText } from "../../src/opa/parse-value-text.ts";
import { valueText } from "../../src/opa/value-text.ts";
import { LIMITS, loadTrade, tradeModule } from "./trade-module.ts";

let byLayout: Policy;
let byText: Policy;
beforeAll(async () => {
  byLayout = await loadTrade();
  byText = await loadOpaModule({
    module: await WebAssembly.compile(tradeModule()),
    leastPages: 2,
    digest: "sha256:00",
    limits: DEFAULT_LIMITS,
    grant: loadBuiltins,
    data: LIMITS,
    clock: () => 42n,
    strictBuiltinErrors: false,
    accessors: "refuse",
    textOnly: true,
  });
});

const INPUTS: readonly (readonly [entrypoint: string, input: unknown])[] = [
  ...[undefined, null, false, 0, "", [], {}, -0, 1e21, 5e-324, 2n ** 70n].map((input) => ["whole", input] as const),
  ["whole", { "": '\u0000\n"\\', é: ["東", "😀".repeat(100)], deep: [[[[{}]]]], set: new Set([1, [2], new Set()]) }],
  [
    "whole",
    new Map<unknown, unknown>([
      [1, 2],
      [new Set(["a"]), 3],
    ]),
  ],
  ["decision", { role: "junior", amount: 5000.01 }],
  ["reasons", { role: "nobody", amount: 6000 }],
  ["members", { values: [3, 1, 2, 1.5, "a", { b: [1] }] }],
  ["keyed", { a: 1, b: [2] }],
  ["described", { values: [2, 1] }],
  ["digest", { text: "abc" }],
  ["digest", { text: 1 }],
  ["now", undefined],
  ["conflict", { a: true, b: true }],
  ["pairs", { values: [1, 2] }],
  ["added", { x: canonicalNumber("12345678901234567890.5"), y: 0.25 }],
  ["whole", Number.NaN],
  ["whole", { a: () => 1 }],
];

describe("a module made by OPA with another layout of values", () => {
  it("answers the same by text", () => {
    for (const [name, input] of [...INPUTS, ...INPUTS]) {
      const entrypoint = `trade/${name}`;
      const [want, got] = [byLayout, byText].map((policy) => policy.evaluate(input, { entrypoint }));
      if (want?.kind === "fault" && want.code === "input_invalid")
        expect(got).toMatchObject({ kind: "fault", code: "input_invalid" });
      else expect(got).toEqual(want);
    }
  });
});

describe("the text of a value", () => {
  it("is read back as the value", () => {
    for (const text of [
      "set()",
      "{1}",
      "{{}}",
      "{{1: [2]}, {set(): null}}",
      '{"a": {1, 2}, {3}: "}\\""}',
      "[]",
      "[[], {}]",
      "-1.5e-3",
      ' { "a" : 1 } ',
    ]) {
      const value = parseValueText(text, 8);
      expect(parseValueText(valueText(value), 8)).toEqual(value);
    }
    expect(parseValueText("{1, 2}", 8)).toEqual(new Set([1, 2]));
    expect(parseValueText(`${"{".repeat(60)}${"}".repeat(60)}`, 60)).toBeInstanceOf(Set);
  });

  it("that is none is refused", () => {
    for (const text of [
      "",
      "{",
      "[1",
      "[1 2]",
      "{1: 2, 3}",
      "{1, 2: 3}",
      '"a',
      "nul",
      "1 2",
      "{,}",
      "[[[[1]]]]",
      "set(",
    ]) {
      expect(() => parseValueText(text, 2)).toThrow(SyntaxError);
    }
  });
});
