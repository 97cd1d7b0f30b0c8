import type { Call, ExitStatus } from "../command.ts";
import type { EvalFlags } from "../commands/eval.ts";
import { UsageError } from "../usage-error.ts";
import { evaluateModule } from "./evaluate-module.ts";
import { evaluateQuery } from "./evaluate-query.ts";
import { isFormat } from "./print-result.ts";

export type EvalCall = Call<EvalFlags>;

export async function runEval(call: EvalCall): Promise<ExitStatus> {
  const { flags, positionals } = call;
  const [query, ...others] = positionals;
  const format = flags.format ?? "json";
  if (!isFormat(format)) throw new UsageError(`-f ${format}: the formats are json, values, bindings, raw and discard`);
  if (flags.module !== undefined) {
    if (query !== undefined) throw new UsageError("eval takes a query or a module (-m), not both");
    return await evaluateModule(call, flags.module, format);
  }
  if (query === undefined || others.length > 0) throw new UsageError("eval needs one query, in quotes");
  return await evaluateQuery(call, query, format);
}
