import { loadPolicy, type Policy } from "@flyball/engine";
import { canonicalNumber } from "@flyball/engine/values";
import { beforeAll, describe, expect, it } from "vitest";
import { buildModule, functionsNamed } from "./module-builder.ts";

let policy: Policy;
beforeAll(async () => {
  policy = await loadPolicy(buildModule());
});

function throwing(): never {
  throw new Error("the input fights back");
}

/** Each class makes a value that must not get in, wherever it stands. */
const REFUSED: Record<string, () => unknown> = {
  "a function": () => () => 1,
  "a symbol": () => Symbol("s"),
  "a Date": () => new Date(0),
  NaN: () => Number.NaN,
  Infinity: () => Number.POSITIVE_INFINITY,
  "a typed array": () => Uint8Array.of(1),
  "an ArrayBuffer": () => new ArrayBuffer(8),
  "a regular expression": () => /x/,
  "an Error": () => new Error("x"),
  "a Promise": () => Promise.resolve(1),
  "a WeakMap": () => new WeakMap(),
  "a boxed text": () => Object("x"),
  "a boxed number": () => Object(1),
  "a class instance": () => new (class Order {})(),
  "an heir of a plain object": () => Object.create({ amount: 1 }),
  "a lone surrogate": () => "a\ud800b",
  "a lone surrogate in a long text": () => `${"x".repeat(500)}\udc00`,
  "a lone surrogate in a key": () => ({ "\ud800": 1 }),
  "a getter": () => ({
    get amount() {
      return 1;
    },
  }),
  "a getter that throws": () => Object.defineProperty({}, "amount", { get: throwing, enumerable: true }),
  "a getter on an array": () => Object.defineProperty([1, 2], 1, { get: () => 5, enumerable: true }),
  "a setter": () => Object.defineProperty({}, "amount", { set: () => {}, enumerable: true }),
  "a sparse array": () => {
    const array = [1, 2, 3];
    delete array[1];
    return array;
  },
  "a very long sparse array": () => {
    const array: number[] = [];
    array[100_000] = 1;
    return array;
  },
  "an array with undefined": () => [undefined],
  "a set with undefined": () => new Set([undefined]),
  "a map with undefined": () => new Map([["a", undefined]]),
  "a map with an undefined key": () => new Map([[undefined, 1]]),
  "a map with NaN as key": () => new Map([[Number.NaN, 1]]),
  "a proxy that throws": () => new Proxy({ a: 1 }, { getOwnPropertyDescriptor: throwing }),
  "a proxy that throws on its keys": () => new Proxy({ a: 1 }, { ownKeys: throwing }),
  "a proxy that throws on its prototype": () => new Proxy({}, { getPrototypeOf: throwing }),
  "a revoked proxy": () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  "a proxy of a Map": () => new Proxy(new Map(), {}),
  "a proxy of a Set": () => new Proxy(new Set(), {}),
  "an array whose length lies": () =>
    new Proxy([1], { get: (target, key) => (key === "length" ? 3.5 : Reflect.get(target, key)) }),
  "a heir of RegoNumber": () => Object.create(canonicalNumber("1e400") as object),
  "a bigint of a million digits": () => 7n ** 1_200_000n,
  "a cycle": () => {
    const cycle: unknown[] = [];
    cycle.push({ next: cycle });
    return cycle;
  },
  "a cycle through a Map": () => {
    const map = new Map<string, unknown>();
    map.set("self", map);
    return map;
  },
};

const AROUND: Record<string, (value: unknown) => unknown> = {
  alone: (value) => value,
  "in an object": (value) => ({ a: 1, b: value }),
  "in an array": (value) => [1, value],
  "in a Map": (value) => new Map([["k", value]]),
  "in a Set": (value) => new Set([value]),
};

describe("what is no value of Rego", () => {
  it.each(Object.keys(REFUSED))("is refused as input_invalid: %s", (name) => {
    for (const around of Object.values(AROUND)) {
      const evaluation = policy.evaluate(around((REFUSED[name] as () => unknown)()));
      expect(evaluation).toMatchObject({ kind: "fault", code: "input_invalid" });
    }
    expect(policy.evaluate({ fine: true })).toEqual({ kind: "value", value: { fine: true } });
  });

  it("is named with its place", () => {
    expect(policy.evaluate({ orders: [{}, { "the amount": Number.NaN }] })).toEqual({
      kind: "fault",
      code: "input_invalid",
      message: 'input.orders[1]["the amount"]: NaN is no number of Rego',
    });
  });
});

