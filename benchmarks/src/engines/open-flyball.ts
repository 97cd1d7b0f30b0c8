import { readFileSync } from "node:fs";
import { loadBuiltins } from "@flyball/builtins";
import { type LoadPolicyOptions, loadPolicy, systemClock } from "@flyball/engine";
import type { Job } from "../prepare-case.ts";
import type { CaseDocuments } from "../worker.ts";

/** Our engine, by default or with `accessors: "read"`; a fault is thrown, as no case wants one. */
export async function openFlyball(
  { flyballModule, entrypoint }: Job,
  { data, accessors }: Pick<CaseDocuments, "data"> & Required<Pick<LoadPolicyOptions, "accessors">>,
): Promise<(input: unknown) => unknown> {
  if (flyballModule === undefined) throw new Error("the policy does not compile");
  const policy = await loadPolicy(readFileSync(flyballModule), {
    data,
    clock: systemClock,
    builtins: loadBuiltins,
    accessors,
  });
  const evaluate = policy.entrypoint(entrypoint);
  return (input) => {
    const evaluation = evaluate(input);
    if (evaluation.kind === "value") return evaluation.value;
    if (evaluation.kind === "undefined") return undefined;
    throw new Error(`${evaluation.code}: ${evaluation.message}`);
  };
}
