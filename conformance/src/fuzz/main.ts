/**
 * `npm run fuzz:rego -- [--programs N] [--seed S] [--opa PATH]`: random well-typed policies and inputs, answered by this project (interpreter, frame, general) and by a real OPA. Prints the seed, OPA's version,
 * each difference with the program that shows it, and the share of programs that use what. Exit 1 on any difference but those of calculated numbers beyond 17 digits, which are counted.
 */
import { parseArgs } from "node:util";
import { loadBuiltins } from "@flyball/builtins";
import { assemblePlan, interpretPlan, PlanFault, planBuiltins, planModules } from "@flyball/compiler";
import { type Evaluation, loadPolicy } from "@flyball/engine";
import { type RegoValue, toJson } from "@flyball/engine/values";
import { compareSolutions } from "../compare-solutions.ts";
import { findOpa } from "../find-opa.ts";
import { generateInput } from "./generate-input.ts";
import { generateProgram } from "./generate-program.ts";
import type { Feature, Program } from "./generated-program.ts";
import { type OpaAnswer, OpaServer } from "./opa-server.ts";
import { Random } from "./random.ts";

const { values: flags } = parseArgs({
  options: { programs: { type: "string", default: "2000" }, seed: { type: "string" }, opa: { type: "string" } },
});
const INPUTS = 3;

const binary = findOpa(flags.opa);
if (binary === undefined) {
  console.error("SKIPPED: no opa was found (--opa PATH, the variable OPA, PATH or .tools/opa): nothing was compared");
  console.log("0 passed, 0 failed, 1 skipped");
  process.exit(0);
}
const seed = flags.seed === undefined ? Date.now() % 2 ** 31 : Number(flags.seed);
const opa = await OpaServer.start(binary.path);
// Ended from outside, it takes its server along.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    opa.close();
    process.exit(1);
  });
}
console.log(`seed ${seed}, OPA ${opa.version}`);
try {
  process.exitCode = await compareAll(Number(flags.programs));
} finally {
  opa.close();
}

async function compareAll(programs: number): Promise<number> {
  const count = { passed: 0, failed: 0, rejected: 0, defined: 0, faults: 0, roundings: 0, unseen: 0, broken: 0 };
  const shares = new Map<Feature, number>();
  for (let index = 0; index < programs; index++) {
    const random = new Random(seed + index);
    const program = generateProgram(random);
    const inputs = Array.from({ length: INPUTS }, () => generateInput(random));
    const result = await compareProgram(program, inputs);
    if (result.kind === "rejected") {
      count.rejected++;
      continue;
    }
    if (result.kind === "different") {
      count.failed++;
      console.log(
        `DIFFERENT program ${index} (seed ${seed + index}) [${result.path}]\n${result.message}\ndata ${JSON.stringify(program.data)}\n${Object.values(program.modules).join("\n")}`,
      );
      continue;
    }
    count.passed++;
    count.roundings += result.roundings;
    count.faults += result.faults;
    count.unseen += result.unseen;
    count.broken += result.broken;
    if (result.defined) count.defined++;
    for (const feature of program.features) shares.set(feature, (shares.get(feature) ?? 0) + 1);
  }
  const share = (number: number) => `${Math.round((100 * number) / Math.max(1, count.passed))} %`;
  console.log(
    `rules defined beyond their defaults in ${share(count.defined)} of the programs; ${count.faults} evaluations were faults on both sides, ${count.unseen} had a conflict that OPA sees only when it asks for the rule itself, in ${count.broken} OPA failed in itself; ${count.rejected} programs were rejected by both`,
  );
  console.log(
    [...shares]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([feature, number]) => `${feature} ${share(number)}`)
      .join(", "),
  );
  console.log(`${count.roundings} calculated numbers differ beyond 17 digits`);
  console.log(`${count.passed} passed, ${count.failed} failed, ${count.rejected} skipped`);
  return count.failed > 0 ? 1 : 0;
}

