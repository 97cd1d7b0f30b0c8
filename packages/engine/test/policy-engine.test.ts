import { loadPolicy, PolicyEngine, PolicyLoadError } from "@flyball/engine";
import { describe, expect, it } from "vitest";
import { buildModule, functionsNamed } from "./module-builder.ts";

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
  });

  it("keeps the current policy where the new one fails to load or is not accepted", async () => {
    const engine = new PolicyEngine(await loadPolicy(echo));
    await expect(engine.load(allow.slice(0, 40))).rejects.toBeInstanceOf(PolicyLoadError);
    const reject = async (): Promise<void> => await Promise.reject(new Error("self-check failed"));
    await expect(engine.load(allow, { accept: reject })).rejects.toThrow("self-check failed");
    expect(engine.evaluate(1)).toEqual({ kind: "value", value: 1 });
    expect(() => engine.rollback()).toThrow(expect.objectContaining({ code: "nothing_to_restore" }));
  });
});
