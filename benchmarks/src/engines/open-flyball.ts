import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { loadBuiltins } from "@flyball/builtins";
import { type EncoderModule, type LoadPolicyOptions, loadPolicy, systemClock } from "@flyball/engine";
import type { Job } from "../prepare-case.ts";
import type { CaseDocuments } from "../worker.ts";

/** Our engine, with `accessors` and with the encoder that was written for the policy, or without; a fault is thrown, as no case wants one. */
export async function openFlyball(
  { flyballModule, flyballEncoder, entrypoint }: Job,
  {
    data,
    accessors,
    encoder,
  }: Pick<CaseDocuments, "data"> & Required<Pick<LoadPolicyOptions, "accessors">> & { readonly encoder: boolean },
): Promise<(input: unknown) => unknown> {
  if (flyballModule === undefined) throw new Error("the policy does not compile");
  const policy = await loadPolicy(readFileSync(flyballModule), {
    data,
    clock: systemClock,
    builtins: loadBuiltins,
    accessors,
    ...(encoder && flyballEncoder !== undefined
      ? { encoder: (await import(pathToFileURL(flyballEncoder).href)) as EncoderModule }
      : {}),
  });
  const evaluate = policy.entrypoint(entrypoint);
  return (input) => {
    const evaluation = evaluate(input);
    if (evaluation.kind === "value") return evaluation.value;
    if (evaluation.kind === "undefined") return undefined;
    throw new Error(`${evaluation.code}: ${evaluation.message}`);
  };
}
