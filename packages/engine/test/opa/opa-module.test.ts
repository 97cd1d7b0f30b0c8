import { BuiltinError, type Evaluation, loadPolicy, type Policy, PolicyUsageError } from "@flyball/engine";
import { canonicalNumber, makeObject } from "@flyball/engine/values";
import { beforeAll, describe, expect, it } from "vitest";
import { LIMITS, loadTrade, tradeModule } from "./trade-module.ts";

let policy: Policy;
beforeAll(async () => {
  policy = await loadTrade();
});

const ask = (name: string, input?: unknown): Evaluation => policy.evaluate(input, { entrypoint: `trade/${name}` });
const DECISION = { entrypoint: "trade/decision" };
const value = (of: unknown): object => ({ kind: "value", value: of });

describe("a module made by OPA", () => {
  it("is loaded without a word and answers like one of our own", () => {
    expect(policy.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(policy.manifest.entrypoints.map(({ name }) => name)).toContain("trade/decision");
    expect(policy.manifest.builtins.map(({ name }) => name).sort()).toEqual([
      "crypto.sha256",
      "time.now_ns",
      "yaml.marshal",
    ]);
    expect(ask("decision", { role: "junior", amount: 4000 })).toEqual(value("ALLOW"));
    expect(ask("decision", { role: "junior", amount: 5000.01 })).toEqual(value("MANUAL_REVIEW"));
    expect(ask("decision", { role: "senior", amount: 1_000_000.01 })).toEqual(value("DENY"));
    const decide = policy.entrypoint("trade/decision");
    expect(decide({ role: "senior", amount: 500_000 })).toEqual(value("ALLOW"));
    expect(() => policy.entrypoint("trade/nothing")).toThrow(PolicyUsageError);
  });

  it("keeps no input apart from none: falsy ones are inputs", () => {
    for (const input of [false, 0, "", null, []]) {
      expect(ask("whole", input)).toEqual(value(input));
      expect(ask("given", input)).toEqual(value(true));
    }
    expect(ask("whole")).toEqual({ kind: "undefined" });
    expect(ask("given")).toEqual({ kind: "undefined" });
    expect(ask("whole", -0)).toEqual(value(0));
  });

  it("takes every value of the border and gives it back", () => {
    const values = [
      { "": "", "é東😀": '\u0000\n"\\', ["__proto__"]: 1, constructor: null },
      [1, -1, 2 ** 53, -(2 ** 53), 0.1, 1e-7, 1e21, 1.5e300, 5e-324, 9861.65],
      [[], {}, [[[[{ a: [{}] }]]]]],
      "x".repeat(100_000),
      "é東😀".repeat(1000),
      Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`key ${i}`, `value ${i}`])),
    ];
    for (const each of values) expect(ask("whole", each)).toEqual(value(each));
    expect(ask("whole", new Set([1, "a", new Set()]))).toEqual(value(new Set([1, "a", new Set()])));
    const map = new Map<unknown, unknown>([
      ["b", 1],
      [2, [3]],
      [[1], { c: new Set([4]) }],
    ]);
    expect(ask("whole", map)).toEqual(value(makeObject(map as never)));
    expect(ask("whole", new Map([["b", 1]]))).toEqual(value({ b: 1 }));
  });

  it("keeps numbers exact", () => {
    const long = canonicalNumber("12345678901234567890.0123456789");
    expect(ask("whole", [long, 2n ** 64n, 10n])).toEqual(value([long, canonicalNumber("18446744073709551616"), 10]));
    expect(ask("added", { x: 0.1, y: 0.2 })).toEqual(value(0.3));
    expect(ask("added", { x: 9_007_199_254_740_993n, y: 1 })).toEqual(value(canonicalNumber("9007199254740994")));
    expect(ask("sum_of_amounts", { orders: [{ amount: 0.1 }, { amount: 0.2 }, { amount: 1e15 }] })).toEqual(
      value(canonicalNumber("1000000000000000.3")),
    );
    expect(ask("same", { left: 1, right: canonicalNumber("1.000") })).toEqual(value(true));
    expect(ask("same", { left: { a: [1.5, "x"] }, right: { a: [1.5, "x"] } })).toEqual(value(true));
    expect(ask("same", { left: 2n ** 70n, right: 2n ** 70n + 1n })).toEqual(value(false));
  });

  it("keeps sets sets, in results and at the border to built-ins", async () => {
    expect(ask("members", { values: [3, 1, 2, 1, "a"] })).toEqual(value(new Set([1, 2, 3, "a"])));
    expect(ask("keyed", { a: 1, b: 2 })).toEqual(
      value(
        makeObject([
          [["a"], 1],
          [["b"], 2],
        ]),
      ),
    );
    const seen: unknown[] = [];
    const watched = await loadTrade({
      builtins: {
        "yaml.marshal": ([given]) => {
          seen.push(given);
          return new Set([1, [2]]);
        },
        "crypto.sha256": () => "",
        "time.now_ns": () => 0,
      },
    });
    expect(watched.evaluate({ values: [2, 1.5, 2] }, { entrypoint: "trade/described" })).toEqual(
      value(new Set([1, [2]])),
    );
    expect(seen).toEqual([{ values: [2, 1.5, 2], set: new Set([1.5, 2]) }]);
  });

  it("finds keys of the input and of the data, whatever they are made of", () => {
    expect(ask("found", { name: "é" })).toEqual(value("accented"));
    expect(ask("found", { name: "" })).toEqual(value("empty"));
    expect(ask("found", { name: "constructor" })).toEqual({ kind: "undefined" });
    const names = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`${"é".repeat(i % 7)}${i}`, i]));
    expect(ask("kinds", names)).toEqual(value(Object.fromEntries(Object.keys(names).map((name) => [name, "number"]))));
  });

  it("asks the clock once, and the built-ins by their names", async () => {
    expect(ask("now")).toEqual(value(42));
    expect(policy.evaluate(undefined, { entrypoint: "trade/now", now: 7n })).toEqual(value(7));
    expect(ask("digest", { text: "abc" })).toEqual(
      value("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    );
    expect(ask("digest", { text: 1 })).toEqual({ kind: "undefined" });
    expect(policy.evaluate({ text: 1 }, { entrypoint: "trade/digest", strictBuiltinErrors: true })).toMatchObject({
      code: "builtin_error",
    });
    await expect(loadTrade({ builtins: {} })).rejects.toMatchObject({ code: "builtin_missing" });
    await expect(
      loadPolicy(tradeModule(), {
        builtins: { "crypto.sha256": () => "", "yaml.marshal": () => "", "time.now_ns": () => 1 },
      }),
    ).rejects.toMatchObject({ code: "clock_missing" });
  });

  it("replaces base documents, all or nothing", async () => {
    const own = await loadTrade();
    own.setData({ limits: { junior: { allow: 1, review: 2 } } });
    expect(own.evaluate({ role: "junior", amount: 2 }, DECISION)).toMatchObject(value("MANUAL_REVIEW"));
    expect(() => own.setData({ limits: () => 1 })).toThrow(
      expect.objectContaining({ code: "data_invalid", message: "data.limits: a function is no value of Rego" }),
    );
    expect(() => own.setData({ big: "x".repeat(100_000_000) })).toThrow(
      expect.objectContaining({ code: "memory_limit" }),
    );
    expect(own.evaluate({ role: "junior", amount: 2 }, DECISION)).toMatchObject(value("MANUAL_REVIEW"));
    own.setData(undefined);
    expect(own.evaluate({ role: "junior", amount: 2 }, DECISION)).toEqual(value("DENY"));
  });
});

