import { loadPolicy, type Policy, PolicyLoadError } from "@flyball/engine";
import { describe, expect, it } from "vitest";
import { BODIES, buildModule, DATA, functionsNamed, i32, i64, store32, tagged } from "./module-builder.ts";

const functions = [...functionsNamed("data", "echo", "trap")];

async function load(data?: unknown): Promise<Policy> {
  return await loadPolicy(
    buildModule({ functions, memory: { min: 1, max: 1024 } }),
    data === undefined ? {} : { data },
  );
}

describe("base documents", () => {
  it("are set at load and replaced later", async () => {
    const policy = await load({ roles: { junior: [5000, 10_000] }, unread: Symbol("never looked at") });
    expect(policy.evaluate(null)).toEqual({ kind: "value", value: { junior: [5000, 10_000] } });
    policy.setData({ roles: "other" });
    expect(policy.evaluate(null)).toEqual({ kind: "value", value: "other" });
    policy.setData({});
    expect(policy.evaluate(null)).toEqual({ kind: "undefined" });
    policy.setData(undefined);
    expect(policy.evaluate(null)).toEqual({ kind: "undefined" });
  });

  it("are undefined where none are set", async () => {
    expect((await load()).evaluate(null)).toEqual({ kind: "undefined" });
  });

  it("are replaced all or not at all", async () => {
    const policy = await load({ roles: "first" });
    for (const bad of [
      { roles: [1, Number.NaN] },
      {
        get roles() {
          return 1;
        },
      },
      { roles: "x".repeat(70_000_000) },
    ]) {
      expect(() => policy.setData(bad)).toThrow(PolicyLoadError);
      expect(policy.evaluate(null)).toEqual({ kind: "value", value: "first" });
    }
  });

  it("are there again after an instance was thrown away, also where the values have changed since", async () => {
    const roles = { junior: [1, 2, 3], names: "é".repeat(100_000) };
    const expected = structuredClone(roles);
    const policy = await load({ roles });
    roles.junior.push(4);
    for (let i = 0; i < 50; i++) {
      expect(policy.evaluate(null, { entrypoint: "test/trap" })).toMatchObject({ code: "engine_fault" });
      expect(policy.evaluate(null)).toEqual({ kind: "value", value: expected });
    }
  });

  it("stay what they are whatever inputs follow", async () => {
    const policy = await load({ roles: ["a", "b"] });
    for (let i = 0; i < 100; i++) policy.evaluate({ filler: "x".repeat(i * 1000) }, { entrypoint: "test/echo" });
    expect(policy.evaluate(null)).toEqual({ kind: "value", value: ["a", "b"] });
  });

  it("are told to the module, which may keep something behind them", async () => {
    // data_changed: writes an empty array at HEAP_BASE, puts it into the slot, moves HEAP_BASE up by 16.
    const heapBase = [...i32(16), 0x28, 2, 0];
    const body = [
      ...heapBase,
      ...i32(0),
      0x36,
      2,
      0,
      ...i32(DATA),
      ...heapBase,
      0xad,
      ...i64(tagged(0xfffd, 0)),
      0x84,
      0x37,
      3,
      0,
      ...store32(16, [...heapBase, ...i32(16), 0x6a]),
      ...i32(0),
      0x0b,
    ];
    const policy = await loadPolicy(
      buildModule({
        functions: [
          { export: "data", body: BODIES.data },
          { export: "data_changed", body },
        ],
      }),
      { data: { roles: "x" } },
    );
    expect(policy.evaluate(null)).toEqual({ kind: "value", value: [] });
  });
});
