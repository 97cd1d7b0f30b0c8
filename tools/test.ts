// `npm test`: everything that runs. In come options for vitest (a file name or `-t`, say, to run a part); out goes each
// suite's own report and one closing summary over all of them, with exit status 1 if anything failed.
//
// Without options: the TypeScript suites, the policies' own tests in Rego, and, under CI=true, the packages as a user
// installs them. With options: vitest alone.

import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { runStep, type Step } from "./run-steps.ts";

type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number };

const root: string = path.join(import.meta.dirname, "..");
const results: string = path.join(root, ".tools", "results");

/** A suite whose report does not say anything has failed as one. */
const nothingReported: Counts = { passed: 0, failed: 1, skipped: 0 };

function readReport(name: string): unknown {
  try {
    return JSON.parse(readFileSync(path.join(results, name), "utf8"));
  } catch {
    return undefined;
  }
}

function countOf(report: unknown, key: string): number {
  const value: unknown = typeof report === "object" && report !== null ? Reflect.get(report, key) : undefined;
  return typeof value === "number" ? value : 0;
}

const options = process.argv.slice(2);

const typescript: Step = {
  name: "TypeScript suites (vitest)",
  args: [
    "node_modules/vitest/vitest.mjs",
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${path.join(results, "vitest.json")}`,
    ...options,
  ],
};

async function runTypescript(): Promise<Counts> {
  const { status } = await runStep(typescript);
  const report = readReport("vitest.json");
  const counts = {
    passed: countOf(report, "numPassedTests"),
    failed: countOf(report, "numFailedTests"),
    skipped: countOf(report, "numPendingTests") + countOf(report, "numTodoTests"),
  };
  // A file that does not load, or an error outside of any test, fails the run without a failed test.
  return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
