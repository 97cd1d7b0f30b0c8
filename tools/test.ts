// `npm test`: everything that runs. Each suite prints its own report; one closing summary counts over all of them, and
// the exit status is 1 if anything failed.
//
// Without options: the TypeScript suites, the policies' own tests in Rego and, under CI=true, the packages as a user
// installs them. With options (a file, or `-t` and a name): vitest alone, with these options.

import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { runStep } from "./run-steps.ts";

type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number };

const root: string = path.join(import.meta.dirname, "..");
const reports: string = path.join(root, ".tools", "reports");

async function runVitest(name: string, options: readonly string[]): Promise<Counts> {
  const report = path.join(reports, `${name.replaceAll(" ", "-")}.json`);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const { status } = await runStep({ name, args: ["node_modules/vitest/vitest.mjs", "run", ...reporters, ...options] });
  const count = (key: string): number => numberIn(report, key);
  const counts = {
    passed: count("numPassedTests"),
    failed: count("numFailedTests"),
    skipped: count("numPendingTests") + count("numTodoTests"),
  };
  // A file that does not load, and an error outside of any test, fail the run without a failed test.
  return status === 0 || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

function numberIn(report: string, key: string): number {
  if (!existsSync(report)) return 0;
  const content = JSON.parse(readFileSync(report, "utf8")) as Readonly<Record<string, unknown>>;
  const value = content[key];
  return typeof value === "number" ? value : 0;
}

/** `flyball test` closes with `PASS: 3/4`, `FAIL: 1/4`, `SKIPPED: 1`, the last two where there are any. */
async function runPolicyTests(): Promise<Counts> {
  const args = ["--conditions=flyball-source", "packages/cli/src/main.ts", "test", "policies"];
  const { status, output } = await runStep({ name: "policies (flyball test)", args });
  const count = (word: string): number => Number(new RegExp(`^${word}: (\\d+)`, "m").exec(output)?.[1] ?? 0);
  const counts = { passed: count("PASS"), failed: count("FAIL"), skipped: count("SKIPPED") };
  // A policy that does not compile fails the run without a failed test, and a run without any test shows nothing.
  return counts.failed === 0 && (status !== 0 || counts.passed === 0) ? { ...counts, failed: 1 } : counts;
}

async function compilePackages(): Promise<Counts> {
  const { status } = await runStep({ name: "compiled packages", args: ["tools/build.ts"] });
  return status === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

const options = process.argv.slice(2);
const suites: Counts[] = [await runVitest("TypeScript suites", options)];
const notes: string[] = [];
if (options.length === 0) {
  suites.push(await runPolicyTests());
  if (process.env.CI === "true") {
    suites.push(await compilePackages());
    suites.push(await runVitest("packages as installed", ["--config", "vitest.packages.config.ts"]));
  } else {
    notes.push("Not run here: the packages as a user installs them (npm run test:packages; CI runs them).");
  }
}

const sum = (key: keyof Counts): number => suites.reduce((total, counts) => total + counts[key], 0);
console.log("");
for (const note of notes) console.log(note);
console.log(`tests: ${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped`);
process.exitCode = sum("failed") === 0 ? 0 : 1;
