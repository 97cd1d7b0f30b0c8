/** Hostile evaluations as a table: long because it has a line for each thing that an input, a policy or a built-in can do to an engine. */
import type { EvaluateOptions, Evaluation } from "@flyball/engine";
import { canonicalNumber } from "@flyball/engine/values";

/** What every evaluation of a class answers: a fault, no result, or the value that goes with the input. */
export type Expected = { readonly fault: string } | { readonly value: (input: never) => unknown } | "undefined";

export interface HostileClass {
  readonly entrypoint: string;
  readonly options?: Omit<EvaluateOptions, "entrypoint">;
  /** A new input, or one of a few that are the same for all; `i` counts the evaluations of the class. Of the entrypoint `whole`, what stands at `input.whole`. */
  readonly input: (i: number) => unknown;
  readonly expected: Expected;
  /** Of a million evaluations, in comparison with the other classes; without it 1,000 are enough. */
  readonly weight?: number;
  /** Inputs that are plain data are frozen, so that a write to one of them would throw. */
  readonly plain?: boolean;
}

const invalid = { fault: "input_invalid" } as const;
const same = { value: (input: unknown) => input };

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { k: value };
  return value;
}

const longText = once(() => "x".repeat(5_000_000));
const longWide = once(() => "é東".repeat(1_000_000));
const manyKeys = once(() => Object.fromEntries(Array.from({ length: 1_000_000 }, (_, i) => [`k${i}`, i])));
const deep = once(() => nested(10_000));
const shared = once(() => {
  let value: unknown = 1;
  for (let i = 0; i < 100; i++) value = [value, value];
  return value;
});

function cycle(i: number): unknown {
  const list: unknown[] = [];
  const record: Record<string, unknown> = { list };
  const map = new Map<string, unknown>([["record", record]]);
  list.push([record, map, list, new Map([["list", list]])][i % 4]);
  record.map = map;
  return record;
}

const thrown = (): never => {
  throw new Error("the input fights back");
};

const trap = (i: number): unknown => {
  const handlers: ProxyHandler<object>[] = [
    { getPrototypeOf: thrown },
    { ownKeys: thrown },
    { getOwnPropertyDescriptor: thrown },
    { ownKeys: () => ["a", "a"] },
    { ownKeys: () => 5 as never },
  ];
  return new Proxy({ a: 1 }, handlers[i % handlers.length] as ProxyHandler<object>);
};

const lists = ["Int8", "Uint8", "Float32", "Float64", "BigInt64"] as const;
const typedArray = (i: number): unknown => new globalThis[`${lists[i % lists.length] ?? "Int8"}Array`](4);

