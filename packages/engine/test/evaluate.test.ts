import { type Evaluation, loadPolicy, type Policy, PolicyUsageError, systemClock } from "@flyball/engine";
import { equalValues, makeObject, makeSet, RegoNumber, type RegoValue } from "@flyball/engine/values";
import { describe, expect, it } from "vitest";
import { BODIES, buildModule, functionsNamed } from "./module-builder.ts";

async function echo(limits = {}): Promise<Policy> {
  return await loadPolicy(buildModule(), { limits });
}

function resultOf(evaluation: Evaluation): RegoValue {
  if (evaluation.kind !== "value") throw new Error(`no value: ${JSON.stringify(evaluation)}`);
  return evaluation.value;
}

describe("a value that goes in and comes out", () => {
  const big = "1234567890".repeat(40);
  it.each<[string, RegoValue]>([
    ["null", null],
    ["true", true],
    ["false", false],
    ["zero", 0],
    ["an integer", -42],
    ["the largest exact integer", 2 ** 53],
    ["the integer after it", 9007199254740993n],
    ["cents", 1234.56],
    ["fourteen digits and a tenth", 12345678901234.5],
    ["fifteen digits and cents", 1234567890123.45],
    ["sixteen digits", 0.1234567890123456],
    ["the sum of 0.1 and 0.2 in doubles", 0.30000000000000004],
    ["a very small number", 5e-324],
    ["a very large number", 1.7976931348623157e308],
    ["22 places", 1e-22],
    ["23 places", 1e-23],
    ["a long number", new RegoNumber(big)],
    ["a long negative fraction", new RegoNumber(`-0.${big}`)],
    ["beyond doubles", new RegoNumber("1e1000000")],
    ["empty text", ""],
    ["text", "ALLOW"],
    ["text of 48 and more characters", "x".repeat(100)],
    ["text that is not ASCII", "naïve 東京 😀"],
    ["long text that is not ASCII", "naïve 東京 😀".repeat(1000)],
    ["an empty array", []],
    ["arrays", [1, [2, [3, []]], "x"]],
    ["an empty object", {}],
    ["objects", { a: 1, b: { c: [true, null] }, "": "" }],
    ["an empty set", makeSet([])],
    ["a set", makeSet([3, "b", [1], null, { x: 1 }])],
    [
      "an object with other keys",
      makeObject([
        [1, "a"],
        [[2], "b"],
        [null, "c"],
      ]),
    ],
  ])("is the same: %s", async (_name, value) => {
    const policy = await echo();
    const result = resultOf(policy.evaluate(value));
    expect(equalValues(result, value)).toBe(true);
  });

  it("keeps __proto__ as a key and text keys in plain objects", async () => {
    const policy = await echo();
    const result = resultOf(policy.evaluate(JSON.parse('{"__proto__": {"a": 1}, "b": 2}')));
    expect(Object.keys(result as object).sort()).toEqual(["__proto__", "b"]);
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
    expect(resultOf(policy.evaluate(new Map([["k", 1]])))).toEqual({ k: 1 });
  });

  it("makes equal elements one and refuses equal keys with different values", async () => {
    const policy = await echo();
    expect(resultOf(policy.evaluate(new Set([1, 1n, [2], [2n], new RegoNumber("1.0")])))).toEqual(new Set([1, [2]]));
    expect(
      resultOf(
        policy.evaluate(
          new Map<unknown, unknown>([
            [[1], "x"],
            [[1n], "x"],
          ]),
        ),
      ),
    ).toEqual(new Map([[[1], "x"]]));
    expect(
      policy.evaluate(
        new Map<unknown, unknown>([
          [1, "x"],
          [1n, "y"],
        ]),
      ),
    ).toMatchObject({ kind: "fault", code: "input_invalid" });
  });

  it("takes false, 0, empty text and null as inputs, and undefined as none", async () => {
    const policy = await echo();
    for (const value of [false, 0, "", null]) expect(policy.evaluate(value)).toEqual({ kind: "value", value });
    expect(policy.evaluate(undefined)).toEqual({ kind: "undefined" });
    expect(Object.is(resultOf(policy.evaluate(-0)), 0)).toBe(true);
  });

  it("leaves out properties without a value, as JSON does", async () => {
    const policy = await echo();
    expect(resultOf(policy.evaluate({ a: undefined, b: 1 }))).toEqual({ b: 1 });
  });

  it("ignores what is not enumerable, inherited or named by a symbol", async () => {
    const policy = await echo();
    const input = Object.defineProperty({ a: 1, [Symbol("s")]: 2 }, "hidden", { value: 3, enumerable: false });
    expect(resultOf(policy.evaluate(input))).toEqual({ a: 1 });
    expect(resultOf(policy.evaluate(Object.assign(Object.create(null), { a: 1 })))).toEqual({ a: 1 });
  });
});

