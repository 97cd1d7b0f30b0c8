import {
  compareValues,
  equalValues,
  isNumber,
  makeObject,
  makeSet,
  objectEntries,
  type RegoValue,
  sortedElements,
  toJson,
} from "@flyball/engine/values";
import { describe, expect, it } from "vitest";
import { loadRuntime, RuntimeFault } from "./load-runtime.ts";
import { random } from "./random-values.ts";

const runtime = loadRuntime();
const SEED = 99;

function expectSame(actual: RegoValue | undefined, wanted: RegoValue | undefined, trial: string): void {
  if (actual === undefined || wanted === undefined) {
    expect(actual, trial).toBe(wanted);
    return;
  }
  expect(equalValues(actual, wanted), `${trial}: got ${toJson(actual)}, want ${toJson(wanted)}`).toBe(true);
}

describe("equality, order and hashes", () => {
  it("agree with each other and with the order of Rego on random values", () => {
    const source = random(SEED);
    for (let i = 0; i < 2_500; i++) {
      runtime.reset();
      const a = source.value(3);
      const b = source.below(4) === 0 ? a : source.value(3);
      const trial = `seed ${SEED}, trial ${i}`;
      const x = runtime.encode(a);
      const y = runtime.encode(b);
      const hashes = [runtime.raw("value_hash", x), runtime.raw("value_hash", y)];
      const order = compareValues(a, b);
      expect(runtime.raw("value_compare", x, y), trial).toBe(Math.sign(order));
      expect(runtime.raw("value_equal", x, y), trial).toBe(order === 0 ? 1 : 0);
      if (typeof a === "string" && typeof b === "string") {
        expect(runtime.raw("string_equal", x, y), trial).toBe(order === 0 ? 1 : 0);
      }
      if (isNumber(b)) expect(runtime.raw("number_compare", x, y), trial).toBe(Math.sign(order));
      if (order === 0) expect(hashes[0], trial).toBe(hashes[1]);
      expect(runtime.raw("value_hash", x), `${trial}: hash after sorting`).toBe(hashes[0]);
      expectSame(runtime.decode(x), a, trial);
    }
  });

  it("orders the types of Rego", () => {
    const ascending: RegoValue[] = [
      null,
      false,
      true,
      -1,
      0,
      0.5,
      1e300,
      "",
      "a",
      "b",
      "\uffff",
      "😀",
      [],
      [1],
      makeObject([]),
      makeSet([]),
    ];
    for (const [i, a] of ascending.entries()) {
      for (const [j, b] of ascending.entries()) {
        runtime.reset();
        expect(runtime.raw("value_compare", runtime.encode(a), runtime.encode(b))).toBe(Math.sign(i - j));
      }
    }
  });
});

