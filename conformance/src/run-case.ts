import { type BuiltinGrants, hasBuiltin, loadBuiltins } from "@flyball/builtins";
import {
  assemblePlan,
  type Diagnostic,
  interpretPlan,
  PlanFault,
  parseModuleValue,
  planBuiltins,
  planQuery,
  type QueryPlan,
} from "@flyball/compiler";
import { type EncoderModule, loadPolicy } from "@flyball/engine";
import { isSet, type RegoValue } from "@flyball/engine/values";
import { compareSolutions } from "./compare-solutions.ts";
import type { TestCase } from "./test-case.ts";

export type PathName = "interpreter" | "frame" | "encoder" | "general";

export interface RunOptions {
  /** Errors of built-ins are faults. */
  readonly strict: boolean;
  readonly regoVersion: 0 | 1;
}

export type CaseResult =
  | { readonly kind: "passed"; readonly roundings: number; readonly frame: boolean }
  | { readonly kind: "failed"; readonly path: PathName | "compile"; readonly message: string }
  | { readonly kind: "unsupported"; readonly message: string };

/** `frame`: the module read parts of the input from slots of their own. */
type Answer = { readonly frame: boolean } & (
  | { readonly kind: "solutions"; readonly solutions: readonly RegoValue[] }
  | { readonly kind: "fault"; readonly code: string; readonly message: string }
);

/** The clock of all cases: the first of January 2026, on which the certificates that some of them verify are valid. */
const NOW = 1_767_225_600_123_456_789n;

/** What cases may reach outside for: nothing that is really outside. The cases that send requests fail before they do. */
const grants: BuiltinGrants = {
  randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  runtime: () => ({}),
  parseModule: parseModuleValue,
  lookUpAddresses: (name) => (name === "localhost" ? ["127.0.0.1"] : []),
  http: ({ url }) => {
    throw new Error(`no case may send a request, and one does: ${url}`);
  },
};

/** Runs one case through the reference interpreter, then through Wasm with the frame, by the engine and by the encoder written for the module, and with the general representation. */
export async function runCase(test: TestCase, options: RunOptions): Promise<CaseResult> {
  const modules = Object.fromEntries(test.modules.map((text, index) => [`module-${index}.rego`, text]));
  const { plan, diagnostics } = planQuery({ modules, query: test.query, regoVersion: options.regoVersion });
  if (plan === undefined || diagnostics.some(({ severity }) => severity === "error"))
    return compileFailure(diagnostics);

  const input = test.inputTerm === undefined ? test.input : await termValue(test.inputTerm);
  const names = planBuiltins(plan);
  const missing = [...names].filter((name) => !hasBuiltin(name));
  if (missing.length > 0) return { kind: "unsupported", message: `built-ins not carried: ${missing.join(", ")}` };
  const builtins = await loadBuiltins(names, { grants });
  // As OPA's own runner: strictness belongs to the cases that expect an error; the others count on errors that are undefined.
  const strict = options.strict && test.wantErrorCode !== undefined;
  const run: Run = { plan, test, input, builtins, strict };
  let roundings = 0;
  let frame = false;
  for (const path of ["interpreter", "frame", "encoder", "general"] as const) {
    const answer = path === "interpreter" ? interpret(run) : await evaluate(run, path);
    const verdict = judge(test, answer, strict);
    if (!verdict.passed) return { kind: "failed", path, message: verdict.message };
    roundings += verdict.roundings;
    frame ||= answer.frame;
  }
  return { kind: "passed", roundings, frame };
}

interface Run {
  readonly plan: QueryPlan;
  readonly test: TestCase;
  readonly input: RegoValue | undefined;
  readonly builtins: Awaited<ReturnType<typeof loadBuiltins>>;
  readonly strict: boolean;
}

function interpret({ plan, test, input, builtins, strict }: Run): Answer {
  try {
    const environment = { now: NOW, memo: new Map() };
    return solutionsOf(interpretPlan(plan, { input, data: test.data, builtins, environment, strict }));
  } catch (error) {
    if (error instanceof PlanFault) return { kind: "fault", code: error.code, message: error.message, frame: false };
    throw error;
  }
}