describe("the outcome of an evaluation", () => {
  const names = [
    "allow",
    "object",
    "conflict",
    "fuel",
    "memoryOut",
    "depth",
    "number",
    "builtin",
    "host",
    "unknown",
    "trap",
    "recurse",
    "grow",
    "corrupt",
    "badText",
    "cycle",
    "fuelLeft",
  ] as const;
  const load = (): Promise<Policy> => loadPolicy(buildModule({ functions: functionsNamed("echo", ...names) }));

  it.each([
    ["conflict", "policy_conflict"],
    ["fuel", "fuel_exhausted"],
    ["memoryOut", "memory_exhausted"],
    ["depth", "depth_exceeded"],
    ["number", "number_limit"],
    ["builtin", "builtin_error"],
    ["host", "engine_fault"],
    ["unknown", "engine_fault"],
    ["trap", "engine_fault"],
    ["recurse", "engine_fault"],
    ["corrupt", "engine_fault"],
    ["badText", "engine_fault"],
    ["cycle", "engine_fault"],
  ])("of %s is the fault %s, and the next call is right", async (name, code) => {
    const policy = await load();
    for (let i = 0; i < 600; i++) {
      const evaluation = policy.evaluate({ i }, { entrypoint: `test/${name}` });
      expect(evaluation).toMatchObject({ kind: "fault", code });
    }
    expect(policy.evaluate({ after: [1] })).toEqual({ kind: "value", value: { after: [1] } });
  });

  it("tells the place of a conflict", async () => {
    const policy = await load();
    expect(policy.evaluate(null, { entrypoint: "test/conflict" })).toEqual({
      kind: "fault",
      code: "policy_conflict",
      message: "complete rules must not produce multiple outputs",
      site: { file: "p.rego", line: 3, column: 1 },
    });
  });

  it("shares constants, frozen", async () => {
    const policy = await load();
    const allow = policy.entrypoint("test/allow");
    expect(allow({})).toEqual({ kind: "value", value: "ALLOW" });
    expect(allow({})).toBe(allow({}));
    const object = policy.entrypoint("test/object");
    const first = object({});
    expect(first).toEqual({ kind: "value", value: { ALLOW: true } });
    expect(object({})).toBe(first);
    expect(Object.isFrozen(resultOf(first))).toBe(true);
    // Another kind of value at the same address is another value.
    expect(allow({})).toEqual({ kind: "value", value: "ALLOW" });
  });

  it("survives a module that grows its memory", async () => {
    const policy = await load();
    for (let i = 0; i < 5; i++)
      expect(policy.evaluate(null, { entrypoint: "test/grow" })).toEqual({ kind: "value", value: true });
    expect(policy.evaluate([1])).toEqual({ kind: "value", value: [1] });
  });

  it("carries the fuel used when asked", async () => {
    const policy = await load();
    expect(policy.evaluate(null, { entrypoint: "test/fuelLeft", fuelUsed: true })).toEqual({
      kind: "value",
      value: true,
      fuelUsed: 7,
    });
    expect(policy.evaluate(null, { entrypoint: "test/fuel", fuelUsed: true, limits: { fuel: 2000 } })).toMatchObject({
      fuelUsed: 2000,
    });
  });

  it("is thrown only for misuse", async () => {
    const policy = await load();
    expect(() => policy.evaluate(1, { entrypoint: "test/none" })).toThrow(PolicyUsageError);
    expect(() => policy.entrypoint("__proto__")).toThrow(expect.objectContaining({ code: "unknown_entrypoint" }));
    for (const limits of [
      { fuel: 1023 },
      { fuel: 2 ** 31 },
      { fuel: 1.5 },
      { depth: 0 },
      { depth: 1001 },
      { memoryPages: 0 },
      { fuel: Number.NaN },
    ]) {
      expect(() => policy.evaluate(1, { limits })).toThrow(expect.objectContaining({ code: "limit_out_of_range" }));
    }
  });
});

describe("the clock", () => {
  it("is asked for once where the policy reads it, and can be given for a replay", async () => {
    let calls = 0;
    const clock = (): bigint => {
      calls++;
      return 1_700_000_000_000_000_000n;
    };
    const policy = await loadPolicy(buildModule({ functions: functionsNamed("clock", "allow") }), { clock });
    expect(String(resultOf(policy.evaluate(null)))).toBe("1700000000000000000");
    expect(calls).toBe(1);
    policy.evaluate(null, { entrypoint: "test/allow" });
    expect(calls).toBe(1);
    expect(resultOf(policy.evaluate(null, { now: 5n }))).toBe(5);
    expect(systemClock() > 1_600_000_000_000_000_000n).toBe(true);
  });

  it("must be granted, and must answer a bigint", async () => {
    const bytes = buildModule({ functions: functionsNamed("clock") });
    await expect(loadPolicy(bytes)).rejects.toMatchObject({ code: "clock_missing" });
    const policy = await loadPolicy(bytes, { clock: () => 5 as unknown as bigint });
    expect(() => policy.evaluate(null)).toThrow(expect.objectContaining({ code: "clock_invalid" }));
    expect(() => policy.evaluate(null, { now: 5 as unknown as bigint })).toThrow(
      expect.objectContaining({ code: "clock_invalid" }),
    );
    const throwing = await loadPolicy(bytes, {
      clock: () => {
        throw new Error("no time");
      },
    });
    expect(() => throwing.evaluate(null)).toThrow(expect.objectContaining({ code: "clock_invalid" }));
    expect(resultOf(throwing.evaluate(null, { now: 5n }))).toBe(5);
  });
});

