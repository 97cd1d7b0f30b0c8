import type { Call, ExitStatus } from "../command.ts";
import type { TestFlags } from "../commands/test.ts";
import { limitsOf } from "../evaluation-limits.ts";
import { reportDiagnostics } from "../report/report-diagnostics.ts";
import { schemaOptions } from "../sources/read-schemas.ts";
import { readSources } from "../sources/read-sources.ts";
import { languageOptions } from "../sources/source-flags.ts";
import { sourceLimits } from "../sources/source-limits.ts";
import { createProgress } from "../terminal/progress.ts";
import { watchPaths } from "../terminal/watch-paths.ts";
import { UsageError } from "../usage-error.ts";
import { coverageJson } from "./coverage.ts";
import { percentText, reportCoverage, reportTests } from "./report-tests.ts";
import { runTests } from "./run-tests.ts";
import { testsJson } from "./tests-json.ts";

type TestCall = Call<TestFlags>;

export async function runTest(call: TestCall): Promise<ExitStatus> {
  const { flags, positionals, output } = call;
  if (positionals.length === 0) throw new UsageError("test needs the path of a policy");
  patternOf(flags.run);
  thresholdOf(flags.threshold);
  if (!flags.watch) return await testOnce(call);
  return watchPaths({ paths: positionals, output, run: () => testAgain(call) });
}

/** While files are watched a file that cannot be read is no end: it may be half written. */
async function testAgain(call: TestCall): Promise<ExitStatus> {
  try {
    return await testOnce(call);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    call.output.err(`flyball test: ${error.message}\n`);
    return 2;
  }
}

async function testOnce({ flags, positionals, output }: TestCall): Promise<ExitStatus> {
  const limits = sourceLimits(flags);
  const { modules, data, regoVersions } = await readSources(positionals, { data: true, limits });
  if (Object.keys(modules).length === 0) throw new UsageError(`no .rego file in ${positionals.join(", ")}`);
  const progress = createProgress(output);
  const { diagnostics, results, coverage } = await runTests({
    modules,
    regoVersions,
    ...languageOptions(flags),
    ...(await schemaOptions(flags, limits)),
    data: data ?? {},
    pattern: patternOf(flags.run),
    coverage: flags.coverage || flags.threshold !== undefined,
    limits: limitsOf(flags),
    onTest: ({ name }, number, count) => progress.show(() => `${number}/${count} ${name}`),
  });
  progress.wipe();
  if (reportDiagnostics({ diagnostics, modules, json: flags.json, output })) return 1;
  const { json, verbose } = flags;
  if (json) {
    const tests = testsJson(results);
    const report = coverage === undefined ? tests : { ...coverageJson(coverage), tests };
    output.out(`${JSON.stringify(report, undefined, 2)}\n`);
  } else {
    reportTests(results, { verbose, output });
    if (coverage !== undefined) reportCoverage(coverage, { verbose, output });
  }
  const threshold = thresholdOf(flags.threshold);
  const share = coverage?.percentage ?? 100;
  if (threshold !== undefined && share < threshold)
    output.err(`the coverage of ${percentText(share)} is below the threshold of ${threshold} %\n`);
  const failed = results.some(({ outcome }) => outcome === "fail" || outcome === "error");
  return failed || (threshold !== undefined && share < threshold) ? 1 : 0;
}

function patternOf(text: string | undefined): RegExp | undefined {
  if (text === undefined) return undefined;
  try {
    return new RegExp(text, "u");
  } catch (error) {
    throw new UsageError(`-r ${text}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function thresholdOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 100))
    throw new UsageError(`--threshold ${text}: must be a share in per cent, from 0 to 100`);
  return value;
}
