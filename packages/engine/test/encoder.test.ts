import { compile } from "@flyball/compiler";
import { describe, expect, test } from "vitest";
import { type EncoderModule, type Evaluation, loadPolicy, type Policy, PolicyLoadError } from "../src/index.ts";
import { parseJson } from "../src/values/index.ts";

const POLICY = `package p
default decision := "DENY"
decision := "ALLOW" if {
  input.action in {"buy", "sell", "hold", "swap", "move"}
  input.amount > 0
  upper(input.currency) == "USD"
}
exposure := sum([v | some x in input.positions; x.side == "long"; v := x.quantity * x.price])
deep := [l.note | some p in input.positions; some l in p.lots; l.open]
keyed := {k: v.price | some k, v in input.positions}
inherited := [input.constructor, input.toString, input["__proto__"], input.hasOwnProperty.x]
answer := {"decision": decision, "exposure": exposure, "deep": deep, "keyed": keyed, "name": object.get(input.client, "name", "?")}
odd if input[""] == 1
odd if input["a b"].c == "x"
`;

async function importText(text: string | undefined): Promise<EncoderModule> {
  return (await import(`data:text/javascript;base64,${Buffer.from(text ?? "").toString("base64")}`)) as EncoderModule;
}

const built = compile({ modules: { "p.rego": POLICY }, entrypoints: ["p/answer", "p/odd", "p/inherited"] });

async function policies(): Promise<{ walked: Policy; encoded: Policy }> {
  const bytes = built.wasm as Uint8Array;
  const limits = { memoryPages: 64 };
  return {
    walked: await loadPolicy(bytes, { limits }),
    encoded: await loadPolicy(bytes, { limits, encoder: await importText(built.encoder) }),
  };
}

/** Messages of faults that name a place are compared too; fuel is, since it must not depend on who encoded. */
function answers(policy: Policy, make: () => unknown): readonly Evaluation[] {
  return ["p/answer", "p/odd", "p/inherited"].flatMap((entrypoint) =>
    (["refuse", "read"] as const).map((accessors) =>
      withoutPlace(policy.evaluate(make(), { entrypoint, accessors, fuelUsed: true })),
    ),
  );
}

/** Where foreign code throws, straight-line code does not know the place. */
function withoutPlace(evaluation: Evaluation): Evaluation {
  if (evaluation.kind !== "fault" || !evaluation.message.endsWith("threw an exception")) return evaluation;
  return { ...evaluation, message: "reading the input threw an exception" };
}

const position = { quantity: 2, price: 10.5, side: "long", lots: [{ open: true, note: "n" }] };
const good = {
  action: "buy",
  amount: 10,
  currency: "usd",
  client: { name: "c" },
  positions: [position, { ...position, side: "short" }, { ...position, price: 1e300 }],
};

function withHole(): unknown[] {
  const positions = [position, position, position];
  Reflect.deleteProperty(positions, 1);
  return positions;
}

function withGetter(name: string, base: object): object {
  return Object.defineProperty({ ...base }, name, { get: () => "buy", enumerable: true });
}

