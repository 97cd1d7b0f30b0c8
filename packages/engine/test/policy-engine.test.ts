import { compile } from "@flyball/compiler";
import { type Evaluation, loadPolicy, PolicyEngine, PolicyLoadError, type ShadowDifference } from "@flyball/engine";
import { describe, expect, it } from "vitest";
import { buildModule, functionsNamed } from "./module-builder.ts";

/** A policy that tells its own version and that of its base documents. */
function versioned(version: number): Uint8Array<ArrayBuffer> {
  const source = `package v\ndecision := {"module": ${version}, "data": data.version, "amount": input.amount}\nother := 1 if input.amount > ${version}`;
  const { wasm } = compile({ modules: { "v.rego": source }, entrypoints: ["v/decision", "v/other"] });
  return wasm as Uint8Array<ArrayBuffer>;
}

const answered = (evaluation: Evaluation): unknown => (evaluation.kind === "value" ? evaluation.value : evaluation);

describe("PolicyEngine", () => {
  const allow = buildModule({ functions: functionsNamed("allow") });
  const echo = buildModule();

  it("exchanges the policy between two evaluations, and back", async () => {
    const engine = new PolicyEngine(await loadPolicy(echo));
    expect(engine.evaluate(1)).toEqual({ kind: "value", value: 1 });
    const loaded = await engine.load(allow);
    expect(engine.current).toBe(loaded);
    expect(engine.evaluate(1)).toEqual({ kind: "value", value: "ALLOW" });
    engine.rollback();
    expect(engine.evaluate(1)).toEqual({ kind: "value", value: 1 });
    engine.rollback();
    expect(engine.evaluate(1)).toEqual({ kind: "value", value: "ALLOW" });
  });

  it("shows each evaluation entirely the old policy or entirely the new one, module and data, while thousands run", async () => {
    const engine = new PolicyEngine(await loadPolicy(versioned(0), { data: { version: 0 } }));
    const decide = engine.entrypoint("v/decision");
    const modules = Array.from({ length: 8 }, (_, i) => versioned(i + 1));
    const loads = { done: false };
    const seen = new Map<number, number>();
    const evaluating = (async () => {
      for (let i = 0; !loads.done; i++) {
        for (const evaluation of [decide({ amount: i }), engine.evaluate({ amount: i })]) {
          const { module, data, amount } = answered(evaluation) as Record<string, number>;
          expect([data, amount]).toEqual([module, i]);
          seen.set(module ?? -1, (seen.get(module ?? -1) ?? 0) + 1);
        }
        if (i % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    for (const [i, wasm] of modules.entries()) {
      await engine.load(wasm, { data: { version: i + 1 } });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    loads.done = true;
    await evaluating;
    expect([...seen.keys()]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect([...seen.values()].reduce((sum, each) => sum + each, 0)).toBeGreaterThan(1_000);
  });

  it("keeps the current policy where a candidate fails, whatever the reason", async () => {
    const engine = new PolicyEngine(await loadPolicy(versioned(1), { data: { version: 1 } }), {
      entrypoints: ["v/decision"],
      selfTests: [{ name: "small amounts", input: { amount: 1 }, options: { entrypoint: "v/other" }, want: undefined }],
    });
    const good = versioned(2);
    const reject = async (): Promise<void> => await Promise.reject(new Error("not accepted"));
    const failing: [string, () => Promise<unknown>][] = [
      ["module_invalid", () => engine.load(good.slice(0, 40))],
      ["memory_limit", () => engine.load(good, { limits: { memoryPages: 1 }, data: { version: "x".repeat(70_000) } })],
      ["data_invalid", () => engine.load(good, { data: { version: () => 1 } })],
      ["entrypoint_missing", () => engine.load(echo)],
      ["entrypoint_missing", () => engine.load(good, { data: {}, entrypoints: ["v/decision", "v/third"] })],
      ["self_test_failed", () => engine.load(versioned(0), { data: { version: 0 } })],
      ["self_test_failed", () => engine.load(good, { selfTests: [{ name: "x", input: {}, want: null }] })],
    ];
    for (const [code, load] of failing) await expect(load()).rejects.toMatchObject({ name: "PolicyLoadError", code });
    await expect(engine.load(good, { accept: reject })).rejects.toThrow("not accepted");
    const lacking = await loadPolicy(echo);
    expect(() => engine.swap(lacking)).toThrow(expect.objectContaining({ code: "entrypoint_missing" }));
    expect(answered(engine.evaluate({ amount: 5 }))).toEqual({ module: 1, data: 1, amount: 5 });
    expect(() => engine.rollback()).toThrow(expect.objectContaining({ code: "nothing_to_restore" }));
    expect(() => new PolicyEngine(lacking, { entrypoints: ["v/decision"] })).toThrow(PolicyLoadError);
  });

  it("lets no load that was overtaken undo a later one", async () => {
    const engine = new PolicyEngine(await loadPolicy(versioned(0), { data: { version: 0 } }));
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = engine.load(versioned(1), { data: { version: 1 }, accept: () => held });
    await engine.load(versioned(2), { data: { version: 2 } });
    release();
    await expect(slow).rejects.toMatchObject({ code: "superseded" });
    expect(answered(engine.evaluate({ amount: 1 }))).toMatchObject({ module: 2, data: 2 });
  });

  it("asks a candidate beside the current policy, counts what differs, and gives the current policy's answers", async () => {
    const engine = new PolicyEngine(await loadPolicy(versioned(10)));
    const other = engine.entrypoint("v/other");
    expect(engine.shadow).toBeUndefined();
    const differences: ShadowDifference[] = [];
    const candidate = await engine.loadShadow(versioned(20), { onDifference: (each) => differences.push(each) });
    for (const amount of [5, 15, 25]) {
      expect(other({ amount })).toEqual(amount > 10 ? { kind: "value", value: 1 } : { kind: "undefined" });
    }
    expect(engine.shadow).toEqual({ compared: 3, same: 2, different: 1, faults: 0 });
    expect(differences).toEqual([
      { input: { amount: 15 }, current: { kind: "value", value: 1 }, candidate: { kind: "undefined" } },
    ]);
    expect(engine.promoteShadow()).toBe(candidate);
    expect(other({ amount: 15 })).toEqual({ kind: "undefined" });
    expect(engine.shadow).toBeUndefined();
    engine.rollback();
    expect(other({ amount: 15 })).toEqual({ kind: "value", value: 1 });
    expect(() => engine.promoteShadow()).toThrow(expect.objectContaining({ code: "no_shadow" }));
  });

  it("is not disturbed by a candidate that lacks entrypoints, ends with faults, or whose report throws", async () => {
    const engine = new PolicyEngine(await loadPolicy(versioned(10)));
    const other = engine.entrypoint("v/other");
    await engine.loadShadow(echo, {
      onDifference: () => {
        throw new Error("the report failed");
      },
    });
    for (let i = 0; i < 10; i++) expect(other({ amount: 15 })).toEqual({ kind: "value", value: 1 });
    expect(engine.dropShadow()).toEqual({ compared: 10, same: 0, different: 10, faults: 10 });
    await engine.loadShadow(buildModule({ functions: functionsNamed("trap") }), { every: 3 });
    for (let i = 0; i < 9; i++)
      expect(engine.evaluate({ amount: 15 }, { entrypoint: "v/other" })).toEqual({ kind: "value", value: 1 });
    expect(engine.shadow).toEqual({ compared: 3, same: 0, different: 3, faults: 3 });
  });

  it("does not let an entrypoint that is gone be asked", async () => {
    const engine = new PolicyEngine(await loadPolicy(versioned(1)));
    const other = engine.entrypoint("v/other");
    await engine.load(echo);
    expect(() => other({ amount: 1 })).toThrow(expect.objectContaining({ code: "unknown_entrypoint" }));
    engine.rollback();
    expect(other({ amount: 5 })).toEqual({ kind: "value", value: 1 });
  });
});
