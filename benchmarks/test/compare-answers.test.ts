import { makeSet, RegoNumber, type RegoValue } from "@flyball/engine/values";
import { describe, expect, it } from "vitest";
import { compareAnswers } from "../src/compare-answers.ts";

const compare = (want: unknown, answer: RegoValue | undefined, setsInAnyOrder = false): number =>
  compareAnswers(answer, { want, index: 0, setsInAnyOrder });

describe("an answer", () => {
  it("is right where it equals the wanted one; sets are wanted as sorted arrays, and null where undefined", () => {
    expect(compare("ALLOW", "ALLOW")).toBe(0);
    expect(compare(null, undefined)).toBe(0);
    expect(compare({ a: [1, { b: ["x", "y"] }] }, { a: [1, { b: makeSet(["y", "x"]) }] })).toBe(0);
    expect(compare({ 1: "x" }, new Map([[1, "x"]]))).toBe(0);
  });

  it.each<[unknown, RegoValue | undefined]>([
    ["ALLOW", "DENY"],
    ["ALLOW", undefined],
    [{ a: 1 }, { a: 1, b: 2 }],
    [{ a: 1, b: 2 }, { a: 1 }],
    [
      [1, 2],
      [2, 1],
    ],
    [1, "1"],
    [{ a: 1 }, [1]],
    [false, null],
    [0.1, 0.1000001],
    ["0.1", 0.1],
  ])("is wrong: wanted %j, got %j", (want, answer) => {
    expect(() => compare(want, answer)).toThrow("wanted");
  });

  it("may differ in digits that a double does not hold, and that is counted", () => {
    expect(compare([0.9940966953519876], [new RegoNumber("0.9940966953519877395345398145888378377")])).toBe(1);
    expect(() => compare([0.99409669535198], [new RegoNumber("0.9940966953519877395345398145888378377")])).toThrow(
      "wanted",
    );
  });

  it("may have its arrays in any order only where that is asked for", () => {
    expect(compare([{ a: 1 }, "x"], ["x", { a: 1 }], true)).toBe(0);
    expect(() => compare([{ a: 1 }, "x"], ["x", { a: 2 }], true)).toThrow("wanted");
  });
});