describe("inputs that are large", () => {
  const nested = (depth: number): unknown => {
    let value: unknown = 1;
    for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { k: value };
    return value;
  };

  it("may be nested to the depth limit and no deeper", () => {
    expect(policy.evaluate(nested(512))).toMatchObject({ kind: "value" });
    expect(policy.evaluate(nested(513))).toMatchObject({ kind: "fault", code: "depth_exceeded" });
    expect(policy.evaluate(nested(10_000))).toMatchObject({ kind: "fault", code: "depth_exceeded" });
    expect(policy.evaluate(nested(11), { limits: { depth: 10 } })).toMatchObject({ code: "depth_exceeded" });
    expect(policy.evaluate(nested(1000), { limits: { depth: 1000 } })).toMatchObject({ kind: "value" });
  });

  it("may fill the memory limit and no more", async () => {
    const roomy = await loadPolicy(buildModule({ memory: { min: 1, max: 1024 } }));
    const text = "x".repeat(5_000_000);
    expect(roomy.evaluate(text)).toEqual({ kind: "value", value: text });
    const wide = "é東😀".repeat(600_000);
    expect(roomy.evaluate([wide])).toEqual({ kind: "value", value: [wide] });
    expect(roomy.evaluate(text, { limits: { memoryPages: 64 } })).toMatchObject({
      kind: "fault",
      code: "memory_exhausted",
    });
    expect(policy.evaluate(text)).toMatchObject({ kind: "fault", code: "memory_exhausted" });
    expect(policy.evaluate("after")).toEqual({ kind: "value", value: "after" });
  });

  it("may have 100,000 keys", async () => {
    const roomy = await loadPolicy(buildModule({ memory: { min: 1, max: 1024 } }));
    const object = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, i]));
    expect(roomy.evaluate(object)).toEqual({ kind: "value", value: object });
  });

  it("do not explode where parts are shared", () => {
    let value: unknown = 1;
    for (let i = 0; i < 100; i++) value = [value, value];
    expect(policy.evaluate(value)).toMatchObject({ kind: "fault", code: "memory_exhausted" });
  });
});

describe("an input", () => {
  it("is never changed", () => {
    const input = Object.freeze({ a: Object.freeze([1, Object.freeze({ b: "x" })]), s: Object.freeze(new Set([[1]])) });
    expect(policy.evaluate(input)).toMatchObject({ kind: "value" });
    expect(input).toEqual({ a: [1, { b: "x" }], s: new Set([[1]]) });
  });

  it("cannot evaluate the policy that is reading it", () => {
    let inner: unknown;
    const input = new Proxy(
      { a: 1 },
      {
        ownKeys: (target) => {
          try {
            policy.evaluate({ secret: true });
          } catch (error) {
            inner = error;
          }
          return Reflect.ownKeys(target);
        },
      },
    );
    expect(policy.evaluate(input)).toEqual({ kind: "value", value: { a: 1 } });
    expect(inner).toMatchObject({ code: "evaluation_in_progress" });
  });

  it("meets no intrinsic that was replaced after loading", () => {
    const original = Object.getOwnPropertyDescriptor;
    try {
      Object.getOwnPropertyDescriptor = () => ({ value: "replaced", enumerable: true });
      expect(policy.evaluate({ a: 1 })).toEqual({ kind: "value", value: { a: 1 } });
    } finally {
      Object.getOwnPropertyDescriptor = original;
    }
  });

  it("cannot forge a descriptor through Object.prototype", () => {
    const input = {
      get amount(): number {
        return 1;
      },
    };
    const prototype = Object.prototype as { value?: unknown; enumerable?: unknown };
    try {
      prototype.value = "forged";
      prototype.enumerable = true;
      expect(policy.evaluate(input)).toMatchObject({ code: "input_invalid" });
    } finally {
      delete prototype.value;
      delete prototype.enumerable;
    }
  });
});

describe("hostile evaluations by the thousand", () => {
  it("leave a policy that answers rightly", async () => {
    const many = await loadPolicy(buildModule({ functions: functionsNamed("echo", "trap", "conflict") }));
    const makers = Object.values(REFUSED).filter((_, i) => !Object.keys(REFUSED)[i]?.includes("million"));
    for (let i = 0; i < 20_000; i++) {
      const maker = makers[i % makers.length] as () => unknown;
      expect(many.evaluate({ x: [maker()] }).kind).toBe("fault");
      if (i % 10 === 0) many.evaluate(null, { entrypoint: i % 20 === 0 ? "test/trap" : "test/conflict" });
    }
    expect(many.evaluate({ fine: [1, 2] })).toEqual({ kind: "value", value: { fine: [1, 2] } });
  });
});
