import { parseArgs } from "node:util";
import { loadBuiltins } from "@flyball/builtins";
import { compile } from "@flyball/compiler";
import { type Evaluation, loadPolicy, type Policy } from "@flyball/engine";
import { type Command, type ExitStatus, type Output, UsageError } from "../command.ts";
import { readSources } from "../read-sources.ts";
import { reportDiagnostics } from "../report-diagnostics.ts";

const usage = `flyball test PATH... [-r REGEX] [-v] [--json]

Runs the rules whose names begin with test_; a test passes when its rule is true. Rules that begin with todo_ are counted as skipped.
Data files below PATH are base documents.
  -r, --run       only tests whose full name matches
  -v, --verbose   print each test
`;

interface TestResult {
  readonly name: string;
  readonly package: string;
  readonly location: { readonly file: string; readonly row: number };
  readonly outcome: "pass" | "fail" | "skip" | "error";
  readonly error?: string;
  readonly duration: number;
}

export const test: Command = {
  usage,
  run: async (args, output) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        run: { type: "string", short: "r" },
        verbose: { type: "boolean", short: "v", default: false },
        json: { type: "boolean", default: false },
      },
    });
    if (positionals.length === 0) throw new UsageError("test needs the path of a policy");
    const { modules, data } = readSources(positionals, { data: true });
    if (Object.keys(modules).length === 0) throw new UsageError(`no .rego file in ${positionals.join(", ")}`);
    const { wasm, manifest, tests, diagnostics } = compile({ modules, entrypoints: [], tests: true, data: data ?? {} });
    if (
      reportDiagnostics({ diagnostics, modules, json: values.json, output }) ||
      wasm === undefined ||
      manifest === undefined
    )
      return 1;
    const policy = await loadPolicy(wasm, {
      builtins: await loadBuiltins(manifest.builtins.map(({ name }) => name)),
      clock: () => BigInt(Date.now()) * 1_000_000n,
    });
    const pattern = values.run === undefined ? undefined : patternOf(values.run);
    const results = tests.filter(({ name }) => pattern?.test(name) ?? true).map((each) => runTest(policy, each));
    return report(results, { json: values.json, verbose: values.verbose, output });
  },
};

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text, "u");
  } catch (error) {
    throw new UsageError(`-r ${text}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

interface TestRule {
  /** `data.finance.test_limits` */
  readonly name: string;
  readonly entrypoint: string;
  readonly file: string;
  readonly line: number;
}

function runTest(policy: Policy, rule: TestRule): TestResult {
  const steps = rule.name.split(".");
  const name = steps.at(-1) ?? rule.name;
  const described = { name, package: steps.slice(0, -1).join("."), location: { file: rule.file, row: rule.line } };
  if (name.startsWith("todo_")) return { ...described, outcome: "skip", duration: 0 };
  const start = process.hrtime.bigint();
  const evaluation = policy.evaluate(undefined, { entrypoint: rule.entrypoint });
  const duration = Number(process.hrtime.bigint() - start);
  const error = errorOf(evaluation);
  if (error !== undefined) return { ...described, outcome: "error", error, duration };
  return {
    ...described,
    outcome: evaluation.kind === "value" && evaluation.value === true ? "pass" : "fail",
    duration,
  };
}

function errorOf(evaluation: Evaluation): string | undefined {
  return evaluation.kind === "fault" ? `${evaluation.code}: ${evaluation.message}` : undefined;
}

interface ReportOptions {
  readonly json: boolean;
  readonly verbose: boolean;
  readonly output: Output;
}

function report(results: readonly TestResult[], { json, verbose, output }: ReportOptions): ExitStatus {
  const count = (outcome: TestResult["outcome"]) => results.filter((result) => result.outcome === outcome).length;
  const bad = count("fail") + count("error");
  if (json) {
    output.out(`${JSON.stringify(results, undefined, 2)}\n`);
    return bad > 0 ? 1 : 0;
  }
  for (const result of results) {
    if (!verbose && (result.outcome === "pass" || result.outcome === "skip")) continue;
    const { file, row } = result.location;
    output.out(
      `${file}:${row}: ${result.package}.${result.name}: ${result.outcome.toUpperCase()}${result.error === undefined ? "" : ` ${result.error}`}\n`,
    );
  }
  if (results.length === 0) output.err("no tests found: tests are rules whose names begin with test_\n");
  const ran = results.length - count("skip");
  output.out(
    `PASS: ${count("pass")}/${ran}${bad > 0 ? `\nFAIL: ${bad}/${ran}` : ""}${count("skip") > 0 ? `\nSKIPPED: ${count("skip")}` : ""}\n`,
  );
  return bad > 0 ? 1 : 0;
}
