import { RegoNumber } from "@flyball/engine/values";
import { toPlainValue } from "@flyball/governor";
import { describe, expect, test } from "vitest";

describe("what is plain", () => {
  test("is copied and frozen, all the way down", () => {
    const inner = { list: [1, { deep: true }] };
    const plain = toPlainValue(inner);
    inner.list.push(2);
    expect(plain).toEqual({ ok: true, value: { list: [1, { deep: true }] } });
    if (!plain.ok) return;
    const { list } = plain.value as { list: unknown[] };
    expect([plain.value, list, list[1]].every(Object.isFrozen)).toBe(true);
  });

  test("keeps exact numbers and bigints", () => {
    const exact = new RegoNumber("5000.0000000000000001");
    expect(toPlainValue([exact, 10n])).toEqual({ ok: true, value: [exact, 10n] });
  });

  test("keeps a key __proto__ as data and inherits nothing from it", () => {
    const plain = toPlainValue(JSON.parse('{"__proto__":{"admin":true}}'));
    expect(plain.ok && Object.keys(plain.value as object)).toEqual(["__proto__"]);
    expect(plain.ok && (plain.value as { admin?: unknown }).admin).toBe(undefined);
  });
});

describe("what is not plain is named by its path", () => {
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  const hostile = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error("boo");
      },
    },
  );
  test.each<[string, unknown, (string | number)[], string]>([
    ["NaN", { a: Number.NaN }, ["a"], "is not a finite number"],
    ["a number that nothing can calculate with", { a: 10n ** 4_096n }, ["a"], "has too many digits"],
    ["the same below zero", { a: -(10n ** 4_096n) }, ["a"], "has too many digits"],
    ["Infinity", [1, Number.POSITIVE_INFINITY], [1], "is not a finite number"],
    ["a function", { a: { b: () => 1 } }, ["a", "b"], "is a function"],
    ["undefined", { a: undefined }, ["a"], "is undefined"],
    ["a symbol", [Symbol("x")], [0], "is a symbol"],
    ["a symbol for a key", { [Symbol("x")]: 1 }, [], "has a symbol for a key"],
    ["a date", { at: new Date(0) }, ["at"], "is not a plain object"],
    ["a map", new Map(), [], "is not a plain object"],
    ["a class instance", new (class A {})(), [], "is not a plain object"],
    [
      "an accessor",
      {
        get a() {
          return 1;
        },
      },
      ["a"],
      "is an accessor",
    ],
    ["a hole in a list", Object.assign(Array(2), { 1: 1 }), [0], "is missing"],
    ["half of a surrogate pair", { a: "\ud800" }, ["a"], "holds half of a surrogate pair"],
    ["half of a surrogate pair in a key", { "\udc00": 1 }, ["\udc00"], "has a key with half of a surrogate pair"],
    ["a cycle", cycle, Array(64).fill("self"), "is nested too deeply"],
    ["a proxy that throws", { a: hostile }, ["a"], "cannot be read"],
    ["a look-alike of an exact number", Object.create(RegoNumber.prototype), [], "is not a plain object"],
  ])("%s", (_name, value, path, problem) => {
    expect(toPlainValue(value)).toEqual({ ok: false, path, problem });
  });

  test("a list that claims a length of 2^32 - 1 is refused before it is walked", () => {
    const list: unknown[] = [];
    list.length = 2 ** 32 - 1;
    expect(toPlainValue(list)).toMatchObject({ ok: false, problem: "has too many parts" });
  });

  test("parts are counted across the whole value", () => {
    const wide = Array.from({ length: 400 }, () => Array(400).fill(0));
    expect(toPlainValue(wide)).toMatchObject({ ok: false, problem: "has too many parts" });
  });
});
