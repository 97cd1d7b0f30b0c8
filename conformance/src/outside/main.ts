/**
 * `npm run outside -- FOLDER... [--opa PATH]`: policies of others, compared with a real OPA. In: folders with Rego, each file as v0 and as v1. Every file is checked by both, alone; then the tests of every folder
 * that has some are run by both. Prints each difference, what was compared, and `N passed, N failed, N skipped`. Exit 1 on any difference.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { checkModules } from "@flyball/compiler";
import { findOpa } from "../find-opa.ts";

const { values: flags, positionals: folders } = parseArgs({
  options: { opa: { type: "string" } },
  allowPositionals: true,
});
if (folders.length === 0) {
  console.error("usage: npm run outside -- FOLDER... [--opa PATH]");
  process.exit(2);
}
const opa = findOpa(flags.opa);
if (opa === undefined) {
  console.error("SKIPPED: no opa was found (--opa PATH, the variable OPA, PATH or .tools/opa): nothing was compared");
  console.log("0 passed, 0 failed, 1 skipped");
  process.exit(0);
}
const FLYBALL = fileURLToPath(new URL("../../../packages/cli/bin/flyball.js", import.meta.url));
/** Of one run of the tests of a folder, in ms: a tree of a thousand test fixtures is no policy. */
const TIMEOUT = 20_000;
const count = { passed: 0, failed: 0, skipped: 0, accepted: 0, refused: 0, tests: 0 };

for (const folder of folders) compareFolder(folder, opa.path);
console.log(
  `OPA ${opa.version}; files as v0 and v1: ${count.accepted} accepted by both, ${count.refused} refused by both; ${count.tests} tests run by both`,
);
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exitCode = count.failed > 0 ? 1 : 0;

function compareFolder(folder: string, binary: string): void {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".rego"))
    .map((file) => join(folder, file))
    .sort();
  for (const file of files) for (const regoVersion of [0, 1] as const) compareCheck(file, { binary, regoVersion });
  // All together where that is one policy; else each folder that has tests is one.
  if (files.length > 0 && compareTests(folder, binary)) return;
  const withTests = new Set(files.filter((file) => file.endsWith("_test.rego")).map((file) => dirname(file)));
  for (const each of withTests) {
    if (compareTests(each, binary)) continue;
    count.skipped++;
    console.log(`SKIPPED ${each}: OPA cannot run its tests alone`);
  }
}

function compareCheck(
  file: string,
  { binary, regoVersion }: { readonly binary: string; readonly regoVersion: 0 | 1 },
): void {
  const text = readFileSync(file, "utf8");
  const theirs = spawnSync(binary, ["check", `--v${regoVersion}-compatible`, file], { encoding: "utf8" });
  const ours = checkModules({ modules: { [file]: text }, regoVersion }).filter(({ severity }) => severity === "error");
  const [accepts, accepted] = [theirs.status === 0, ours.length === 0];
  if (accepts === accepted) {
    count.passed++;
    if (accepts) count.accepted++;
    else count.refused++;
    return;
  }
  count.failed++;
  const why = accepts ? `${ours[0]?.code}: ${ours[0]?.message}` : (theirs.stderr || theirs.stdout).slice(0, 300);
  console.log(`DIFFERENT ${file} as v${regoVersion}: ${accepts ? "only OPA accepts it" : "OPA refuses it"}: ${why}`);
}

interface TestResult {
  readonly package: string;
  readonly name: string;
  readonly fail?: boolean;
  readonly skip?: boolean;
  readonly error?: unknown;
}

/** Runs the tests of one folder, in the first version of Rego in which OPA can; false where it can in none. */
function compareTests(folder: string, binary: string): boolean {
  for (const compatible of ["--v1-compatible", "--v0-compatible"]) {
    const theirs = results(binary, ["test", "--format", "json", compatible, folder]);
    if (theirs === undefined) continue;
    const ours = results(process.execPath, [
      FLYBALL,
      "test",
      "--json",
      ...(compatible === "--v0-compatible" ? [compatible] : []),
      folder,
    ]);
    for (const [name, outcome] of theirs) {
      count.tests++;
      if (ours?.get(name) === outcome) count.passed++;
      else {
        count.failed++;
        console.log(`DIFFERENT ${folder}: ${name}: OPA ${outcome}, here ${ours?.get(name) ?? "not run"}`);
      }
    }
    return true;
  }
  return false;
}

function results(command: string, args: readonly string[]): ReadonlyMap<string, string> | undefined {
  const { stdout } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 2 ** 28, timeout: TIMEOUT });
  try {
    const parsed = JSON.parse(stdout) as readonly TestResult[] | { readonly errors: unknown };
    if (!Array.isArray(parsed)) return undefined;
    return new Map(
      (parsed as readonly TestResult[]).map((test) => [
        `${test.package}.${test.name}`,
        test.skip === true ? "skip" : test.fail === true || test.error !== undefined ? "fail" : "pass",
      ]),
    );
  } catch {
    return undefined;
  }
}
