import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type AdvisorData, handwrittenAdvisor } from "./advisor.handwritten.ts";
import { advisorActions } from "./advisor-actions.ts";

export interface BenchCase {
  readonly name: string;
  /** Rego text by file name. */
  readonly modules: Readonly<Record<string, string>>;
  readonly data: unknown;
  /** `finance/decision` */
  readonly entrypoint: string;
  readonly inputs: readonly unknown[];
  /** For each input what OPA answers, `null` where undefined; sets as arrays. */
  readonly want: readonly unknown[];
  /** A module whose `decide(input)` is the same decision written by hand, or `advisor` for our own, where there is one. */
  readonly handwritten: string | undefined;
}

interface CaseLine {
  readonly name: string;
  readonly modules: readonly string[];
  readonly data?: unknown;
  readonly entrypoint: string;
  readonly inputs: readonly unknown[];
  readonly want: readonly unknown[];
}

/** Cases in the schema of ../shared/bench: one JSON object a line. A name that comes twice gets a number. */
export function readCases(file: string): readonly BenchCase[] {
  const seen = new Map<string, number>();
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "");
  return lines.map((line) => {
    const { name, modules, data, entrypoint, inputs, want } = JSON.parse(line) as CaseLine;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    const byHand = resolve(dirname(file), "limits.handwritten.mjs");
    return {
      name: times === 1 ? name : `${name}#${times}`,
      modules: Object.fromEntries(modules.map((text, i) => [`policy-${i}.rego`, text])),
      data: data ?? {},
      entrypoint,
      inputs,
      want,
      handwritten: name.startsWith("limits") && existsSync(byHand) ? byHand : undefined,
    };
  });
}

const POLICIES = resolve(import.meta.dirname, "../../policies");
const ACTIONS = 1_000;
const SEED = 1;

/** The advisor's own policies on a working day of actions; what is wanted is what the project's hand-written twin answers. */
export function readAdvisorCase(): BenchCase {
  const modules: Record<string, string> = {};
  const data: Record<string, unknown> = {};
  for (const folder of readdirSync(POLICIES, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    for (const file of readdirSync(join(POLICIES, folder.name))) {
      const path = join(POLICIES, folder.name, file);
      if (file.endsWith(".rego") && !file.endsWith("_test.rego"))
        modules[`${folder.name}/${file}`] = readFileSync(path, "utf8");
      if (file === "data.json") data[folder.name] = JSON.parse(readFileSync(path, "utf8"));
    }
  }
  // As JSON brings them: without the properties that have no value.
  const inputs: readonly unknown[] = JSON.parse(JSON.stringify(advisorActions(ACTIONS, SEED)));
  return {
    name: "advisor",
    modules,
    data,
    entrypoint: "finance/decision",
    inputs,
    want: inputs.map(handwrittenAdvisor(data as unknown as AdvisorData)),
    handwritten: "advisor",
  };
}
