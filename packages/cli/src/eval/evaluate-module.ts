import type { ExitStatus } from "../command.ts";
import { limitsOf } from "../evaluation-limits.ts";
import { entrypointOf, readModule } from "../read-module.ts";
import { readInput } from "../sources/read-input.ts";
import { readSources } from "../sources/read-sources.ts";
import { sourceLimits } from "../sources/source-limits.ts";
import { printFault } from "./print-fault.ts";
import { type Format, printSolutions } from "./print-result.ts";
import type { EvalCall } from "./run-eval.ts";

/** Evaluates an entrypoint of a compiled policy. */
export async function evaluateModule({ flags, output }: EvalCall, path: string, format: Format): Promise<ExitStatus> {
  const limits = sourceLimits(flags);
  const { data } = await readSources(flags.data, { bundles: flags.bundle, data: true, modules: false, limits });
  const { policy } = await readModule(path, {
    limits: limitsOf(flags),
    strictBuiltinErrors: flags["strict-builtin-errors"],
    ...(data === undefined ? {} : { data }),
  });
  const entrypoint = entrypointOf(policy, flags.entrypoint);
  const input = await readInput({ file: flags.input, stdin: flags["stdin-input"], output, limits });
  const evaluation = policy.evaluate(input, { entrypoint });
  if (evaluation.kind === "fault") return printFault(evaluation, output);
  const text = `data.${entrypoint.split("/").join(".")}`;
  const solutions =
    evaluation.kind === "value"
      ? [{ expressions: [{ value: evaluation.value, text, row: 1, col: 1 }], bindings: {} }]
      : [];
  return printSolutions(solutions, { format, output, fail: flags.fail, failDefined: flags["fail-defined"] });
}
