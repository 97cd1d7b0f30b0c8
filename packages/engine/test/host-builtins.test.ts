import { BuiltinError, type BuiltinFunction, loadPolicy, type Policy } from "@flyball/engine";
import { NumberLimitError, RegoNumber } from "@flyball/engine/values";
import { describe, expect, it } from "vitest";
import { buildModule, functionsNamed } from "./module-builder.ts";

async function load(run: BuiltinFunction, options = {}): Promise<Policy> {
  const bytes = buildModule({
    functions: functionsNamed("host1"),
    imports: [{ module: "builtin", name: "test.f" }],
    manifest: { builtins: [{ name: "test.f", arity: 1 }] },
    memory: { min: 1, max: 256 },
  });
  return await loadPolicy(bytes, { builtins: { "test.f": run }, ...options });
}

describe("a host built-in", () => {
  it("gets canonical values, sets and exact numbers among them, and its answer is the result", async () => {
    const seen: unknown[] = [];
    const policy = await load(([value]) => {
      seen.push(value);
      return value;
    });
    const input = { set: new Set(["a", [1]]), long: new RegoNumber("5000.0000000000000001"), text: "é".repeat(100) };
    expect(policy.evaluate(input)).toEqual({ kind: "value", value: input });
    expect(seen).toEqual([input]);
  });

  it("may answer more than the memory holds at first", async () => {
    const policy = await load(([value]) => [value ?? null, "x".repeat(1_000_000)]);
    expect(policy.evaluate(7)).toEqual({ kind: "value", value: [7, "x".repeat(1_000_000)] });
  });

  it("has no result, or an error, which is undefined unless strict or fatal", async () => {
    expect((await load(() => undefined)).evaluate(1)).toEqual({ kind: "undefined" });
    const failing = await load(() => {
      throw new BuiltinError("not today");
    });
    expect(failing.evaluate(1)).toEqual({ kind: "undefined" });
    expect(failing.evaluate(1, { strictBuiltinErrors: true })).toMatchObject({
      kind: "fault",
      code: "builtin_error",
      message: "test.f: not today",
    });
    const fatal = await load(() => {
      throw new BuiltinError("conflict", { fatal: true });
    });
    expect(fatal.evaluate(1)).toMatchObject({ kind: "fault", code: "builtin_error" });
  });

  it("that throws anything else, or answers what is no value, costs the instance and nothing more", async () => {
    let answer: () => unknown = () => 1;
    const policy = await load((() => answer()) as BuiltinFunction);
    const bad: (() => unknown)[] = [
      () => {
        throw new TypeError("bug");
      },
      () => Number.NaN,
      () => () => 1,
      () => new Date(),
    ];
    for (const each of bad) {
      answer = each;
      expect(policy.evaluate(1)).toMatchObject({ kind: "fault", code: "engine_fault" });
      answer = () => "fine";
      expect(policy.evaluate(1)).toEqual({ kind: "value", value: "fine" });
    }
  });

  it("meets the limits", async () => {
    const policy = await load(() => {
      throw new NumberLimitError("too long");
    });
    expect(policy.evaluate(1)).toMatchObject({ kind: "fault", code: "number_limit" });
    const wide = await load(() => "x".repeat(1_000_000));
    expect(wide.evaluate(1, { limits: { memoryPages: 8 } })).toMatchObject({ kind: "fault", code: "memory_exhausted" });
  });

  it("is paid for by what it is given, before it works", async () => {
    let calls = 0;
    const policy = await load(() => {
      calls++;
      return null;
    });
    expect(policy.evaluate("x".repeat(800), { fuelUsed: true })).toEqual({
      kind: "value",
      value: null,
      fuelUsed: 32 + 1 + 100,
    });
    expect(policy.evaluate([1, 2, [3]], { fuelUsed: true })).toEqual({ kind: "value", value: null, fuelUsed: 32 + 5 });
    expect(calls).toBe(2);
    expect(policy.evaluate("x".repeat(80_000), { limits: { fuel: 1024 } })).toMatchObject({
      kind: "fault",
      code: "fuel_exhausted",
    });
    expect(
      policy.evaluate(
        Array.from({ length: 2000 }, () => 1),
        { limits: { fuel: 1024 } },
      ),
    ).toMatchObject({ code: "fuel_exhausted" });
    expect(calls).toBe(2);
  });

  it("is asked for by own property, and sees one time in one evaluation", async () => {
    const times: (bigint | undefined)[] = [];
    let now = 0n;
    const clock = (): bigint => ++now;
    const policy = await load(
      (_args, environment) => {
        times.push(environment.now, environment.now);
        return null;
      },
      { clock },
    );
    policy.evaluate(1);
    policy.evaluate(1);
    policy.evaluate(1, { now: 77n });
    expect(times).toEqual([1n, 1n, 2n, 2n, 77n, 77n]);
  });

  it("can be granted by a function that is told which the module needs", async () => {
    const asked: (readonly string[])[] = [];
    const bytes = buildModule({
      functions: functionsNamed("host1"),
      imports: [{ module: "builtin", name: "test.f" }],
      manifest: { builtins: [{ name: "test.f", arity: 1 }] },
    });
    const policy = await loadPolicy(bytes, {
      builtins: async (names) => {
        asked.push(names);
        return await Promise.resolve(new Map([["test.f", () => "granted"]]));
      },
    });
    expect(policy.evaluate(1)).toEqual({ kind: "value", value: "granted" });
    expect(asked).toEqual([["test.f"]]);
    await expect(loadPolicy(bytes, { builtins: () => new Map() })).rejects.toMatchObject({ code: "builtin_missing" });
  });

  it("cannot evaluate its own policy", async () => {
    let inner: unknown;
    const policy: Policy = await load(() => {
      try {
        policy.evaluate(1);
      } catch (error) {
        inner = error;
      }
      return "done";
    });
    expect(policy.evaluate(1)).toEqual({ kind: "value", value: "done" });
    expect(inner).toMatchObject({ code: "evaluation_in_progress" });
  });

  it("may replace the base documents under a running evaluation, which ends on the old ones", async () => {
    const policy: Policy = await load(([value]) => {
      policy.setData({ roles: 1 });
      return value;
    });
    expect(policy.evaluate([1, "x"])).toEqual({ kind: "value", value: [1, "x"] });
  });
});