describe("what ends an evaluation of a module made by OPA", () => {
  it("is a fault with its place, for any number of evaluations", () => {
    const conflict = policy.entrypoint("trade/conflict");
    for (let i = 0; i < 3_000; i++) {
      expect(conflict({ a: true, b: true }).kind).toBe("fault");
    }
    expect(ask("conflict", { a: true, b: true })).toEqual({
      kind: "fault",
      code: "policy_conflict",
      message: "var assignment conflict",
      site: { file: "trade.rego", line: 20, column: 1 },
    });
    expect(ask("pairs", { values: [1, 2] })).toMatchObject({
      code: "policy_conflict",
      message: "object insert conflict",
    });
    expect(ask("conflict", { a: true })).toEqual(value(1));
    expect(ask("decision", { role: "junior", amount: 4000 })).toEqual(value("ALLOW"));
  });

  it("may be a built-in that throws, and the next evaluation is right", async () => {
    let run: () => never = () => {
      throw new TypeError("bug");
    };
    const own = await loadTrade({
      builtins: { "crypto.sha256": () => run(), "yaml.marshal": () => "", "time.now_ns": () => 1 },
    });
    const digest = own.entrypoint("trade/digest");
    for (let i = 0; i < 1_000; i++)
      expect(digest({ text: "x" })).toMatchObject({ kind: "fault", code: "engine_fault" });
    run = () => {
      throw new BuiltinError("full stop", { fatal: true });
    };
    for (let i = 0; i < 1_000; i++)
      expect(digest({ text: "x" })).toMatchObject({ code: "builtin_error", message: "crypto.sha256: full stop" });
    expect(own.evaluate({ role: "senior", amount: 1 }, DECISION)).toEqual(value("ALLOW"));
  });

  it("may be memory, of the input, the evaluation or the result", async () => {
    const small = await loadTrade({ limits: { memoryPages: 32 } });
    const fault = { kind: "fault", code: "memory_exhausted" };
    expect(small.evaluate("x".repeat(4_000_000), { entrypoint: "trade/whole" })).toMatchObject(fault);
    expect(small.evaluate({ n: 1_000 }, { entrypoint: "trade/squares" })).toMatchObject(fault);
    expect(small.evaluate({ n: 3 }, { entrypoint: "trade/squares" })).toEqual(value([1, 2, 3, 2, 4, 6, 3, 6, 9]));
    expect(policy.evaluate({ n: 300 }, { entrypoint: "trade/squares", limits: { memoryPages: 40 } })).toMatchObject(
      fault,
    );
    const half = "x".repeat(40_000_000);
    expect(policy.evaluate({ text: half, n: 1 }, { entrypoint: "trade/squares" })).toEqual(value([1]));
    await expect(loadTrade({ limits: { memoryPages: 1 } })).rejects.toMatchObject({ code: "memory_limit" });
  });

  it("may be the input, and nothing of it has been run", () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    let ran = 0;
    const hostile = {
      get amount() {
        return ran++;
      },
    };
    for (const input of [
      Number.NaN,
      () => 1,
      Symbol("s"),
      new Date(0),
      "\ud800",
      cycle,
      hostile,
      { a: new Set([undefined]) },
      Array(2),
      Uint8Array.of(1),
      { "\udc00": 1 },
    ]) {
      expect(ask("whole", input)).toMatchObject({ kind: "fault", code: "input_invalid" });
    }
    expect(ran).toBe(0);
    expect(ask("whole", { a: [{}, { b: Number.NaN }] })).toMatchObject({
      message: "input.a[1].b: NaN is no number of Rego",
    });
    let deep: unknown = 1;
    for (let i = 0; i < 10_000; i++) deep = [deep];
    expect(ask("whole", deep)).toMatchObject({ code: "depth_exceeded" });
    expect(ask("whole", { fine: true })).toEqual(value({ fine: true }));
  });
});

