import {
  type Diagnostic,
  type PreparedPolicy,
  planBuiltins,
  preparePolicy,
  type SourceModules,
  type TestRule,
} from "@flyball/compiler";
import type { Limits, Policy } from "@flyball/engine";
import { getKey, isObject, type RegoValue, toJson } from "@flyball/engine/values";
import { grantedBuiltins } from "../grants.ts";
import { loadPlan } from "../load-plan.ts";
import { type Coverage, recordCoverage } from "./coverage.ts";
import { explainFailure } from "./explain-failure.ts";
import { faultText, isSame, type Outcome, outcomeText } from "./outcome.ts";
import { type ReferenceOptions, type ReferenceRun, runReference } from "./reference-run.ts";
import { type FrameResult, replayFrame } from "./replay-frame.ts";
import { NO_FRAME, type TestCase, type TestResult } from "./test-result.ts";

export interface TestOptions extends SourceModules {
  readonly data: RegoValue;
  /** Tests whose full names it matches. */
  readonly pattern?: RegExp | undefined;
  readonly coverage: boolean;
  readonly limits: Partial<Limits>;
  /** Called before each test. */
  readonly onTest?: (rule: TestRule, number: number, count: number) => void;
}

export interface TestRun {
  readonly diagnostics: readonly Diagnostic[];
  /** In the order of files and places; empty where there are errors. */
  readonly results: readonly TestResult[];
  readonly coverage: Coverage | undefined;
}

/** The built-ins whose answers no two evaluations share. */
const IMPURE = new Set(["http.send", "net.lookup_ip_addr", "opa.runtime", "rand.intn", "uuid.rfc4122"]);

/**
 * Runs tests three times over: compiled, as the verdict; on the reference interpreter, which must agree and which sees what was covered, which cases there are, and what is asked for under `with input`; and
 * that once more through the frame of a module compiled for production.
 */
export async function runTests(options: TestOptions): Promise<TestRun> {
  const prepared = preparePolicy({ ...options, tests: true });
  const chosen = prepared.tests.filter(({ name }) => options.pattern?.test(name) ?? true);
  const entrypoints = chosen.filter(({ kind }) => kind === "test").map(({ entrypoint }) => entrypoint);
  const compiled = prepared.plan({ entrypoints, data: options.data });
  // What is printed counts for people only: the policy that is compiled for production leaves it out.
  const printing = Object.values(options.modules).some((text) => text.includes("print("))
    ? preparePolicy({ ...options, tests: true, prints: true })
    : prepared;
  const observed = printing.plan({ entrypoints, data: options.data, observed: true });
  if (compiled.plan === undefined || observed.plan === undefined)
    return { diagnostics: compiled.diagnostics, results: [], coverage: undefined };
  const { plan } = observed;
  const recorder = options.coverage ? recordCoverage(plan, prepared.statements) : undefined;
  const printed: string[] = [];
  if (entrypoints.length === 0)
    return { diagnostics: compiled.diagnostics, results: chosen.map(skipped), coverage: recorder?.report() };
  const names = planBuiltins(plan);
  const runner: Runner = {
    prepared,
    policy: await loadPlan(compiled.plan, { modules: options.modules, limits: options.limits }),
    // A module may carry names (regular expressions that it decides by itself) which the reference needs too.
    reference: {
      plan,
      data: options.data,
      builtins: await grantedBuiltins([...names], (line) => printed.push(line)),
      printed,
      onObserve: recorder?.onObserve,
    },
    isPure: ![...names].some((name) => IMPURE.has(name)),
    texts: options.modules,
  };
  const runs: OneRun[] = [];
  for (const rule of chosen) {
    options.onTest?.(rule, runs.length + 1, chosen.length);
    runs.push(runOne(rule, runner));
  }
  const frames = await replayFrame(
    prepared,
    runs.map(({ reference, now }) => ({ ...reference, now })),
  );
  const results = runs.map(({ result, reference }, index): TestResult => {
    const { difference, ...frame }: FrameResult = frames[index] ?? NO_FRAME;
    const checked = { ...result, frame };
    return difference === undefined || reference.outcome.kind === "too-long" || !runner.isPure
      ? checked
      : { ...checked, outcome: "error", error: `${difference}. This is a bug of flyball: please report it` };
  });
  return { diagnostics: compiled.diagnostics, results, coverage: recorder?.report() };
}