type Comparison =
  | {
      readonly kind: "same";
      readonly roundings: number;
      readonly faults: number;
      readonly unseen: number;
      readonly broken: number;
      readonly defined: boolean;
    }
  | { readonly kind: "rejected" }
  | { readonly kind: "different"; readonly path: string; readonly message: string };

async function compareProgram(
  { modules, data, rules }: Program,
  inputs: readonly Record<string, unknown>[],
): Promise<Comparison> {
  const { plan, diagnostics } = planModules({ modules, entrypoints: ["fuzz"] });
  const rejected = await opa.install(modules, data);
  if (rejected !== undefined || plan === undefined) {
    if (rejected !== undefined && (plan === undefined || comparesEmptySets(rejected))) return { kind: "rejected" };
    const ours = diagnostics.map(({ code, message }) => `${code}: ${message}`).join("; ");
    return {
      kind: "different",
      path: "compile",
      message: `OPA: ${rejected ?? "accepts it"}; here: ${ours || "accepted"}`,
    };
  }
  const builtins = await loadBuiltins(planBuiltins(plan));
  const policies = await Promise.all(
    [true, false].map((frame) => loadPolicy(assemblePlan(plan, { frame }).wasm, { builtins, data })),
  );
  let [roundings, faults, unseen, broken, defined] = [0, 0, 0, 0, false];
  for (const input of inputs) {
    const want = await opa.evaluate("fuzz", input);
    // A mistake of OPA's own (it lets a template see a variable that it has not bound yet): there is nothing to compare with.
    if (want.kind === "error" && want.message.includes("requires evaluation")) {
      broken++;
      continue;
    }
    const answers: readonly (readonly [string, Evaluation])[] = [
      [
        "interpreter",
        interpret(() =>
          interpretPlan(plan, {
            input: input as RegoValue,
            data: data as RegoValue,
            builtins,
            environment: { now: undefined },
          }),
        ),
      ],
      ["frame", policies[0]?.evaluate(input) ?? { kind: "undefined" }],
      ["general", policies[1]?.evaluate(input) ?? { kind: "undefined" }],
    ];
    for (const [path, answer] of answers) {
      const compared = compareAnswers(answer, want);
      if (compared === undefined) {
        if (answer.kind === "fault" && answer.code === "policy_conflict" && (await conflicts(rules, input))) {
          unseen++;
          break;
        }
        return {
          kind: "different",
          path,
          message: `input ${JSON.stringify(input)}\nOPA:  ${show(want)}\nhere: ${show(answer)}`,
        };
      }
      roundings += compared;
    }
    if (want.kind === "error") faults++;
    if (want.kind === "value" && toJson(want.value) !== "{}") defined = true;
  }
  return { kind: "same", roundings, faults, unseen, broken, defined };
}

/** OPA's type checker finds that two empty sets can never be equal, which is a mistake of it. */
function comparesEmptySets(rejected: string): boolean {
  return (
    rejected.includes('"message": "match error"') && /"a": \{ "type": "set" \}, "b": \{ "type": "set" \}/.test(rejected)
  );
}

/** Whether a rule conflicts when OPA is asked for it: inside of `not` and `every` OPA stops at the first value, and so does not see it. Here a conflict always is a fault. */
async function conflicts(rules: readonly string[], input: unknown): Promise<boolean> {
  for (const rule of rules) {
    const answer = await opa.evaluate(rule, input);
    if (answer.kind === "error" && answer.message.includes("conflict")) return true;
  }
  return false;
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

/** How many numbers were rounded differently; undefined where the answers differ. */
function compareAnswers(answer: Evaluation, want: OpaAnswer): number | undefined {
  if (want.kind === "error") return answer.kind === "fault" ? 0 : undefined;
  if (answer.kind !== want.kind) return undefined;
  if (answer.kind !== "value" || want.kind !== "value") return 0;
  const { equal, roundings } = compareSolutions([answer.value], [want.value], false);
  return equal ? roundings : undefined;
}

function show(answer: Evaluation | OpaAnswer): string {
  return answer.kind === "value"
    ? toJson(answer.value).slice(0, 600)
    : `${answer.kind} ${"message" in answer ? answer.message : ""}`;
}