describe("collections", () => {
  it("look up by array index, by key and by membership", () => {
    runtime.reset();
    expect(runtime.call("value_get", ["a", "b"], 1)).toBe("b");
    expect(runtime.call("value_get", ["a", "b"], 2)).toBeUndefined();
    expect(runtime.call("value_get", ["a", "b"], -1)).toBeUndefined();
    expect(runtime.call("value_get", ["a", "b"], 0.5)).toBeUndefined();
    expect(runtime.call("value_get", ["a", "b"], "0")).toBeUndefined();
    expect(runtime.call("value_get", ["a"], 18446744073709551616n)).toBeUndefined();
    expect(runtime.call("value_get", { a: 1 }, "a")).toBe(1);
    expect(runtime.call("value_get", { a: 1 }, "b")).toBeUndefined();
    expect(runtime.call("value_get", makeSet([1, 2]), 2)).toBe(2);
    expect(runtime.call("value_get", "abc", 0)).toBeUndefined();
  });

  it.each([1, 8, 9, 30, 3_000])(
    "of %i elements find what is there and nothing else, in heap, constants and prepared documents",
    (size) => {
      const source = random(size);
      const keys = [...makeSet(Array.from({ length: size }, () => source.value(1)))];
      const absent = Array.from({ length: 50 }, () => source.value(1)).filter(
        (key) => !keys.some((k) => equalValues(k, key)),
      );
      for (const place of ["heap", "persistent", "sorted", "prepared"] as const) {
        const fresh = loadRuntime();
        const object = fresh.encode(makeObject(keys.map((key, n) => [key, n])));
        const set = fresh.encode(makeSet(keys));
        if (place === "sorted") {
          fresh.raw("iterate_count", object);
          fresh.raw("iterate_count", set);
        }
        if (place === "prepared") {
          fresh.raw("value_prepare", object);
          fresh.raw("value_prepare", set);
          expect(fresh.fuelUsed).toBe(0);
        }
        if (place !== "heap") fresh.keep();
        for (const key of keys.slice(0, 300)) {
          expect(fresh.decode(fresh.raw("object_get", object, fresh.encode(key)) as bigint)).toBe(keys.indexOf(key));
          expect(fresh.raw("set_has", set, fresh.encode(key))).toBe(1);
        }
        for (const key of absent) expect(fresh.raw("set_has", set, fresh.encode(key)), place).toBe(0);
      }
    },
  );

  it("cost the same fuel whatever an earlier evaluation left in persistent composites", () => {
    const source = random(5);
    const document = runtime.encode(
      makeObject(Array.from({ length: 200 }, (_, n) => [`key ${n} ${source.text()}`, source.value(2)])),
    );
    const fresh = runtime;
    fresh.keep();
    const costs = Array.from({ length: 3 }, () => {
      fresh.reset();
      fresh.raw("iterate_count", document);
      fresh.raw("value_get", document, fresh.encode("key 17 and a long text that is not there"));
      fresh.raw(
        "value_equal",
        document,
        fresh.raw("value_patch", document, fresh.encode(["x"]), fresh.encode(1)) as bigint,
      );
      return fresh.fuelUsed;
    });
    expect(new Set(costs).size).toBe(1);
  });

  it("build sets and objects that are equal whatever the order of insertion", () => {
    const source = random(SEED);
    for (let i = 0; i < 300; i++) {
      runtime.reset();
      const values = Array.from({ length: source.below(60) }, () => source.value(2));
      const trial = `seed ${SEED}, trial ${i}`;
      const set = runtime.raw("set_new", source.below(3)) as bigint;
      const object = runtime.raw("object_new", 0) as bigint;
      for (const value of values) {
        const bits = runtime.encode(value);
        const isNew = runtime.raw("set_has", set, bits) === 0;
        expect(runtime.raw("set_add", set, bits), trial).toBe(isNew ? 1 : 0);
        expect(runtime.raw("object_insert", object, bits, bits), trial).toBe(1);
        expect(runtime.raw("object_insert", object, bits, runtime.encode("other value")), trial).toBe(0);
      }
      expectSame(runtime.decode(set), makeSet(values), trial);
      expectSame(runtime.decode(object), makeObject(values.map((value) => [value, value])), trial);
    }
  });

  it("iterate in order", () => {
    const source = random(SEED);
    for (let i = 0; i < 300; i++) {
      runtime.reset();
      const value = source.value(2);
      const bits = runtime.encode(value);
      const count = runtime.raw("iterate_count", bits) as number;
      const entries = Array.from({ length: count }, (_, n) => [
        runtime.decode(runtime.raw("iterate_key", bits, n) as bigint),
        runtime.decode(runtime.raw("iterate_value", bits, n) as bigint),
      ]);
      const wanted = Array.isArray(value)
        ? value.map((element, n) => [n, element])
        : value instanceof Set
          ? sortedElements(value).map((element) => [element, element])
          : typeof value === "object" && value !== null && runtime.raw("value_type", bits) === 5
            ? objectEntries(value as never).map(([k, v]) => [k, v])
            : [];
      expectSame(entries as RegoValue, wanted as RegoValue, `seed ${SEED}, trial ${i}`);
    }
  });

  it("keep rule heads with several keys apart from values that were handed in", () => {
    runtime.reset();
    const rule = runtime.raw("object_new", 0) as bigint;
    const given = runtime.encode({ a: 1 });
    runtime.raw("object_insert", rule, runtime.encode("x"), given);
    expect(runtime.decode(runtime.raw("object_child", rule, runtime.encode("x")) as bigint)).toBeUndefined();
    const inner = runtime.raw("object_child", rule, runtime.encode("y")) as bigint;
    for (let n = 0; n < 20; n++) runtime.raw("object_insert", inner, runtime.encode(n), runtime.encode(true));
    expect(runtime.raw("object_child", rule, runtime.encode("y"))).toBe(inner);
    expect(runtime.decode(runtime.raw("object_child_set", rule, runtime.encode("y")) as bigint)).toBeUndefined();
    const other = runtime.raw("object_new", 0) as bigint;
    runtime.raw("object_insert", other, runtime.encode("y"), inner);
    expect(runtime.decode(runtime.raw("object_child", other, runtime.encode("y")) as bigint)).toBeUndefined();
    runtime.raw("set_add", runtime.raw("object_child_set", rule, runtime.encode("s")) as bigint, runtime.encode(1));
    expectSame(
      runtime.decode(rule),
      makeObject([
        ["x", { a: 1 }],
        ["y", makeObject(Array.from({ length: 20 }, (_, n) => [n, true]))],
        ["s", makeSet([1])],
      ]),
      "rule",
    );
  });

  it("grow arrays", () => {
    runtime.reset();
    const builder = runtime.raw("array_builder", 0) as number;
    const elements = Array.from({ length: 1_000 }, (_, n) => (n % 7 === 0 ? `text ${n}` : n));
    for (const element of elements) runtime.raw("array_append", builder, runtime.encode(element));
    expect(runtime.decode(runtime.raw("array_finish", builder) as bigint)).toEqual(elements);
  });
});

