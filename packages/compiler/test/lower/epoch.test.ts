import { loadPolicy, type Policy } from "@flyball/engine";
import { MANIFEST_SECTION } from "@flyball/engine/abi";
import { describe, expect, test } from "vitest";
import type { ModuleIr } from "../../src/function-ir/ops.ts";
import { runtimeLibrary } from "../../src/link/embedded-library.ts";
import { emitModule } from "../../src/link/emit-module.ts";
import { lowerPlan } from "../../src/lower/lower-plan.ts";
import { LAST_EPOCH } from "../../src/lower/lower-with.ts";
import { buildManifest } from "../../src/manifest/build-manifest.ts";
import { planOf } from "./answers.ts";

/** A policy whose counter of epochs begins here. */
function policyAt(initial: number): Promise<Policy> {
  const plan = planOf(`package test
    double := input.x * 2
    answer := [double, inside, double] if {
      inside := y
    } else := "never"
    y := z if { z := double with input.x as 10 }`);
  const library = runtimeLibrary();
  const lowered = lowerPlan(plan, { library, frame: true, maxPages: 16 });
  const digests = { sources: "", data: "" };
  const manifest = buildManifest({ plan, lowered, sources: new Map(), digests, compiler: "test" });
  const ir: ModuleIr = {
    ...lowered.ir,
    globals: lowered.ir.globals.map((global) => (global.name === LAST_EPOCH ? { ...global, initial } : global)),
    customSections: [{ name: MANIFEST_SECTION, bytes: new TextEncoder().encode(JSON.stringify(manifest)) }],
  };
  return loadPolicy(emitModule(ir, library));
}

describe("the counter of epochs", () => {
  test.each([0, 0x3fff_fffb, 0x3fff_fffe, 0x3fff_ffff, 0x4000_0000])(
    "begins again in time, and no evaluation sees another's results (from %d)",
    async (initial) => {
      const policy = await policyAt(initial);
      for (const x of [1, 2, 3, 3, 2, 1, 0]) {
        expect(policy.evaluate({ x })).toEqual({ kind: "value", value: [2 * x, 20, 2 * x] });
        expect(policy.explain({ x }).rules.map(({ name }) => name)).toContain("data.test.double");
      }
    },
  );
});
