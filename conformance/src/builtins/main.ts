/**
 * `npm run fuzz:builtins -- [--calls N] [--seed S] [--only NAME] [--opa PATH] [--record FILE]`: random calls of each built-in, borders and wrong types among them, answered by this project (interpreter and module) and by a real OPA.
 * Prints the seed, OPA's version, each difference with the call that shows it, and for how many built-ins how many calls had an answer. Exit 1 on any difference but those of calculated numbers beyond 17 digits, which
 * are counted, and those that `known-differences.ts` gives a reason for. `--record` writes calls on which all agree as cases.
 */
import { parseArgs } from "node:util";
import { type BuiltinGrants, loadBuiltins } from "@flyball/builtins";
import {
  allBuiltins,
  assemblePlan,
  type BuiltinDeclaration,
  interpretPlan,
  PlanFault,
  parseModuleValue,
  planBuiltins,
  planModules,
} from "@flyball/compiler";
import { type Evaluation, loadPolicy } from "@flyball/engine";
import { type RegoValue, toJson } from "@flyball/engine/values";
import { compareSolutions } from "../compare-solutions.ts";
import { findOpa } from "../find-opa.ts";
import { type OpaAnswer, OpaServer } from "../fuzz/opa-server.ts";
import { Random } from "../fuzz/random.ts";
import { generateArguments } from "./generate-call.ts";
import { knownDifference } from "./known-differences.ts";
import { type AgreedCall, recordCases } from "./record-cases.ts";

const { values: flags } = parseArgs({
  options: {
    calls: { type: "string", default: "60" },
    seed: { type: "string" },
    only: { type: "string" },
    opa: { type: "string" },
    record: { type: "string" },
  },
});

/** Calls in one policy. */
const BATCH = 60;

/** Random, outside, with effects, or no functions that can be called by name. */
const LEFT_OUT =
  /^(http\.send|net\.lookup_ip_addr|opa\.runtime|rand\.intn|uuid\.rfc4122|time\.now_ns|io\.jwt\.encode_sign.*|print|trace|internal\..*|rego\.metadata\..*|assign|eq)$/;

/** Calls on which all agreed, where they are recorded. */
const agreed: AgreedCall[] = [];

const grants: BuiltinGrants = { parseModule: parseModuleValue };

const binary = findOpa(flags.opa);
if (binary === undefined) {
  console.error("SKIPPED: no opa was found (--opa PATH, the variable OPA, PATH or .tools/opa): nothing was compared");
  console.log("0 passed, 0 failed, 1 skipped");
  process.exit(0);
}
const seed = flags.seed === undefined ? Date.now() % 2 ** 31 : Number(flags.seed);
let opa = await OpaServer.start(binary.path);
// Ended from outside, it takes its server along.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    opa.close();
    process.exit(1);
  });
}
console.log(`seed ${seed}, OPA ${opa.version}`);
try {
  process.exitCode = await compareAll(Number(flags.calls));
} finally {
  opa.close();
}

interface Call {
  readonly builtin: string;
  readonly args: readonly string[];
}

interface Count {
  passed: number;
  failed: number;
  known: number;
  defined: number;
  roundings: number;
}

async function compareAll(calls: number): Promise<number> {
  const total: Count = { passed: 0, failed: 0, known: 0, defined: 0, roundings: 0 };
  const answered = new Set<string>();
  const builtins = [...allBuiltins().values()].filter(({ name, deprecated }) => !deprecated && isWanted(name));
  for (const [place, declaration] of builtins.entries()) {
    const random = new Random(seed + place * 7919);
    for (let from = 0; from < calls; from += BATCH) {
      const batch = Array.from({ length: Math.min(BATCH, calls - from) }, () => ({
        builtin: declaration.name,
        args: generateArguments(declaration, random),
      }));
      const before = total.defined;
      await compareGuarded(declaration, batch, total);
      if (total.defined > before) answered.add(declaration.name);
    }
  }
  const { passed, failed, known, defined, roundings } = total;
  console.log(
    `${builtins.length} built-ins, ${answered.size} of them with an answer; ${defined} calls had one; ${roundings} calculated numbers differ beyond 17 digits`,
  );
  if (flags.record !== undefined) recordCases(agreed, flags.record);
  const silent = builtins.map(({ name }) => name).filter((name) => !answered.has(name));
  if (silent.length > 0) console.log(`without an answer: ${silent.join(", ")}`);
  console.log(`${passed} passed, ${failed} failed, ${known} skipped`);
  return failed > 0 ? 1 : 0;
}

function isWanted(name: string): boolean {
  return !LEFT_OUT.test(name) && (flags.only === undefined || name.includes(flags.only));
}

/** The arguments arrive as input, whose type nobody knows: wrong ones are a matter of the built-in then, not of the type checker. */
function policyText({ name }: BuiltinDeclaration, calls: readonly Call[]): string {
  const rules = calls.map(({ args }, index) => `r${index} := x if x := asked with input as [${args.join(", ")}]`);
  return ["package differential", `asked := [type_name(x), x] if x := ${askedText(name)}`, ...rules, ""].join("\n");
}

