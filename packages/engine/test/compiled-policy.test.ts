import { loadBuiltins } from "@flyball/builtins";
import { type CompileOptions, compile } from "@flyball/compiler";
import { type LoadPolicyOptions, loadPolicy, type Policy, systemClock } from "@flyball/engine";
import { hasElement, makeSet, RegoNumber, type RegoValue } from "@flyball/engine/values";
import { describe, expect, it } from "vitest";

/** A policy from Rego text, on whatever the real compiler makes of it. */
async function load(
  text: string,
  options: LoadPolicyOptions & Pick<CompileOptions, "frame"> & { readonly builtIn?: CompileOptions["data"] } = {},
): Promise<Policy> {
  const { builtIn, frame, ...loadOptions } = options;
  const { wasm, diagnostics } = compile({
    modules: { "p.rego": text },
    entrypoints: ["p/r"],
    data: builtIn,
    ...(frame === undefined ? {} : { frame }),
  });
  if (wasm === undefined) throw new Error(JSON.stringify(diagnostics));
  return await loadPolicy(wasm, { builtins: loadBuiltins, ...loadOptions });
}

const order = `package p
default r := "DENY"
r := "ALLOW" if { input.role in data.roles; input.amount > 0; input.amount <= 5000 }`;

describe("a compiled policy", () => {
  it("compares money exactly", async () => {
    const policy = await load(order, { data: { roles: ["junior"] } });
    const decide = (amount: unknown): unknown => policy.evaluate({ role: "junior", amount });
    expect(decide(5000)).toEqual({ kind: "value", value: "ALLOW" });
    for (const amount of [new RegoNumber("5000.0000000000000001"), 5000.01, 5001n, 2 ** 53, "1", null, -1, 0]) {
      expect(decide(amount)).toEqual({ kind: "value", value: "DENY" });
    }
    expect(policy.manifest.frame.slots.map(({ path }) => path)).toEqual(expect.arrayContaining([["role"], ["amount"]]));
  });

  it("answers sets in ascending order, whatever the order in which their elements came about", async () => {
    const policy = await load(`package p
r contains x if some x in input.list`);
    const list = [
      { b: 1, a: 2 },
      { a: 2 },
      "z",
      [2],
      { a: 1, c: 0 },
      ...Array.from({ length: 12 }, (_, i) => ({ n: 12 - i })),
      { a: 2, b: 0 },
      "\ud83d\ude00",
      "\uffff",
      { a: 2 },
      3,
    ];
    const evaluation = policy.evaluate({ list });
    const elements = evaluation.kind === "value" ? [...(evaluation.value as ReadonlySet<RegoValue>)] : [];
    expect(elements).toEqual([...makeSet(list)]);
    expect(elements.slice(0, 4)).toEqual([3, "z", "\uffff", "\ud83d\ude00"]);
    expect(
      hasElement(evaluation.kind === "value" ? (evaluation.value as ReadonlySet<RegoValue>) : makeSet([]), { n: 7 }),
    ).toBe(true);
  });

  it("answers the same through the frame and through the general representation", async () => {
    const inputs = [
      undefined,
      null,
      {},
      { role: "junior" },
      { role: "junior", amount: 7 },
      { role: ["x"], amount: 7 },
      new Map<string, unknown>([
        ["role", "junior"],
        ["amount", 3n],
      ]),
      [1],
      "text",
    ];
    const framed = await load(order, { data: { roles: ["junior"] } });
    const general = await load(order, { data: { roles: ["junior"] }, frame: false });
    for (const input of inputs) expect(general.evaluate(input)).toEqual(framed.evaluate(input));
  });

  it("reads base documents, set at load, replaced, restored after a fault, or built in", async () => {
    const text = "package p\nr := x if { some role; data.roles[role].limit >= input.amount; x := role }";
    const data = { roles: Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`role-${i}`, { limit: i }])) };
    const policy = await load(text, { data });
    expect(policy.evaluate({ amount: 199 })).toEqual({ kind: "value", value: "role-199" });
    expect(policy.evaluate({ amount: 198 })).toMatchObject({ kind: "fault", code: "policy_conflict" });
    policy.setData({ roles: { other: { limit: 500 } } });
    expect(policy.evaluate({ amount: 199 })).toEqual({ kind: "value", value: "other" });
    const builtIn = await load(text, { builtIn: data });
    expect(builtIn.evaluate({ amount: 199 })).toEqual({ kind: "value", value: "role-199" });
    expect(() => builtIn.setData({})).toThrow(expect.objectContaining({ code: "data_built_in" }));
  });

  it("looks into documents that the host wrote unsorted", async () => {
    const text =
      'package p\nr := {"has": "k7" in object.keys(input.o), "value": input.o[input.key], "member": input.key in input.s, "min": min(input.s)}';
    const policy = await load(text);
    const o = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${(i * 37) % 50}`, i]));
    const s = new Set(Array.from({ length: 50 }, (_, i) => `k${(i * 23) % 50}`));
    expect(policy.evaluate({ o, s, key: "k7" })).toEqual({
      kind: "value",
      value: { has: true, value: (o as { readonly k7?: number }).k7, member: true, min: "k0" },
    });
  });

  it("keeps sets, numbers and keys of all kinds in its results", async () => {
    const policy = await load(
      'package p\nr := {"s": {1, "a", [2]}, "m": {1: "x", [2]: "y"}, "n": [0.1 + 0.2, 9007199254740993 + 0, 1e400]}',
    );
    expect(policy.evaluate(undefined)).toEqual({
      kind: "value",
      value: {
        s: makeSet([1, "a", [2]]),
        m: new Map<unknown, unknown>([
          [1, "x"],
          [[2], "y"],
        ]),
        n: [0.3, new RegoNumber("9007199254740993"), new RegoNumber("1e400")],
      },
    });
  });

  it("tells where it is in conflict", async () => {
    const policy = await load("package p\nr := 1 if input.a\nr := 2 if input.b");
    expect(policy.evaluate({ a: true, b: true })).toMatchObject({
      kind: "fault",
      code: "policy_conflict",
      site: { file: "p.rego" },
    });
    expect(policy.evaluate({ b: true })).toEqual({ kind: "value", value: 2 });
    expect(policy.evaluate({})).toEqual({ kind: "undefined" });
  });

  it("explains which rules succeeded", async () => {
    const policy = await load("package p\nr contains 1 if input.a\nr contains 2 if input.b\nr contains 3 if input.c");
    const lines = (input: unknown): number[] => policy.explain(input).rules.map(({ line }) => line);
    expect(lines({ a: true, c: true })).toEqual([2, 4]);
    expect(lines({ b: true })).toEqual([3]);
    expect(lines({})).toEqual([]);
  });

  it("takes the time once, from the clock that it was given", async () => {
    const policy = await load("package p\nr := [time.now_ns(), time.now_ns() == time.now_ns()]", {
      clock: systemClock,
    });
    expect(policy.evaluate(undefined, { now: 1_700_000_000_123_456_789n })).toEqual({
      kind: "value",
      value: [new RegoNumber("1700000000123456789"), true],
    });
  });
});

describe("the limits of a compiled policy", () => {
  const loops =
    "package p\nr := count([1 | some i in numbers.range(1, input.n); some j in numbers.range(1, input.n); i == j])";

  it("stop it where the fuel ends, and the next call is right", async () => {
    const policy = await load(loops);
    expect(policy.evaluate({ n: 50 })).toEqual({ kind: "value", value: 50 });
    for (let i = 0; i < 20; i++) {
      expect(policy.evaluate({ n: 5000 }, { limits: { fuel: 100_000 } })).toMatchObject({
        kind: "fault",
        code: "fuel_exhausted",
      });
      expect(policy.evaluate({ n: 50 })).toEqual({ kind: "value", value: 50 });
    }
  });

  it("count the same steps each time", async () => {
    const policy = await load(loops);
    const used = (n: number): number | undefined => policy.evaluate({ n }, { fuelUsed: true }).fuelUsed;
    const first = used(20);
    expect(first).toBeGreaterThan(400);
    expect(used(40)).toBeGreaterThan(2 * (first ?? 0));
    expect(used(20)).toBe(first);
  });

  it("stop it where the memory ends", async () => {
    const policy = await load(
      'package p\nr := [x | some i in numbers.range(1, input.n); x := sprintf("%d%s", [i, input.text])]',
    );
    const input = { n: 1000, text: "x".repeat(10_000) };
    expect(policy.evaluate(input)).toMatchObject({ kind: "value" });
    expect(policy.evaluate(input, { limits: { memoryPages: 64 } })).toMatchObject({
      kind: "fault",
      code: "memory_exhausted",
    });
    expect(policy.evaluate({ n: 1, text: "" }, { limits: { memoryPages: 64 } })).toEqual({
      kind: "value",
      value: ["1"],
    });
  });

  it("stop it where numbers end", async () => {
    const policy = await load("package p\nr := input.a * input.b");
    expect(policy.evaluate({ a: new RegoNumber("1e900000"), b: new RegoNumber("1e900000") })).toMatchObject({
      kind: "fault",
      code: "number_limit",
    });
    expect(policy.evaluate({ a: 2 ** 52, b: 2 ** 52 })).toEqual({
      kind: "value",
      value: new RegoNumber(String(2n ** 104n)),
    });
  });

  it("stop it where nesting ends", async () => {
    let deep: unknown = 1;
    for (let i = 0; i < 400; i++) deep = [deep];
    const policy = await load("package p\nr := input.a == input.b");
    const copy = structuredClone(deep);
    expect(policy.evaluate({ a: deep, b: copy })).toEqual({ kind: "value", value: true });
    expect(policy.evaluate({ a: deep, b: copy }, { limits: { depth: 300 } })).toMatchObject({
      kind: "fault",
      code: "depth_exceeded",
    });
  });

  it("hold for a result that is small in memory and huge when written out", async () => {
    const doubling = Array.from({ length: 20 }, (_, i) => `x${i + 1} := [x${i}, x${i}]`).join("\n");
    const policy = await load(`package p\nx0 := [input.a]\n${doubling}\nr := x20`);
    expect(policy.evaluate({ a: 1 })).toMatchObject({ kind: "fault", code: "memory_exhausted" });
  });
});
