import { loadPolicy, type Policy } from "@flyball/engine";
import { describe, expect, it } from "vitest";
import { loadTrade } from "../opa/trade-module.ts";
import { compileHostile } from "./compile-hostile.ts";
import { openHostile } from "./open-hostile.ts";

const SECRET = "swordfish-0815";
const secret = (length: number): string => SECRET.repeat(Math.ceil(length / SECRET.length));

interface Watched {
  readonly policy: Policy;
  /** Where the secret stands in a memory of the policy. */
  readonly found: () => readonly number[];
}

/** Loads a policy and keeps hold of the memories that its modules get. */
async function watch(load: () => Promise<Policy>): Promise<Watched> {
  const memories = new Set<WebAssembly.Memory>();
  const { Instance, Memory } = WebAssembly;
  WebAssembly.Instance = new Proxy(Instance, {
    construct: (target, args) => {
      const instance = new target(...(args as [WebAssembly.Module]));
      if (instance.exports.memory instanceof Memory) memories.add(instance.exports.memory);
      return instance;
    },
  });
  try {
    const policy = await load();
    const found = (): readonly number[] =>
      [...memories].map(({ buffer }) => Buffer.from(buffer).indexOf(SECRET)).filter((at) => at >= 0);
    return { policy, found };
  } finally {
    WebAssembly.Instance = Instance;
  }
}

/** Inputs with the secret in every place, by the entrypoints that read it; among them those that end in a fault. */
const SECRETIVE: readonly (readonly [entrypoint: string, input: unknown])[] = [
  ["hostile/whole", { whole: secret(14) }],
  ["hostile/whole", { whole: { [secret(14)]: 1, deep: [[{ text: secret(5_000) }]] } }],
  ["hostile/whole", { whole: new Set([secret(14), [secret(30)]]) }],
  ["hostile/whole", { whole: new Map<unknown, unknown>([[[secret(14)], { [secret(20)]: secret(100_000) }]]) }],
  ["hostile/whole", { whole: { text: secret(40), bad: Number.NaN } }],
  ["hostile/whole", { whole: [secret(3_000_000), "x".repeat(20_000_000)] }],
  ["hostile/decision", { role: secret(14), amount: 1 }],
  ["hostile/nested", { order: { amount: secret(14) }, rows: [{ name: secret(20) }, {}, { name: secret(60) }] }],
  ["hostile/conflict", { a: secret(14), b: secret(14) }],
  ["hostile/grows", { n: 100, text: secret(1_000_000) }],
  ["hostile/grows", { n: 5_000, text: secret(14) }],
  ["hostile/asked", { ask: secret(14) }],
  ["hostile/product", { x: secret(14), y: 1 }],
  ["hostile/known", { client: secret(14) }],
];

describe("an evaluation", () => {
  it("leaves nothing of its input in the memory for the next one", async () => {
    const { policy, found } = await watch(() => openHostile(compileHostile()));
    for (const accessors of ["refuse", "read"] as const) {
      for (const [entrypoint, input] of SECRETIVE) {
        policy.evaluate(input, { entrypoint, accessors });
        expect(`${entrypoint} left it at ${found().join()}`).toBe(`${entrypoint} left it at `);
        const next = policy.evaluate({ whole: { fine: true } }, { entrypoint: "hostile/whole" });
        expect(next).toEqual({ kind: "value", value: { fine: true } });
      }
    }
  });

  it("leaves nothing where a built-in threw", async () => {
    const { policy, found } = await watch(() => openHostile(compileHostile()));
    for (const ask of ["throws", "fatal", "answers NaN", "error"]) {
      policy.evaluate({ ask, whole: secret(500) }, { entrypoint: "hostile/asked" });
      policy.evaluate({ whole: [secret(500)] }, { entrypoint: "hostile/whole" });
      expect(found()).toEqual([]);
    }
  });

  it("of a module made by OPA leaves nothing of its input either", async () => {
    const { policy, found } = await watch(() => loadTrade());
    const inputs: readonly (readonly [string, unknown])[] = [
      ["trade/whole", { a: secret(14), [secret(20)]: [secret(5_000)] }],
      ["trade/whole", new Set([secret(14), [secret(14)]])],
      ["trade/kinds", { [secret(14)]: secret(14) }],
      ["trade/described", { values: [secret(14), { a: secret(200) }] }],
      ["trade/digest", { text: secret(1_000) }],
      ["trade/conflict", { a: secret(14), b: secret(14) }],
      ["trade/decision", { role: secret(14), amount: 1 }],
      ["trade/whole", { text: secret(14), bad: Number.NaN }],
    ];
    for (const [entrypoint, input] of inputs) {
      policy.evaluate(input, { entrypoint });
      expect(`${entrypoint} left it at ${found().join()}`).toBe(`${entrypoint} left it at `);
    }
  });

  it("is told nothing of another's by its result", async () => {
    const policy = await loadPolicy(await import("../opa/trade-module.ts").then(({ tradeModule }) => tradeModule()), {
      builtins: { "crypto.sha256": () => "", "yaml.marshal": () => "", "time.now_ns": () => 1 },
      clock: () => 0n,
    });
    const own = await openHostile(compileHostile());
    for (let i = 0; i < 200; i++) {
      const length = 1 + ((i * 37) % 900);
      own.evaluate(
        { whole: { secret: secret(length), list: Array.from({ length: i % 9 }, () => secret(20)) } },
        { entrypoint: "hostile/whole" },
      );
      policy.evaluate({ secret: secret(length) }, { entrypoint: "trade/whole" });
      const input = { list: Array.from({ length: i % 7 }, () => ({})), text: "y".repeat(i) };
      const results = [
        own.evaluate({ whole: input }, { entrypoint: "hostile/whole" }),
        policy.evaluate(input, { entrypoint: "trade/whole" }),
      ];
      expect(results).toEqual([
        { kind: "value", value: input },
        { kind: "value", value: input },
      ]);
    }
  });
});