describe("explain", () => {
  it("tells the rules that succeeded in this evaluation", async () => {
    const rule = (id: number) => ({ id, name: `data.p.r${id}`, file: "p.rego", line: id + 1, trace: 8704 + 4 * id });
    const policy = await loadPolicy(
      buildModule({ functions: functionsNamed("rules", "echo"), manifest: { rules: [rule(0), rule(1)] } }),
    );
    expect(policy.explain(null)).toEqual({
      evaluation: { kind: "value", value: true },
      rules: [{ id: 1, name: "data.p.r1", file: "p.rego", line: 2 }],
    });
    expect(policy.explain(Number.NaN, { entrypoint: "test/echo" }).rules).toEqual([]);
  });
});

describe("the read set", () => {
  const slots = [
    { path: ["action", "amount"], slot: 0, as: "value" },
    { path: ["action", "tool"], slot: 1, as: "constant" },
    { path: ["list", 1], slot: 2, as: "value" },
  ] as const;
  const read = (index: number): Promise<Policy> =>
    loadPolicy(
      buildModule({
        functions: [{ export: "e", body: index === 0 ? BODIES.echo : BODIES.second }],
        manifest: {
          frame: { address: 8192, slots },
          entrypoints: [{ name: "e", export: "e", slots: [0, 1, 2], fuel: {}, builtins: [], clock: false }],
        },
      }),
    );

  it("selects own properties, entries of maps and members of sets", async () => {
    const policy = await read(0);
    expect(policy.evaluate({ action: { amount: 5 } })).toEqual({ kind: "value", value: 5 });
    expect(policy.evaluate(new Map([["action", new Map([["amount", [1]]])]]))).toEqual({ kind: "value", value: [1] });
    expect(policy.evaluate({ action: new Set(["amount"]) })).toEqual({ kind: "value", value: "amount" });
    for (const input of [
      undefined,
      null,
      5,
      "action",
      [],
      {},
      { action: null },
      { action: { amount: undefined } },
      { action: [5] },
    ]) {
      expect(policy.evaluate(input)).toEqual({ kind: "undefined" });
    }
  });

  it("inherits nothing", async () => {
    const policy = await read(0);
    const inherited = Object.create({ amount: 5 });
    expect(policy.evaluate({ action: inherited })).toMatchObject({ kind: "fault", code: "input_invalid" });
    class Order {
      amount = 5;
    }
    expect(policy.evaluate({ action: new Order() })).toMatchObject({ kind: "fault", code: "input_invalid" });
    const prototype = Object.prototype as { amount?: number };
    try {
      prototype.amount = 1;
      expect(policy.evaluate({ action: {} })).toEqual({ kind: "undefined" });
    } finally {
      delete prototype.amount;
    }
  });

  it("turns texts that are only compared with constants into one of two addresses", async () => {
    const policy = await read(1);
    expect(policy.evaluate({ action: { tool: "ALLOW" } })).toEqual({ kind: "value", value: "ALLOW" });
    expect(policy.evaluate({ action: { tool: "anything else" } })).toEqual({ kind: "value", value: "?" });
    expect(policy.evaluate({ action: { tool: 7 } })).toEqual({ kind: "value", value: 7 });
    expect(policy.evaluate({ action: { tool: "\ud800" } })).toMatchObject({
      code: "input_invalid",
      message: expect.stringContaining("input.action.tool"),
    });
  });

  it("does not look at anything else", async () => {
    const policy = await read(0);
    const touched: string[] = [];
    const spy = (name: string, target: object): object =>
      new Proxy(target, {
        get: (object, key) => {
          touched.push(`${name}.get ${String(key)}`);
          return Reflect.get(object, key);
        },
        getOwnPropertyDescriptor: (object, key) => {
          touched.push(`${name} ${String(key)}`);
          return Reflect.getOwnPropertyDescriptor(object, key);
        },
      });
    const input = spy("input", { action: spy("action", { amount: 7, other: Number.NaN }), chat: "secret" });
    expect(policy.evaluate(input)).toEqual({ kind: "value", value: 7 });
    expect(touched).toEqual(["input action", "action amount", "action tool", "input list"]);
  });
});
