import { loadBuiltins } from "@flyball/builtins";
import { type EncoderModule, type Evaluation, type Limits, loadPolicy, type Policy } from "@flyball/engine";
import { type RegoValue, toJson } from "@flyball/engine/values";
import { expect } from "vitest";
import { assemblePlan, planModules } from "../../src/compile.ts";
import { validateFunctionIr } from "../../src/function-ir/validate-function-ir.ts";
import { interpretPlan } from "../../src/interpret/interpret-plan.ts";
import { PlanFault } from "../../src/interpret/plan-fault.ts";
import { runtimeLibrary } from "../../src/link/embedded-library.ts";
import { lowerPlan } from "../../src/lower/lower-plan.ts";
import type { QueryPlan } from "../../src/plan/query-plan.ts";

export interface Question {
  readonly input?: RegoValue;
  readonly data?: RegoValue;
  readonly limits?: Partial<Limits>;
  readonly strict?: boolean;
}

const NOW = 1_700_000_000_000_000_000n;

/**
 * Runs a plan through the interpreter, and through Wasm with a slot for each path and with one slot, each with the road for any read set and with the encoder written for the module; all must agree. Fuel, memory
 * and depth are limits of Wasm only.
 */
export async function answers(plan: QueryPlan, questions: readonly Question[]): Promise<readonly Evaluation[]> {
  const library = runtimeLibrary();
  const builtins = await loadBuiltins(builtinNames(plan));
  const results: Evaluation[][] = [];
  for (const frame of [true, false]) {
    const { ir } = lowerPlan(plan, { library, frame, maxPages: 4096 });
    validateFunctionIr(ir, { functions: library.signatures, globals: new Set(library.globals.keys()) });
    const { wasm, encoder } = assemblePlan(plan, { frame });
    const written = await importText(encoder());
    const run: Evaluation[] = [];
    const policies = new Map<string, Policy>();
    const encodedPolicies = new Map<string, Policy>();
    for (const { input, data, limits, strict } of questions) {
      const key = JSON.stringify([data === undefined ? "" : toJson(data), limits, strict]);
      const policy =
        policies.get(key) ??
        (await loadPolicy(wasm, {
          ...(data === undefined ? {} : { data }),
          ...(limits === undefined ? {} : { limits }),
          builtins,
          clock: () => NOW,
          strictBuiltinErrors: strict ?? false,
        }));
      policies.set(key, policy);
      const answer = policy.evaluate(input);
      run.push(answer);
      // What came before must not be seen.
      expect(policy.evaluate(input)).toEqual(answer);
      const encoded =
        encodedPolicies.get(key) ??
        (await loadPolicy(wasm, {
          ...(data === undefined ? {} : { data }),
          ...(limits === undefined ? {} : { limits }),
          builtins,
          clock: () => NOW,
          strictBuiltinErrors: strict ?? false,
          encoder: written,
        }));
      encodedPolicies.set(key, encoded);
      for (const accessors of ["refuse", "read"] as const) {
        expect(encoded.evaluate(input, { accessors })).toEqual(answer);
        expect(policy.evaluate(input, { accessors })).toEqual(answer);
      }
    }
    results.push(run);
  }
  const [withFrame = [], whole = []] = results;
  expect(whole).toEqual(withFrame);
  for (const [index, { input, data, limits, strict }] of questions.entries()) {
    if (limits !== undefined) continue;
    expect(withFrame[index]).toEqual(interpreted(plan, { input, data, strict: strict ?? false, builtins }));
  }
  return withFrame;
}

/** What `flyball build --encoder` writes, as a program imports it. */
async function importText(text: string): Promise<EncoderModule> {
  return (await import(`data:text/javascript;base64,${Buffer.from(text).toString("base64")}`)) as EncoderModule;
}

/** The same for one Rego module, with the entrypoint `test/answer`. */
export function regoAnswers(
  text: string,
  questions: readonly Question[],
  data?: RegoValue,
): Promise<readonly Evaluation[]> {
  return answers(planOf(text, data), questions);
}

export function planOf(text: string, data?: RegoValue): QueryPlan {
  const { plan, diagnostics } = planModules({ modules: { "test.rego": text }, entrypoints: ["test/answer"], data });
  expect(diagnostics).toEqual([]);
  if (plan === undefined) throw new Error("no plan");
  return plan;
}

/** The values; a fault by its code. */
export function shown(evaluations: readonly Evaluation[]): readonly unknown[] {
  return evaluations.map((evaluation) => {
    if (evaluation.kind === "value") return evaluation.value;
    return evaluation.kind === "fault" ? `fault ${evaluation.code}` : undefined;
  });
}

function interpreted(
  plan: QueryPlan,
  question: {
    input: RegoValue | undefined;
    data: RegoValue | undefined;
    strict: boolean;
    builtins: Awaited<ReturnType<typeof loadBuiltins>>;
  },
): unknown {
  try {
    const value = interpretPlan(plan, { ...question, environment: { now: NOW } });
    return value === undefined ? { kind: "undefined" } : { kind: "value", value };
  } catch (error) {
    if (error instanceof PlanFault) return expect.objectContaining({ kind: "fault", code: error.code });
    throw error;
  }
}

function builtinNames(plan: QueryPlan): ReadonlySet<string> {
  return new Set(
    JSON.stringify(plan.functions)
      .matchAll(/"kind":"builtin","target":\d+,"name":"([^"]+)"/g)
      .map(([, name]) => name ?? ""),
  );
}