const inputs: readonly (readonly [name: string, make: () => unknown])[] = [
  ["a good input", () => good],
  ["keys in another order", () => Object.fromEntries(Object.entries(good).reverse())],
  ["nothing", () => undefined],
  ["null", () => null],
  ["a text", () => "text"],
  ["a number", () => 5],
  ["an array", () => [good]],
  ["an empty object", () => ({})],
  ["an object without a prototype", () => Object.assign(Object.create(null), good)],
  ["an array that claims to be an object", () => Object.setPrototypeOf(Object.assign([1], good), Object.prototype)],
  ["a Map", () => new Map(Object.entries(good))],
  ["a Set", () => new Set(["action", "amount"])],
  ["a class", () => new (class Order {})()],
  ["a Date", () => new Date(0)],
  ["a function", () => () => good],
  ["a symbol", () => Symbol("s")],
  ["a getter", () => withGetter("action", good)],
  ["a setter", () => Object.defineProperty({ ...good }, "amount", { set() {}, enumerable: true })],
  ["a hidden property", () => Object.defineProperty({ ...good }, "currency", { value: "usd", enumerable: false })],
  ["an inherited property", () => Object.create(good)],
  [
    "a getter that throws",
    () => ({
      ...good,
      get amount() {
        throw new Error("no");
      },
    }),
  ],
  ["a proxy", () => new Proxy(good, {})],
  ["a proxy of an array", () => ({ ...good, positions: new Proxy(good.positions, {}) })],
  [
    "a proxy whose length is none",
    () => ({ ...good, positions: new Proxy([], { get: (_, name) => (name === "length" ? -1 : undefined) }) }),
  ],
  [
    "a proxy that throws",
    () =>
      new Proxy(good, {
        getPrototypeOf: () => {
          throw new Error("no");
        },
      }),
  ],
  ["undefined members", () => ({ ...good, action: undefined, positions: undefined })],
  ["NaN", () => ({ ...good, amount: Number.NaN })],
  ["an infinity", () => ({ ...good, amount: Number.POSITIVE_INFINITY })],
  ["-0", () => ({ ...good, amount: -0, positions: [{ ...position, price: -0 }] })],
  ["a long number", () => ({ ...good, amount: 0.1 + 0.2, positions: [{ ...position, price: 2 ** 60 }] })],
  ["a bigint", () => ({ ...good, amount: 10n ** 30n })],
  ["a decimal text", () => ({ ...good, amount: parseJson("1.000000000000000000001") })],
  ["a lone surrogate in a compared text", () => ({ ...good, action: "\ud800" })],
  ["a lone surrogate in upper case", () => ({ ...good, currency: "\udc00" })],
  ["a lone surrogate in a row", () => ({ ...good, positions: [{ ...position, side: "\ud800" }] })],
  ["a long text", () => ({ ...good, action: "x".repeat(5_000_000), currency: "u".repeat(100_000) })],
  ["letters beyond ASCII", () => ({ ...good, currency: "\u017Fd", client: { name: "\u{1F600}" } })],
  ["positions as an object", () => ({ ...good, positions: { b: position, a: { ...position, price: 1 } } })],
  [
    "positions as a Map",
    () => ({
      ...good,
      positions: new Map<unknown, unknown>([
        [2, position],
        ["x", position],
        [1, {}],
      ]),
    }),
  ],
  [
    "positions as a Set",
    () => ({ ...good, positions: new Set([position, { ...position, price: 1 }, { ...position }]) }),
  ],
  [
    "positions of every kind",
    () => ({ ...good, positions: [position, null, 1, "x", [], [1], new Set(["price"]), new Map([["price", 3]]), {}] }),
  ],
  ["a hole", () => ({ ...good, positions: withHole() })],
  ["undefined in an array", () => ({ ...good, positions: [undefined] })],
  [
    "a getter in an array",
    () => ({ ...good, positions: Object.defineProperty([position], 0, { get: () => position, enumerable: true }) }),
  ],
  ["a getter in a row", () => ({ ...good, positions: [position, withGetter("price", position)] })],
  ["a Date in a row", () => ({ ...good, positions: [new Date(0)] })],
  ["a function in a row", () => ({ ...good, positions: [{ ...position, lots: [{ open: true, note: () => 1 }] }] })],
  [
    "a getter in nested rows",
    () => ({ ...good, positions: [position, { ...position, lots: [{ open: true }, withGetter("note", {})] }] }),
  ],
  [
    "own members with inherited names",
    () => JSON.parse('{"constructor": 1, "toString": "x", "__proto__": {"a": 2}, "hasOwnProperty": {"x": 3}}'),
  ],
  ["odd names", () => ({ "": 1, "a b": { c: "x" } })],
  ["more than the memory holds", () => ({ ...good, positions: Array.from({ length: 200_000 }, () => position) })],
  [
    "a cycle",
    () => {
      const client: Record<string, unknown> = {};
      client.self = client;
      return { ...good, client };
    },
  ],
];

describe("an encoder answers as the walker", () => {
  test.each(inputs)("for %s", async (_, make) => {
    const { walked, encoded } = await policies();
    const expected = answers(walked, make);
    expect(answers(encoded, make)).toEqual(expected);
    // Whatever came before, and once inputs count as many-shaped too.
    expect(answers(encoded, make)).toEqual(expected);
    for (let turn = 0; turn < 2_000; turn++) {
      encoded.evaluate({ [`k${turn}`]: 1, ...good }, { accessors: "read" });
    }
    expect(answers(encoded, make)).toEqual(expected);
  });

  test("while Object.prototype and Array.prototype have members of their own", async () => {
    const { walked, encoded } = await policies();
    const make = (): unknown => ({ ...good, action: undefined, positions: [position, {}] });
    const expected = answers(walked, make);
    const objects = Object.getPrototypeOf({}) as object;
    const arrays = Object.getPrototypeOf([]) as unknown[];
    Object.defineProperty(objects, "action", { value: "buy", enumerable: false, configurable: true });
    Object.defineProperty(objects, "price", { get: () => 7, enumerable: false, configurable: true });
    arrays[1] = position;
    try {
      expect(answers(encoded, make)).toEqual(expected);
      const holed = answers(encoded, () => ({ ...good, positions: withHole() }));
      expect(holed[0]).toMatchObject({
        kind: "fault",
        code: "input_invalid",
        message: expect.stringContaining("hole"),
      });
      expect(holed[1]).toMatchObject({ kind: "fault", code: "input_invalid" });
    } finally {
      Reflect.deleteProperty(objects, "action");
      Reflect.deleteProperty(objects, "price");
      arrays.length = 0;
    }
  });
});

describe("an encoder is refused", () => {
  const load = (encoder: unknown): Promise<Policy> =>
    loadPolicy(built.wasm as Uint8Array, { encoder: encoder as EncoderModule });

  test("where it was written for another module", async () => {
    const other = compile({ modules: { "p.rego": "package p\nanswer := input.a" }, entrypoints: ["p/answer"] });
    await expect(load(await importText(other.encoder))).rejects.toMatchObject({
      name: "PolicyLoadError",
      code: "encoder_mismatch",
    });
  });

  test.each([
    ["no module", {}],
    ["one of another version", { version: 99, digests: [], encoders: {} }],
    ["one without encoders", { version: 1, digests: [] }],
  ])("where it is %s", async (_, encoder) => {
    await expect(load(encoder)).rejects.toBeInstanceOf(PolicyLoadError);
  });

  test("but taken for a compiled module by the digest of its manifest", async () => {
    const module = new WebAssembly.Module(built.wasm as Uint8Array<ArrayBuffer>);
    const policy = await loadPolicy(module, { encoder: await importText(built.encoder) });
    expect(policy.evaluate(good)).toMatchObject({ kind: "value", value: { decision: "ALLOW" } });
  });
});
