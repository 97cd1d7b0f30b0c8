import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { loadBuiltins } from "@flyball/builtins";
import { type Evaluation, loadPolicy, type Policy } from "@flyball/engine";
import { beforeAll, describe, expect, test } from "vitest";
import { meterModule } from "../src/meter/meter-module.ts";
import { UnknownInstruction } from "../src/meter/skip-instruction.ts";
import { POLICY } from "./policy-files.ts";
import { flyball, folderWith } from "./run-flyball.ts";

/** Made by OPA: packages/engine/test/opa/fixtures. */
const OPA_MODULE = new Uint8Array(
  gunzipSync(readFileSync(new URL("../../engine/test/opa/fixtures/trade.wasm.gz", import.meta.url))),
);
const DATA = { limits: { junior: { allow: 5000, review: 10_000 } }, names: {} };

const load = (bytes: Uint8Array, limits = {}): Promise<Policy> =>
  loadPolicy(bytes, { data: DATA, builtins: loadBuiltins, clock: () => 42n, limits });

/** Entrypoint, input, and the fuel that the evaluation takes: the same on every machine and in every version. */
const KNOWN: readonly (readonly [entrypoint: string, input: unknown, fuelUsed: number])[] = [
  ["trade/decision", { role: "junior", amount: 4000 }, 802],
  ["trade/decision", { role: "junior", amount: 9999.99 }, 3642],
  ["trade/decision", {}, 426],
  ["trade/reasons", { role: "nobody", amount: 6000 }, 1262],
  ["trade/squares", { n: 10 }, 98_151],
  ["trade/squares", { n: 20 }, 375_521],
  ["trade/described", { values: [1, 2, 2] }, 941],
  ["trade/conflict", { a: 1, b: 1 }, 1266],
];

let plain: Policy;
let metered: Policy;
beforeAll(async () => {
  plain = await load(OPA_MODULE);
  metered = await load(meterModule(OPA_MODULE));
});

const used = (policy: Policy, entrypoint: string, input: unknown): Evaluation =>
  policy.evaluate(input, { entrypoint, fuelUsed: true });

describe("flyball meter", () => {
  test("gives a module made by OPA a counter, and says how large it became", async () => {
    const folder = folderWith({ "policy.wasm": OPA_MODULE });
    const { status, stdout } = await flyball(folder, "meter", "policy.wasm", "-o", "metered.wasm");
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^metered\.wasm: [\d.]+ KiB, counts its steps \([\d.]+ KiB before\)\n$/),
    });
    expect(new Uint8Array(readFileSync(join(folder, "metered.wasm")))).toEqual(meterModule(OPA_MODULE));
    const json = await flyball(folder, "meter", "policy.wasm", "-o", "metered.wasm", "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({ output: "metered.wasm", before: OPA_MODULE.length });
  });

  test("refuses what is no such module, in one line", async () => {
    const folder = folderWith({
      ...POLICY,
      "text.wasm": "no module",
      "empty.wasm": new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]),
      "metered.wasm": meterModule(OPA_MODULE),
    });
    await flyball(folder, "build", "p", "-d", "p", "-e", "trade/decision");
    for (const [file, reason] of [
      ["text.wasm", /is no WebAssembly module/],
      ["empty.wasm", /was not made by opa build/],
      ["metered.wasm", /counts its steps already/],
      ["policy.wasm", /was made by flyball build/],
      ["absent.wasm", /absent\.wasm/],
    ] as const) {
      const { status, stderr } = await flyball(folder, "meter", file, "-o", "out.wasm");
      expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(reason) });
      expect(stderr.split("\n")).toHaveLength(2);
    }
    expect((await flyball(folder, "meter", "empty.wasm")).stderr).toContain("-o FILE");
  });

  test("refuses instructions whose cost it does not know", () => {
    // A function with memory.fill: its work grows with an operand.
    const fill = [0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 11, 0, 0x0b];
    const module = [
      0,
      97,
      115,
      109,
      1,
      0,
      0,
      0,
      1,
      4,
      1,
      0x60,
      0,
      0,
      3,
      2,
      1,
      0,
      5,
      3,
      1,
      0,
      1,
      10,
      fill.length + 3,
      1,
      fill.length + 1,
      0,
      ...fill,
    ];
    expect(WebAssembly.validate(Uint8Array.from(module))).toBe(true);
    expect(() => meterModule(Uint8Array.from(module))).toThrow(UnknownInstruction);
  });
});

describe("a metered module", () => {
  test("answers what it answered before", () => {
    for (const [entrypoint, input] of KNOWN) {
      expect(metered.evaluate(input, { entrypoint })).toEqual(plain.evaluate(input, { entrypoint }));
    }
  });

  test("takes the same fuel for the same input, however often it is asked", () => {
    for (let round = 0; round < 3; round++) {
      expect(KNOWN.map(([entrypoint, input]) => used(metered, entrypoint, input).fuelUsed)).toEqual(
        KNOWN.map(([, , fuelUsed]) => fuelUsed),
      );
    }
  });

  test("ends at the limit with a fault, and the next evaluation is right", () => {
    const [, input, needed] = [
      "trade/squares",
      { n: 20 },
      used(metered, "trade/squares", { n: 20 }).fuelUsed ?? 0,
    ] as const;
    const answer = plain.evaluate(input, { entrypoint: "trade/squares" });
    for (let i = 0; i < 600; i++) {
      const limited = metered.evaluate(input, {
        entrypoint: "trade/squares",
        limits: { fuel: 2_000 + i },
        fuelUsed: true,
      });
      expect(limited).toMatchObject({ kind: "fault", code: "fuel_exhausted", fuelUsed: 2_000 + i });
    }
    const atLimit = { entrypoint: "trade/squares", limits: { fuel: needed } };
    expect(metered.evaluate(input, atLimit)).toEqual(answer);
    expect(metered.evaluate(input, { ...atLimit, limits: { fuel: needed - 1 } })).toMatchObject({
      code: "fuel_exhausted",
    });
    expect(metered.evaluate({ role: "junior", amount: 1 }, { entrypoint: "trade/decision" })).toEqual({
      kind: "value",
      value: "ALLOW",
    });
  });

  test("pays for what its host built-ins are given", () => {
    const long = (length: number): number => used(metered, "trade/digest", { text: "x".repeat(length) }).fuelUsed ?? 0;
    expect(long(80_000) - long(0)).toBeGreaterThanOrEqual(10_000);
    const limited = metered.evaluate(
      { text: "x".repeat(80_000) },
      { entrypoint: "trade/digest", limits: { fuel: 5_000 } },
    );
    expect(limited).toMatchObject({ kind: "fault", code: "fuel_exhausted" });
  });

  test("keeps its counter to itself: evaluations that take all but everything do not add up", () => {
    for (let i = 0; i < 2_000; i++)
      metered.evaluate({ n: 10 }, { entrypoint: "trade/squares", limits: { fuel: 100_000 } });
    expect(used(metered, "trade/squares", { n: 10 })).toEqual(used(metered, "trade/squares", { n: 10 }));
  });
});