describe("documents", () => {
  it("are patched along a path without touching the original", () => {
    runtime.reset();
    const cases: [RegoValue | undefined, RegoValue[], RegoValue | undefined, RegoValue | undefined][] = [
      [{ a: { b: 1, c: 2 } }, ["a", "b"], 3, { a: { b: 3, c: 2 } }],
      [{ a: 1 }, ["a", "b"], 3, { a: { b: 3 } }],
      [undefined, ["a", "b"], 3, { a: { b: 3 } }],
      [[1, 2], ["x"], 3, { x: 3 }],
      [{ a: 1 }, [], 3, 3],
      [{ a: 1, b: 2, c: 3 }, ["b"], undefined, { a: 1, c: 3 }],
      [{ a: 1 }, ["b", "c"], undefined, { a: 1 }],
      [undefined, ["a"], undefined, undefined],
    ];
    for (const [document, path, value, want] of cases) {
      const before = runtime.encode(document);
      const result = runtime.raw("value_patch", before, runtime.encode(path), runtime.encode(value)) as bigint;
      expectSame(runtime.decode(result), want, JSON.stringify(path));
      expectSame(runtime.decode(before), document, "the original");
    }
  });

  it("merge deeply, the second over the first", () => {
    runtime.reset();
    expect(runtime.call("object_merge", { a: { b: 1, c: 1 }, d: [1] }, { a: { b: 2 }, d: 2, e: 3 })).toEqual({
      a: { b: 2, c: 1 },
      d: 2,
      e: 3,
    });
    expect(runtime.call("object_merge", { a: 1 }, [1])).toEqual([1]);
  });
});

describe("limits", () => {
  function nested(depth: number): bigint {
    let bits = runtime.encode(1);
    for (let n = 0; n < depth; n++) {
      const array = runtime.encode([0]);
      const builder = runtime.raw("array_builder", 1) as number;
      runtime.raw("array_append", builder, bits);
      bits = runtime.raw("array_finish", builder) as bigint;
      expect(array).not.toBe(bits);
    }
    return bits;
  }

  it.each([
    ["value_equal", 2],
    ["value_compare", 2],
    ["value_hash", 1],
  ])("%s faults beyond the depth limit", (name, arity) => {
    runtime.reset({ depth: 50 });
    const args = Array.from({ length: arity }, () => nested(51));
    expect(() => runtime.raw(name, ...args)).toThrow(expect.objectContaining({ status: 5 }));
    runtime.reset({ depth: 51 });
    const fine = Array.from({ length: arity }, () => nested(51));
    expect(() => runtime.raw(name, ...fine)).not.toThrow();
  });

  it("fault when memory or fuel is out, and leave a document whole that was being sorted", () => {
    runtime.reset({ limit: 70_000 });
    const allocate = (): void => {
      for (let n = 0; n < 1_000; n++) runtime.raw("alloc", 64);
    };
    expect(allocate).toThrow(expect.objectContaining({ status: 4 }));
    runtime.reset();
    const values = Array.from({ length: 100 }, (_, n) => [`a fairly long text to compare ${n % 10}`, n]);
    const set = runtime.encode(makeSet(values));
    runtime.reset({ fuel: 300 });
    expect(() => runtime.raw("iterate_count", set)).toThrow(RuntimeFault);
    expectSame(runtime.decode(set), makeSet(values), "the set");
  });
});
