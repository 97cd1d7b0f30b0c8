import {
  compareValues,
  equalValues,
  getKey,
  hasElement,
  makeObject,
  makeSet,
  RegoNumber,
  type RegoValue,
  structuralKey,
  toJson,
  typeName,
} from "@flyball/engine/values";
import { describe, expect, it } from "vitest";

/** Ascending; no two are equal. */
const ASCENDING: readonly RegoValue[] = [
  null,
  false,
  true,
  new RegoNumber("-1e400"),
  -1,
  0,
  new RegoNumber("1e-400"),
  0.1,
  2,
  new RegoNumber("9007199254740993"),
  "",
  "a",
  "a\uffff",
  "a\u{10000}",
  "b",
  [],
  [1],
  [1, 2],
  [2],
  {},
  { a: 1 },
  { a: 1, b: 2 },
  { a: 1, c: 0 },
  { a: 2, b: 0 },
  { b: 0 },
  makeObject([[[1], 1]]),
  new Set<RegoValue>(),
  makeSet([1]),
  makeSet([1, 2]),
  makeSet([2]),
  makeSet([[1]]),
];

describe("the order of values", () => {
  it("is total and as in OPA", () => {
    for (const [i, a] of ASCENDING.entries()) {
      for (const [j, b] of ASCENDING.entries()) {
        expect(`${toJson(a)} ${toJson(b)} ${compareValues(a, b)}`).toBe(
          `${toJson(a)} ${toJson(b)} ${Math.sign(i - j)}`,
        );
        expect(equalValues(a, b)).toBe(i === j);
        expect(structuralKey(a) === structuralKey(b)).toBe(i === j);
      }
    }
  });

  it("takes numbers by value and objects whatever their form", () => {
    expect(equalValues(1n, 1)).toBe(true);
    expect(equalValues(new RegoNumber("1.0"), 1)).toBe(true);
    expect(
      equalValues(
        { b: 1, a: [2] },
        new Map<RegoValue, RegoValue>([
          ["a", [2]],
          ["b", 1n],
        ]),
      ),
    ).toBe(true);
    expect(typeName(new RegoNumber("1"))).toBe("number");
    expect(typeName(new Map())).toBe("object");
  });
});

describe("sets and objects", () => {
  it("hold equal elements once, in order", () => {
    const set = makeSet([[2], "b", 3, [2], 3n, new RegoNumber("3.0"), "a", { x: 1 }, { x: 1 }, null]);
    expect([...set]).toEqual([null, 3, "a", "b", [2], { x: 1 }]);
    expect(hasElement(set, [2])).toBe(true);
    expect(hasElement(set, { x: 1n })).toBe(true);
    expect(hasElement(set, [3])).toBe(false);
    expect(hasElement(new Set<RegoValue>([1n]), 1)).toBe(true);
  });

  it("find composite elements among many", () => {
    const set = makeSet(Array.from({ length: 1000 }, (_, i) => [i, `${i}`]));
    expect(hasElement(set, [999, "999"])).toBe(true);
    expect(hasElement(set, [999, "998"])).toBe(false);
    const map = makeObject(Array.from({ length: 1000 }, (_, i) => [[i], i] as const));
    expect(getKey(map, [500])).toBe(500);
    expect(getKey(map, [1000])).toBeUndefined();
  });

  it("do not confuse a text with a structure that prints alike", () => {
    const set = makeSet(["[1]", [1], "#1;", 1, "1"]);
    expect(set.size).toBe(5);
  });

  it("keep __proto__ as a key and inherit nothing", () => {
    const object = makeObject([
      ["__proto__", { polluted: true }],
      ["a", 1],
    ]);
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    expect(getKey(object, "__proto__")).toEqual({ polluted: true });
    expect(getKey(object, "polluted")).toBeUndefined();
    expect(getKey(object, "constructor")).toBeUndefined();
    expect(getKey({}, "__proto__")).toBeUndefined();
  });

  it("let the last of equal keys count", () => {
    expect(
      makeObject([
        ["a", 1],
        ["a", 2],
      ]),
    ).toEqual({ a: 2 });
    const map = makeObject([
      [1, "x"],
      [1n, "y"],
    ]);
    expect(map).toEqual(new Map([[1, "y"]]));
    expect(getKey(map, new RegoNumber("1.0"))).toBe("y");
  });
});