interface Runner {
  readonly prepared: PreparedPolicy;
  readonly policy: Policy;
  readonly reference: Omit<ReferenceOptions, "entrypoint" | "now">;
  readonly isPure: boolean;
  readonly texts: Readonly<Record<string, string>>;
}

interface OneRun {
  readonly result: TestResult;
  readonly reference: Pick<ReferenceRun, "documents" | "hasInput" | "outcome">;
  readonly now: bigint;
}

const NOT_RUN: OneRun["reference"] = { documents: [], hasInput: false, outcome: { kind: "undefined" } };

function runOne(rule: TestRule, runner: Runner): OneRun {
  const { name, file, line, entrypoint } = rule;
  const now = BigInt(Date.now()) * 1_000_000n;
  if (rule.kind === "todo") return { result: skipped(rule), reference: NOT_RUN, now };
  const start = process.hrtime.bigint();
  const evaluation = runner.policy.evaluate(undefined, { entrypoint, now });
  const duration = Number(process.hrtime.bigint() - start);
  const options = { ...runner.reference, entrypoint, now };
  const reference = runReference(options);
  const cases = rule.hasCases ? casesOf(evaluation, reference) : [];
  const result = { name, file, line, cases, printed: reference.printed, frame: NO_FRAME, duration };
  const error = evaluation.kind === "fault" ? faultText(evaluation) : disagreement(evaluation, reference, runner);
  if (error !== undefined) return { result: { ...result, outcome: "error", error }, reference, now };
  if (passed(rule, evaluation, cases)) return { result: { ...result, outcome: "pass" }, reference, now };
  const failure = explainFailure(rule, { ...options, prepared: runner.prepared, text: runner.texts[file] ?? "" });
  const value = evaluation.kind === "value" && !rule.hasCases ? { value: toJson(evaluation.value) } : {};
  return {
    result: { ...result, outcome: "fail", ...value, ...(failure === undefined ? {} : { failure }) },
    reference,
    now,
  };
}

function skipped({ name, file, line }: TestRule): TestResult {
  return { name, file, line, outcome: "skip", cases: [], printed: [], frame: NO_FRAME, duration: 0 };
}

/** What people must know of when the two roads differ; nothing hides it. */
function disagreement(evaluation: Outcome, { outcome }: ReferenceRun, { isPure }: Runner): string | undefined {
  if (outcome.kind === "too-long" || !isPure || isSame(evaluation, outcome)) return undefined;
  return `the module answers ${outcomeText(evaluation)}, the reference interpreter ${outcomeText(outcome)}. This is a bug of flyball: please report it`;
}

function passed({ hasCases }: TestRule, evaluation: Outcome, cases: readonly TestCase[]): boolean {
  if (evaluation.kind !== "value") return false;
  return hasCases ? cases.every((each) => each.passed) : evaluation.value === true;
}

/** The cases that evaluation came to and those in the value, by name. One passes when it is true. */
function casesOf(evaluation: Outcome, { cases }: ReferenceRun): readonly TestCase[] {
  const value = evaluation.kind === "value" ? evaluation.value : undefined;
  const found = new Map<string, TestCase>();
  for (const keys of cases) {
    const path = keys.map((key) => (typeof key === "string" ? key : toJson(key)));
    const leaf = keys.reduce<RegoValue | undefined>(
      (inner, key) => (inner !== undefined && isObject(inner) ? getKey(inner, key) : undefined),
      value,
    );
    found.set(JSON.stringify(path), { path, passed: leaf === true });
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}
