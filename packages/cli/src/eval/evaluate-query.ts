import { planQuery } from "@flyball/compiler";
import { getKey, isArray, isObject, objectEntries, type RegoValue } from "@flyball/engine/values";
import type { ExitStatus } from "../command.ts";
import { limitsOf } from "../evaluation-limits.ts";
import { loadPlan } from "../load-plan.ts";
import { reportDiagnostics } from "../report/report-diagnostics.ts";
import { keyText } from "../sources/documents.ts";
import { readInput } from "../sources/read-input.ts";
import { schemaOptions } from "../sources/read-schemas.ts";
import { readSources } from "../sources/read-sources.ts";
import { languageOptions } from "../sources/source-flags.ts";
import { sourceLimits } from "../sources/source-limits.ts";
import { printFault } from "./print-fault.ts";
import { type Format, printSolutions, type Solution } from "./print-result.ts";
import type { EvalCall } from "./run-eval.ts";

/** Evaluates a query over Rego and data. */
export async function evaluateQuery({ flags, output }: EvalCall, query: string, format: Format): Promise<ExitStatus> {
  const limits = sourceLimits(flags);
  const { modules, data, regoVersions } = await readSources(flags.data, { bundles: flags.bundle, data: true, limits });
  const input = await readInput({ file: flags.input, stdin: flags["stdin-input"], output, limits });
  const { plan, statements, diagnostics } = planQuery({
    modules,
    regoVersions,
    query,
    data: data ?? {},
    capture: true,
    prints: true,
    strict: flags.strict,
    package: flags.package,
    imports: flags.import,
    ...languageOptions(flags),
    ...(await schemaOptions(flags, limits)),
  });
  const json = format === "json";
  if (
    reportDiagnostics({ diagnostics, modules: { ...modules, query }, json, output, unnamed: "query" }) ||
    plan === undefined
  )
    return 2;
  const policy = await loadPlan(plan, {
    modules: { ...modules, query },
    print: (line) => output.err(`${line}\n`),
    limits: limitsOf(flags),
    strictBuiltinErrors: flags["strict-builtin-errors"],
  });
  const evaluation = policy.evaluate(input);
  if (evaluation.kind === "fault") return printFault(evaluation, output);
  const found = evaluation.kind === "value" && isArray(evaluation.value) ? evaluation.value : [];
  return printSolutions(
    found.map((each) => solutionOf(each, statements)),
    { format, output, fail: flags.fail, failDefined: flags["fail-defined"] },
  );
}

interface StatementText {
  readonly text: string;
  readonly row: number;
  readonly column: number;
}

/** From `{"bindings": {...}, "expressions": [...]}`, as the query was planned to answer. */
function solutionOf(solution: RegoValue, statements: readonly StatementText[]): Solution {
  const member = (name: string) => (isObject(solution) ? getKey(solution, name) : undefined);
  const values = member("expressions");
  const bindings = member("bindings");
  return {
    expressions: (values !== undefined && isArray(values) ? values : []).map((value, index) => {
      const { text, row, column } = statements[index] ?? { text: "", row: 1, column: 1 };
      return { value, text, row, col: column };
    }),
    bindings:
      bindings !== undefined && isObject(bindings)
        ? Object.fromEntries(objectEntries(bindings).map(([name, value]) => [keyText(name), value]))
        : {},
  };
}