/** A call that ends OPA's process is found by asking for each of its batch alone; it is counted and printed, and is no difference. */
async function compareGuarded(declaration: BuiltinDeclaration, calls: readonly Call[], count: Count): Promise<void> {
  const before = { ...count };
  try {
    await compareBatch(declaration, calls, count);
  } catch (error) {
    if (!isGone(error)) throw error;
    opa.close();
    opa = await OpaServer.start(binary?.path ?? "");
    Object.assign(count, before);
    if (calls.length > 1) for (const call of calls) await compareGuarded(declaration, [call], count);
    else {
      count.known++;
      console.log(`OPA ends: ${calls.map(({ builtin, args }) => `${builtin}(${args.join(", ")})`).join()}`);
    }
  }
}

/** No answer, or none in time. */
function isGone(error: unknown): boolean {
  return error instanceof Error && (error.message === "fetch failed" || error.name === "TimeoutError");
}

async function compareBatch(declaration: BuiltinDeclaration, calls: readonly Call[], count: Count): Promise<void> {
  const modules = { "differential.rego": policyText(declaration, calls) };
  const entrypoints = calls.map((_, index) => `differential/r${index}`);
  const { plan, diagnostics } = planModules({ modules, entrypoints });
  const rejected = await opa.install({ "differential.rego": modules["differential.rego"] }, {});
  if (plan === undefined || rejected !== undefined) {
    count.failed++;
    console.log(
      `DIFFERENT ${declaration.name}: OPA ${rejected ?? "accepts the policy"}; here ${diagnostics.map(({ message }) => message).join("; ") || "accepted"}`,
    );
    return;
  }
  const builtins = await loadBuiltins(planBuiltins(plan), { grants });
  const policy = await loadPolicy(assemblePlan(plan, {}).wasm, { builtins, clock: now });
  const whole = await opa.evaluate("differential", {});
  for (const [index, call] of calls.entries()) {
    const want = await answerOf(whole, index);
    const entrypoint = `differential/r${index}`;
    const answers: readonly (readonly [string, Evaluation])[] = [
      ["module", policy.evaluate({}, { entrypoint })],
      [
        "interpreter",
        interpret(() =>
          interpretPlan(plan, { input: {}, entrypoint, builtins, environment: { now: now(), memo: new Map() } }),
        ),
      ],
    ];
    judge(call, want, { answers, count });
  }
}

function now(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

function askedText(name: string): string {
  const { parameters = [], relation = false } = allBuiltins().get(name) ?? {};
  const operands = parameters.map((_, index) => `input[${index}]`).join(", ");
  return relation ? `[y | ${name}(${operands}, y)]` : `${name}(${operands})`;
}

/** OPA answers all rules at once, unless one of them is an error. */
async function answerOf(whole: OpaAnswer, index: number): Promise<OpaAnswer> {
  if (whole.kind !== "value") return await opa.evaluate(`differential/r${index}`, {});
  const value = (whole.value as Readonly<Record<string, RegoValue>>)[`r${index}`];
  return value === undefined ? { kind: "undefined" } : { kind: "value", value };
}

function interpret(run: () => RegoValue | undefined): Evaluation {
  try {
    const value = run();
    return value === undefined ? { kind: "undefined" } : { kind: "value", value };
  } catch (error) {
    if (error instanceof PlanFault) return { kind: "fault", code: error.code, message: error.message };
    throw error;
  }
}

interface Judging {
  readonly answers: readonly (readonly [string, Evaluation])[];
  readonly count: Count;
}

function judge(call: Call, want: OpaAnswer, { answers, count }: Judging): void {
  if (want.kind === "value") count.defined++;
  for (const [path, answer] of answers) {
    const rounded = compareAnswers(answer, want);
    if (rounded !== undefined) {
      count.roundings += rounded;
      continue;
    }
    if (knownDifference({ ...call, got: show(answer), want: show(want) }) !== undefined) {
      count.known++;
      return;
    }
    count.failed++;
    console.log(
      `DIFFERENT ${call.builtin}(${call.args.join(", ")}) [${path}]\nOPA:  ${show(want)}\nhere: ${show(answer)}`,
    );
    return;
  }
  count.passed++;
  if (flags.record !== undefined && want.kind !== "error" && want.kind !== "rejected")
    agreed.push({ ...call, asked: askedText(call.builtin), answer: want.kind === "value" ? want.value : undefined });
}

/** How many numbers were rounded differently; undefined where the answers differ. */
function compareAnswers(answer: Evaluation, want: OpaAnswer): number | undefined {
  if (want.kind === "error") return answer.kind === "fault" ? 0 : undefined;
  if (answer.kind !== want.kind) return undefined;
  if (answer.kind !== "value" || want.kind !== "value") return 0;
  // The order of sets in sets is OPA's own; as JSON both are lists.
  if (toJson(answer.value) === toJson(want.value)) return 0;
  const { equal, roundings } = compareSolutions([answer.value], [want.value], false);
  return equal ? roundings : undefined;
}

function show(answer: Evaluation | OpaAnswer): string {
  return answer.kind === "value"
    ? toJson(answer.value).slice(0, 600)
    : `${answer.kind} ${"message" in answer ? answer.message : ""}`;
}
