import type { EvaluateOptions, Policy } from "../policy.ts";
import { PolicyLoadError } from "../policy-load-error.ts";
import { PolicyUsageError } from "../policy-usage-error.ts";
import { equalValues } from "../values/compare-values.ts";
import type { RegoValue } from "../values/rego-value.ts";

/** What a candidate must answer before it may take over. */
export interface SelfTest {
  /** For the message of the candidate that fails it. */
  readonly name: string;
  readonly input: unknown;
  readonly options?: EvaluateOptions;
  /** The value; `undefined` for no result. A fault is never what is wanted. */
  readonly want: RegoValue | undefined;
}

/** What every policy of an engine must have and pass. */
export interface Conditions {
  readonly entrypoints?: readonly string[];
  readonly selfTests?: readonly SelfTest[];
}

/** Throws `PolicyLoadError` where a candidate lacks an entrypoint or fails a test. */
export function checkConditions(candidate: Policy, { entrypoints = [], selfTests = [] }: Conditions): void {
  const names = new Set(candidate.manifest.entrypoints.map(({ name }) => name));
  const missing = entrypoints.filter((name) => !names.has(name));
  if (missing.length > 0) throw new PolicyLoadError("entrypoint_missing", `the policy lacks ${missing.join(", ")}`);
  for (const test of selfTests) {
    const answer = answerOf(candidate, test);
    if (answer !== undefined)
      throw new PolicyLoadError("self_test_failed", `the policy fails the self-test "${test.name}": ${answer}`);
  }
}

/** What a candidate answers instead of what is wanted, in words; undefined where it passes. */
function answerOf(candidate: Policy, { input, options, want }: SelfTest): string | undefined {
  try {
    const evaluation = candidate.evaluate(input, options);
    switch (evaluation.kind) {
      case "fault":
        return `${evaluation.code}: ${evaluation.message}`;
      case "undefined":
        return want === undefined ? undefined : "it has no result";
      case "value":
        if (want === undefined) return "it has a result";
        return equalValues(evaluation.value, want) ? undefined : "it answers another value";
    }
  } catch (error) {
    if (error instanceof PolicyUsageError) return error.message;
    throw error;
  }
}