/** As long as a name, its place and its answer are the same, what a class does may be anything. */
export const HOSTILE_CLASSES: Readonly<Record<string, HostileClass>> = {
  "a conflict": {
    entrypoint: "conflict",
    input: (i) => ({ a: i, b: true }),
    expected: { fault: "policy_conflict" },
    weight: 12,
    plain: true,
  },
  "exhausted fuel": {
    entrypoint: "loops",
    input: () => ({ n: 300 }),
    expected: { fault: "fuel_exhausted" },
    weight: 4,
    plain: true,
  },
  "exhausted fuel before a large list": {
    entrypoint: "loops",
    input: () => ({ n: 1e9 }),
    expected: { fault: "fuel_exhausted" },
    weight: 4,
    plain: true,
  },
  "exhausted memory": {
    entrypoint: "grows",
    input: () => ({ n: 100, text: longText() }),
    options: { limits: { fuel: 2_000_000_000 } },
    expected: { fault: "memory_exhausted" },
    plain: true,
  },
  "exhausted depth of the input": {
    entrypoint: "whole",
    input: () => nested(600),
    expected: { fault: "depth_exceeded" },
    weight: 1,
    plain: true,
  },
  "exhausted depth of a limit": {
    entrypoint: "whole",
    input: () => nested(11),
    options: { limits: { depth: 10 } },
    expected: { fault: "depth_exceeded" },
    weight: 6,
    plain: true,
  },
  "depth 10,000": { entrypoint: "whole", input: deep, expected: { fault: "depth_exceeded" }, plain: true },
  "parts that are shared 2^100 times": {
    entrypoint: "whole",
    input: shared,
    options: { limits: { memoryPages: 32 } },
    expected: { fault: "memory_exhausted" },
    plain: true,
  },
  "a built-in that answers": {
    entrypoint: "asked",
    input: () => ({ ask: "answer" }),
    expected: { value: () => "here" },
    weight: 6,
    plain: true,
  },
  "a built-in without a result": {
    entrypoint: "asked",
    input: () => ({ ask: "nothing" }),
    expected: "undefined",
    weight: 6,
    plain: true,
  },
  "a built-in with an error": {
    entrypoint: "asked",
    input: () => ({ ask: "error" }),
    expected: "undefined",
    weight: 6,
    plain: true,
  },
  "a built-in with an error, strict": {
    entrypoint: "asked",
    input: () => ({ ask: "error" }),
    options: { strictBuiltinErrors: true },
    expected: { fault: "builtin_error" },
    weight: 6,
    plain: true,
  },
  "a built-in with a fatal error": {
    entrypoint: "asked",
    input: () => ({ ask: "fatal" }),
    expected: { fault: "builtin_error" },
    weight: 6,
    plain: true,
  },
  "a built-in that throws": {
    entrypoint: "asked",
    input: (i) => ({ ask: i % 2 === 0 ? "throws" : "throws a text" }),
    expected: { fault: "engine_fault" },
    weight: 1,
    plain: true,
  },
  "a built-in that answers no value": {
    entrypoint: "asked",
    input: (i) => ({ ask: ["answers a function", "answers NaN", "answers a cycle"][i % 3] }),
    expected: { fault: "engine_fault" },
    weight: 1,
    plain: true,
  },
  cycles: { entrypoint: "whole", input: cycle, expected: invalid },
  getters: {
    entrypoint: "decision",
    input: () => ({
      role: "junior",
      get amount() {
        return 1;
      },
    }),
    expected: invalid,
    weight: 6,
  },
  "getters that throw": {
    entrypoint: "whole",
    input: () => Object.defineProperty({}, "x", { get: thrown, enumerable: true }),
    expected: invalid,
    weight: 6,
  },
  "getters that throw, where they are run": {
    entrypoint: "whole",
    input: () => Object.defineProperty({}, "x", { get: thrown, enumerable: true }),
    options: { accessors: "read" },
    expected: invalid,
    weight: 6,
  },
  "getters that change": {
    entrypoint: "whole",
    input: () => {
      let reads = 0;
      return {
        get first() {
          return ++reads;
        },
        get second() {
          return ++reads;
        },
      };
    },
    options: { accessors: "read" },
    expected: { value: () => ({ first: 1, second: 2 }) },
    weight: 6,
  },
  "getters that add properties": {
    entrypoint: "whole",
    input: () => {
      const growing: Record<string, unknown> = {};
      Object.defineProperty(growing, "a", {
        enumerable: true,
        get: () => {
          for (let i = 0; i < 50; i++) growing[`k${i}`] = i;
          return 1;
        },
      });
      growing.b = 2;
      return growing;
    },
    options: { accessors: "read" },
    expected: { value: () => ({ a: 1, b: 2 }) },
    weight: 2,
  },
  "proxies that throw or lie": { entrypoint: "whole", input: trap, expected: invalid, weight: 6 },
  "proxies of plain objects": {
    entrypoint: "whole",
    input: () => new Proxy({ a: [1] }, {}),
    expected: { value: () => ({ a: [1] }) },
    weight: 4,
  },
  "proxies of Map and Set": {
    entrypoint: "whole",
    input: (i) => new Proxy(i % 2 === 0 ? new Map() : new Set(), {}),
    expected: invalid,
    weight: 4,
  },
  "revoked proxies": {
    entrypoint: "whole",
    input: () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    },
    expected: invalid,
    weight: 4,
  },
  symbols: { entrypoint: "whole", input: () => ({ a: Symbol("s") }), expected: invalid, weight: 6 },
  "properties named by symbols": {
    entrypoint: "whole",
    input: () => ({ a: 1, [Symbol("s")]: () => 1 }),
    expected: { value: () => ({ a: 1 }) },
    weight: 6,
  },
  functions: {
    entrypoint: "nested",
    input: () => ({ order: { amount: () => 1 }, rows: [] }),
    expected: invalid,
    weight: 6,
  },
  "small bigints": {
    entrypoint: "decision",
    input: () => ({ role: "junior", amount: 5000n }),
    expected: { value: () => "ALLOW" },
    weight: 6,
    plain: true,
  },
  "large bigints": {
    entrypoint: "product",
    input: () => ({ x: 2n ** 70n, y: 2n ** 70n }),
    expected: { value: () => canonicalNumber(2n ** 140n) },
    weight: 4,
    plain: true,
  },
  "bigints beyond the limits": { entrypoint: "whole", input: once(() => 7n ** 200_000n), expected: invalid },
  "products beyond the limits": {
    entrypoint: "product",
    input: once(() => ({ x: 10n ** 4_000n + 1n, y: 10n ** 4_000n + 1n })),
    options: { limits: { fuel: 2_000_000_000 } },
    expected: { fault: "number_limit" },
    plain: true,
  },
  dates: { entrypoint: "whole", input: (i) => [new Date(i)], expected: invalid, weight: 6 },
  maps: {
    entrypoint: "decision",
    input: () =>
      new Map<string, unknown>([
        ["role", "junior"],
        ["amount", 1],
      ]),
    expected: { value: () => "ALLOW" },
    weight: 6,
  },
  "maps with equal keys": {
    entrypoint: "whole",
    input: () =>
      new Map<unknown, unknown>([
        [1, 1],
        [1n, 2],
      ]),
    expected: invalid,
    weight: 4,
  },
  "maps and sets that hold what is no value": {
    entrypoint: "whole",
    input: (i) => (i % 2 === 0 ? new Map([[{ a: undefined }, () => 1]]) : new Set([undefined])),
    expected: invalid,
    weight: 4,
  },
  "typed arrays": { entrypoint: "whole", input: (i) => ({ bytes: typedArray(i) }), expected: invalid, weight: 6 },
  "array buffers": {
    entrypoint: "whole",
    input: (i) => (i % 2 === 0 ? new ArrayBuffer(8) : new DataView(new ArrayBuffer(8))),
    expected: invalid,
    weight: 4,
  },
  "sparse arrays": {
    entrypoint: "whole",
    input: (i) => {
      const list = [1, 2, 3, 4];
      delete list[i % 4];
      return list;
    },
    expected: invalid,
    weight: 6,
  },
  "arrays of a length without elements": {
    entrypoint: "whole",
    input: () => Array(1_000_000),
    expected: invalid,
    weight: 1,
  },
  "arrays longer than the memory": {
    entrypoint: "whole",
    input: () => Array(2 ** 32 - 1),
    expected: { fault: "memory_exhausted" },
    weight: 4,
  },
  "lone surrogates": {
    entrypoint: "whole",
    input: (i) => ["\ud800", "a\udc00b", { "\udfff": 1 }, "x".repeat(100).concat("\ud801")][i % 4],
    expected: invalid,
    weight: 6,
  },
  "-0": { entrypoint: "whole", input: () => [-0], expected: { value: () => [0] }, weight: 6, plain: true },
  "NaN and infinities": {
    entrypoint: "decision",
    input: (i) => ({ role: "junior", amount: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY][i % 3] }),
    expected: invalid,
    weight: 6,
  },
  "numbers as long text": {
    entrypoint: "product",
    input: once(() => ({ x: canonicalNumber(`0.${"1".repeat(4_000)}`), y: 0 })),
    expected: { value: () => 0 },
    weight: 1,
    plain: true,
  },
  "strings that look like numbers": {
    entrypoint: "decision",
    input: () => ({ role: "junior", amount: "5000" }),
    expected: { value: () => "DENY" },
    weight: 6,
    plain: true,
  },
  "strings of 5 MB": {
    entrypoint: "decision",
    input: () => ({ role: longText(), amount: 1 }),
    expected: { value: () => "DENY" },
    plain: true,
  },
  "strings of 5 MB, given back": { entrypoint: "whole", input: () => longWide(), expected: same, plain: true },
  "objects of a million keys": { entrypoint: "whole", input: manyKeys, expected: { fault: "memory_exhausted" } },
  "objects of a million keys that nobody reads": {
    entrypoint: "decision",
    input: once(() => ({ ...manyKeys(), role: "junior", amount: 1 })),
    expected: { value: () => "ALLOW" },
  },
  "names of Object.prototype": {
    entrypoint: "whole",
    input: () => JSON.parse('{"__proto__": {"role": "senior"}, "constructor": 1, "hasOwnProperty": null}') as unknown,
    expected: same,
    weight: 6,
    plain: true,
  },
  "inherited properties": {
    entrypoint: "decision",
    input: () => Object.create({ role: "junior", amount: 1 }) as unknown,
    expected: invalid,
    weight: 6,
  },
  "nothing at all": {
    entrypoint: "decision",
    input: () => undefined,
    expected: { value: () => "DENY" },
    weight: 6,
    plain: true,
  },
  "wrong shapes": {
    entrypoint: "nested",
    input: (i) => [null, 1, "x", [], { order: [], rows: {} }, { order: { amount: {} }, rows: "rows" }][i % 6],
    expected: "undefined",
    weight: 6,
    plain: true,
  },
};

/** Whether an evaluation is the one that was expected. */
export function isExpected(evaluation: Evaluation, expected: Expected, equal: (value: unknown) => boolean): boolean {
  if (expected === "undefined") return evaluation.kind === "undefined";
  if ("fault" in expected) return evaluation.kind === "fault" && evaluation.code === expected.fault;
  return evaluation.kind === "value" && equal(evaluation.value);
}