describe("an evaluation of a module made by OPA", () => {
  it("leaves the base documents as they were, whatever the one before did", async () => {
    const own = await loadTrade();
    const before = own.evaluate({ name: "é" }, { entrypoint: "trade/found" });
    for (let i = 0; i < 50; i++) {
      own.evaluate({ a: 1, b: 2 }, { entrypoint: "trade/conflict" });
      own.evaluate({ n: 100 }, { entrypoint: "trade/squares" });
      expect(own.evaluate({ role: "junior", amount: 4000 }, { entrypoint: "trade/reasons" })).toEqual(value(new Set()));
    }
    expect(own.evaluate({ name: "é" }, { entrypoint: "trade/found" })).toEqual(before);
    expect(LIMITS.names.é).toBe("accented");
  });

  it("reads each part of its input once, and writes to none", () => {
    let reads = 0;
    const read = (part: unknown): PropertyDescriptor => ({
      enumerable: true,
      get: () => {
        reads++;
        return part;
      },
    });
    const input = Object.freeze(
      Object.defineProperties({}, { a: read(1), b: read(Object.freeze([Object.freeze({ c: 2 })])) }),
    );
    const evaluation = policy.evaluate(input, { entrypoint: "trade/whole", accessors: "read" });
    expect(evaluation).toEqual(value({ a: 1, b: [{ c: 2 }] }));
    expect(reads).toBe(2);
    const asked: string[] = [];
    const watched = new Proxy(
      { role: "junior", amount: 4000 },
      {
        getOwnPropertyDescriptor: (target, key) => {
          asked.push(`descriptor ${String(key)}`);
          return Reflect.getOwnPropertyDescriptor(target, key);
        },
        get: (target, key) => {
          asked.push(`get ${String(key)}`);
          return Reflect.get(target, key) as unknown;
        },
      },
    );
    expect(ask("whole", watched)).toEqual(value({ role: "junior", amount: 4000 }));
    expect(asked.filter((each) => each.startsWith("get "))).toEqual([]);
  });

  it("counts nothing unless the module does", () => {
    expect(policy.evaluate({ n: 3 }, { entrypoint: "trade/squares", fuelUsed: true })).not.toHaveProperty("fuelUsed");
  });
});
