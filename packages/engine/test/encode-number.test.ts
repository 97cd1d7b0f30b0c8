import { loadPolicy } from "@flyball/engine";
import {
  canonicalNumber,
  compareNumbers,
  numberText,
  RegoNumber,
  type RegoNumeric,
  type RegoValue,
} from "@flyball/engine/values";
import { describe, expect, it } from "vitest";
import { buildModule, FRAME, functionsNamed } from "./module-builder.ts";

/** The 8 bytes that the engine writes for a number, as the module sees them: a double, or the words of a big number. */
async function encoder(): Promise<(value: unknown) => number | number[]> {
  const bytes = buildModule({
    functions: functionsNamed("host1"),
    imports: [{ module: "builtin", name: "test.look" }],
    manifest: { builtins: [{ name: "test.look", arity: 1 }] },
  });
  let memory: WebAssembly.Memory | undefined;
  // The engine instantiates the module itself; its memory is seen through the constructor that makes its views.
  const instantiate = WebAssembly.Instance;
  try {
    WebAssembly.Instance = new Proxy(instantiate, {
      construct: (target, args) => {
        const instance = new target(...(args as [WebAssembly.Module]));
        ({ memory } = instance.exports as { readonly memory?: WebAssembly.Memory });
        return instance;
      },
    });
    let seen: number | number[] = [];
    // After the evaluation nothing of it is left in the memory, so it is looked at from inside.
    const look = ([value]: readonly RegoValue[]): RegoValue | undefined => {
      seen = numberAt(new DataView((memory as WebAssembly.Memory).buffer), FRAME);
      return value;
    };
    const policy = await loadPolicy(bytes, { builtins: { "test.look": look } });
    return (value) => {
      expect(policy.evaluate(value)).toMatchObject({ kind: "value" });
      return seen;
    };
  } finally {
    WebAssembly.Instance = instantiate;
  }
}

function numberAt(view: DataView, at: number): number | number[] {
  if (view.getUint16(at + 6, true) !== 0xfff8) return view.getFloat64(at, true);
  const address = view.getUint32(at, true);
  const limbs = view.getUint32(address + 8, true);
  return [
    view.getInt32(address, true),
    view.getInt32(address + 4, true),
    ...Array.from({ length: limbs }, (_, i) => view.getUint32(address + 16 + 4 * i, true)),
  ];
}

describe("the one representation of a number", () => {
  it.each<[unknown, number | number[]]>([
    [0, 0],
    [-0, 0],
    [2 ** 53, 2 ** 53],
    [-(2 ** 53), -(2 ** 53)],
    [new RegoNumber("9007199254740992"), 2 ** 53],
    [new RegoNumber("9007199254740993"), [1, 0, 254_740_993, 9_007_199]],
    [9007199254740993n, [1, 0, 254_740_993, 9_007_199]],
    [2 ** 53 + 2, [1, 0, 254_740_994, 9_007_199]],
    [-(2n ** 63n), [-1, 0, 854_775_808, 223_372_036, 9]],
    [1e16, [1, 16, 1]],
    [10n ** 16n, [1, 16, 1]],
    [1e15, 1e15],
    [new RegoNumber("1e15"), 1e15],
    [0.1, 0.1],
    [new RegoNumber("0.1"), 0.1],
    [0.1 + 0.2, [1, -17, 4, 30_000_000]],
    [12345678901234.5, 12345678901234.5],
    [123456789012345.6, [1, -1, 890_123_456, 1_234_567]],
    [1e-22, 1e-22],
    [1e-23, [1, -23, 1]],
    [new RegoNumber("-1e-23"), [-1, -23, 1]],
    [1.5e300, [1, 299, 15]],
    [5e-324, [1, -324, 5]],
    [1_700_000_000_000_000_000n, [1, 17, 17]],
  ])("of %s", async (value, expected) => {
    const encode = await encoder();
    expect(encode(value)).toEqual(expected);
  });

  it("is the same for all forms of a number, and comes back as the canonical one", async () => {
    const encode = await encoder();
    const policy = await loadPolicy(buildModule());
    let seed = 7;
    const next = (bound: number): number => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((seed / 2 ** 32) * bound);
    };
    for (let i = 0; i < 3000; i++) {
      const digits = Array.from({ length: 1 + next(24) }, () => next(10))
        .join("")
        .replace(/^0+(?=.)/, "");
      const text = `${next(2) === 0 ? "-" : ""}${digits}e${next(60) - 30}`;
      const canonical = canonicalNumber(text);
      expect(encode(new RegoNumber(text))).toEqual(encode(canonical));
      const back = policy.evaluate(canonical);
      if (back.kind !== "value") throw new Error("no value");
      expect(numberText(back.value as RegoNumeric)).toBe(numberText(canonical));
      expect(compareNumbers(back.value as RegoNumeric, new RegoNumber(text))).toBe(0);
    }
  });

  it("of an integer of 64 bits is that of its decimal text", async () => {
    const encode = await encoder();
    const integers: bigint[] = [];
    for (let bits = 0n; bits < 64n; bits++) {
      for (const near of [-3n, -1n, 0n, 1n, 7n]) integers.push((1n << bits) + near, near - (1n << bits));
    }
    for (let zeros = 0n; zeros < 19n; zeros++) {
      for (const digits of [1n, 3n, 9n, 12_345n, 9_223_372n, 1_700_000_000_123n]) {
        const value = digits * 10n ** zeros;
        integers.push(value, -value, value + 1n, value + 10n);
      }
    }
    for (const integer of integers) expect(encode(integer)).toEqual(encode(new RegoNumber(String(integer))));
  });
});
