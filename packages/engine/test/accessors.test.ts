import { compile } from "@flyball/compiler";
import { loadPolicy, type Policy } from "@flyball/engine";
import { RegoNumber } from "@flyball/engine/values";
import { beforeAll, describe, expect, it } from "vitest";
import { buildModule } from "./module-builder.ts";

/** Answers its input: everything is read whole. */
let echo: Policy;
/** Reads two paths, and the rows of a list. */
let frame: Policy;

beforeAll(async () => {
  echo = await loadPolicy(buildModule(), { accessors: "read" });
  const { wasm } = compile({
    modules: {
      "p.rego": `package p
r := {"role": input.role, "first": input.rows[0].a, "sum": sum([row.a | some row in input.list])}`,
    },
    entrypoints: ["p/r"],
  });
  frame = await loadPolicy(wasm as Uint8Array, { accessors: "read" });
});

const value = (text: unknown): unknown => ({ kind: "value", value: text });

describe('accessors: "read"', () => {
  it("runs a getter once, in a path, in an element and in a row", () => {
    let runs = 0;
    const counted = (of: object, name: string, result: unknown): object =>
      Object.defineProperty(of, name, {
        enumerable: true,
        get: () => {
          runs++;
          return result;
        },
      });
    const input = counted({ rows: [counted({}, "a", 7)], list: [counted({}, "a", 1), { a: 2 }] }, "role", "junior");
    expect(frame.evaluate(input)).toEqual(value({ role: "junior", first: 7, sum: 3 }));
    expect(runs).toBe(3);
  });

  it("is refused by default, without running the getter, and can be asked for in a call", () => {
    let runs = 0;
    const input = {
      rows: [{ a: 1 }],
      list: [],
      get role(): string {
        runs++;
        return "junior";
      },
    };
    expect(frame.evaluate(input, { accessors: "refuse" })).toMatchObject({ kind: "fault", code: "input_invalid" });
    expect(runs).toBe(0);
    expect(frame.entrypoint("p/r")(input)).toEqual(value({ role: "junior", first: 1, sum: 0 }));
  });

  it("answers as the default for values of every kind", async () => {
    const refusing = await loadPolicy(buildModule());
    const values = [
      null,
      [],
      {},
      { a: 1, b: undefined, c: { a: [{ a: 1, c: 2 }, { c: 2, a: 1 }, { a: 1 }, { b: {} }] } },
      [1, [2, "x", "é東😀"], 10n ** 30n, new RegoNumber("1e400")],
      new Map<unknown, unknown>([
        ["k", { a: 1 }],
        [1, [2]],
      ]),
      new Set([{ a: 1 }, { a: 2 }]),
      JSON.parse('{"__proto__": {"a": 1}, "toString": 2, "constructor": {"length": 3}}'),
      Object.assign(Object.create(null), { a: 1 }),
      Object.defineProperty({ b: 2 }, "hidden", { value: 1, enumerable: false }),
      Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`key ${i}`, i])),
      Array.from({ length: 20 }, (_, i) => ({ [`${i}.a`]: 1, [`${i}.b`]: { [`${i}.c`]: 2 }, same: 3 })),
      Object.assign({ own: 1 }, { 7: "seven", 1: "one" }),
    ];
    for (const each of values) expect(echo.evaluate(each)).toEqual(refusing.evaluate(each));
  });

  it("knows nothing inherited", () => {
    const polluted = Object.prototype as unknown as Record<string, unknown>;
    const elements = Array.prototype as unknown as Record<number, unknown>;
    try {
      polluted.role = "senior";
      polluted.a = 5;
      elements[0] = { a: 9 };
      expect(frame.evaluate({ rows: [{ a: 1 }], list: [{ b: 1 }] })).toEqual({ kind: "undefined" });
      expect(frame.evaluate({ role: "x", rows: [], list: [] })).toEqual({ kind: "undefined" });
      expect(echo.evaluate({ b: 1 })).toEqual(echo.evaluate(new Map([["b", 1]])));
      const hole: unknown[] = [];
      hole.length = 1;
      expect(echo.evaluate(hole)).toMatchObject({ kind: "fault", code: "input_invalid" });
    } finally {
      delete polluted.role;
      delete polluted.a;
      delete elements[0];
    }
    expect(frame.evaluate({ toString: 1 })).toEqual({ kind: "undefined" });
  });

  it("refuses all else that the default refuses", () => {
    const refused: readonly unknown[] = [
      { a: () => 1 },
      { a: new Date(0) },
      { a: Number.NaN },
      { a: "\ud800" },
      { "\ud800": 1 },
      { a: [undefined] },
      { a: new (class Order {})() },
      Object.create({ a: 1 }),
      {
        get a(): never {
          throw new Error("the input fights back");
        },
      },
      new Proxy({ a: 1 }, { get: () => Symbol("s") }),
    ];
    for (const each of refused) expect(echo.evaluate(each)).toMatchObject({ kind: "fault", code: "input_invalid" });
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    expect(echo.evaluate(cycle)).toMatchObject({ kind: "fault", code: "input_invalid" });
  });

  it("survives getters that change the object under its reader", () => {
    const growing = {
      get a(): number {
        for (let i = 0; i < 50; i++) (this as Record<string, unknown>)[`n${i}`] = i;
        return 1;
      },
      b: 2,
    };
    expect(["value", "fault"]).toContain(echo.evaluate(growing).kind);
    const shrinking: Record<string, unknown> = {
      get a(): number {
        delete shrinking.b;
        return 1;
      },
      b: 2,
    };
    expect(echo.evaluate(shrinking)).toEqual(value({ a: 1 }));
    expect(echo.evaluate({ fine: true })).toEqual(value({ fine: true }));
  });
});
