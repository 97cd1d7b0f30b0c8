import { readFileSync } from "node:fs";
import { loadBuiltins } from "@flyball/builtins";
import { loadPolicy, systemClock } from "@flyball/engine";
import type { Job } from "../prepare-case.ts";
import type { CaseDocuments } from "../worker.ts";

/** Our engine with closures at load; a fault is thrown, as no case wants one. */
export async function openFlyball(
  { flyballModule, entrypoint }: Job,
  { data }: CaseDocuments,
): Promise<(input: unknown) => unknown> {
  if (flyballModule === undefined) throw new Error("the policy does not compile");
  const policy = await loadPolicy(readFileSync(flyballModule), {
    data,
    clock: systemClock,
    builtins: loadBuiltins,
  });
  const evaluate = policy.entrypoint(entrypoint);
  return (input) => {
    const evaluation = evaluate(input);
    if (evaluation.kind === "value") return evaluation.value;
    if (evaluation.kind === "undefined") return undefined;
    throw new Error(`${evaluation.code}: ${evaluation.message}`);
  };
}
