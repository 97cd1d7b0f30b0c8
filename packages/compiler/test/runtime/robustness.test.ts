import { equalValues, makeObject, type RegoValue } from "@flyball/engine/values";
import { describe, expect, it } from "vitest";
import { loadRuntime, RuntimeFault, runtimeExports } from "./load-runtime.ts";
import { random } from "./random-values.ts";

describe("every built-in, with arguments of any kind", () => {
  const names = [...runtimeExports].filter((name) => name.startsWith("b_"));

  it("answers or faults, never traps, however little fuel, memory and depth there is, and is well afterwards", () => {
    const seed = 31_337;
    const source = random(seed);
    const runtime = loadRuntime();
    const check = makeObject(Array.from({ length: 20 }, (_, n) => [`key ${n}`, [n, `${n}`]]));
    for (let i = 0; i < 4_000; i++) {
      const name = source.pick(names);
      const args = Array.from({ length: 3 }, () => (source.below(3) === 0 ? source.below(40) - 10 : source.value(2)));
      runtime.reset();
      const bits = args.map((arg) => runtime.encode(arg));
      runtime.limit({
        fuel: source.pick([3, 30, 300, 1_000_000]),
        bytes: source.pick([0, 64, 1_000, 10_000_000]),
        depth: source.pick([1, 2, 100]),
      });
      try {
        runtime.raw(name, ...bits);
      } catch (error) {
        expect(error, `seed ${seed}, trial ${i}: ${name}`).toBeInstanceOf(RuntimeFault);
      }
      if (i % 50 === 0) {
        runtime.reset();
        expect(equalValues(runtime.decode(runtime.encode(check)) as RegoValue, check)).toBe(true);
        expect(runtime.call("b_json_marshal", check)).toBe(
          JSON.stringify(Object.fromEntries(Object.entries(check).sort(([a], [b]) => (a < b ? -1 : 1)))),
        );
      }
    }
  });

  it("changes none of its arguments", () => {
    const seed = 4_711;
    const source = random(seed);
    const runtime = loadRuntime();
    for (let i = 0; i < 2_000; i++) {
      const name = source.pick(names);
      const args = Array.from({ length: 3 }, () => source.value(2));
      runtime.reset();
      const bits = args.map((arg) => runtime.encode(arg));
      try {
        const result = runtime.raw(name, ...bits) as bigint;
        runtime.decode(result);
      } catch (error) {
        if (!(error instanceof RuntimeFault)) throw error;
      }
      args.forEach((arg, n) => {
        expect(equalValues(runtime.decode(bits[n] ?? 0n) as RegoValue, arg), `seed ${seed}, trial ${i}: ${name}`).toBe(
          true,
        );
      });
    }
  });
});