async function evaluate(
  { plan, test, input, builtins, strict }: Run,
  path: "frame" | "encoder" | "general",
): Promise<Answer> {
  const { wasm, manifest, encoder } = assemblePlan(plan, { frame: path !== "general" });
  const policy = await loadPolicy(wasm, {
    data: test.data,
    builtins,
    clock: () => NOW,
    strictBuiltinErrors: strict,
    ...(path === "encoder" ? { encoder: await importText(encoder()), accessors: "read" } : {}),
  });
  const evaluation = policy.evaluate(input);
  const frame = manifest.frame.slots.some((slot) => slot.path.length > 0);
  switch (evaluation.kind) {
    case "value":
      return { ...solutionsOf(evaluation.value), frame };
    case "undefined":
      return { ...solutionsOf(undefined), frame };
    case "fault":
      return { kind: "fault", code: evaluation.code, message: evaluation.message, frame };
  }
}

/** As a program imports what `flyball build --encoder` writes. */
async function importText(text: string): Promise<EncoderModule> {
  return (await import(`data:text/javascript;base64,${Buffer.from(text).toString("base64")}`)) as EncoderModule;
}

function solutionsOf(value: RegoValue | undefined): Extract<Answer, { kind: "solutions" }> {
  const solutions = value !== undefined && isSet(value) ? [...value] : [];
  return { kind: "solutions", solutions, frame: false };
}

interface Verdict {
  readonly passed: boolean;
  readonly message: string;
  readonly roundings: number;
}

function judge(test: TestCase, answer: Answer, strict: boolean): Verdict {
  const verdict = (passed: boolean, message: string, roundings = 0): Verdict => ({ passed, message, roundings });
  if (test.wantErrorCode !== undefined && (strict || !test.strictError)) {
    const wanted = test.strictError ? "builtin_error" : "policy_conflict";
    if (answer.kind === "fault")
      return verdict(
        answer.code === wanted || test.wantErrorCode !== "eval_conflict_error",
        `want ${wanted}, got ${answer.code}: ${answer.message}`,
      );
    return verdict(false, `want ${test.wantErrorCode}, got ${answer.solutions.length} solutions`);
  }
  if (answer.kind === "fault") return verdict(false, `fault ${answer.code}: ${answer.message}`);
  const want = test.wantResult ?? (test.strictError ? [] : undefined);
  if (want === undefined) return verdict(true, "");
  const { equal, roundings } = compareSolutions(answer.solutions, want, test.sortBindings);
  return verdict(equal, `want ${show(want)}, got ${show(answer.solutions)}`, roundings);
}

function show(value: unknown): string {
  const text = JSON.stringify(value, (_, each: unknown) =>
    each instanceof Set
      ? [...each]
      : each instanceof Map
        ? Object.fromEntries(each)
        : typeof each === "bigint"
          ? String(each)
          : each,
  );
  return text.length > 300 ? `${text.slice(0, 300)}...` : text;
}

function compileFailure(diagnostics: readonly Diagnostic[]): CaseResult {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const message = errors.map(({ code, message: text }) => `${code}: ${text}`).join("; ");
  return errors.every(({ code }) => code === "unsupported")
    ? { kind: "unsupported", message }
    : { kind: "failed", path: "compile", message };
}

async function termValue(term: string): Promise<RegoValue> {
  const { plan, diagnostics } = planQuery({ modules: {}, query: `x = ${term}` });
  if (plan === undefined)
    throw new Error(`input term ${term}: ${diagnostics.map(({ message }) => message).join("; ")}`);
  const builtins = await loadBuiltins(planBuiltins(plan));
  const answer = solutionsOf(interpretPlan(plan, { input: undefined, builtins, environment: { now: NOW } }));
  const solution = answer.solutions[0];
  if (solution === undefined || solution === null || typeof solution !== "object" || !("x" in solution))
    throw new Error(`input term ${term} has no value`);
  return solution.x;
}
