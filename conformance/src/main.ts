/**
 * `npm run conformance -- FILE.jsonl [--strict] [--v0] [--no-ledger]`: runs every case through the reference interpreter and through Wasm, prints a line for each failure, and closes with
 * `N passed, N failed, N skipped`. Skipped are cases that the compiler says it does not carry. Exit status 1 on a failure that the ledger does not name, and on a case that it names and that passes.
 */
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { caseKey, readLedger } from "./ledger.ts";
import { type CaseResult, runCase } from "./run-case.ts";
import { readCases, type TestCase } from "./test-case.ts";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    strict: { type: "boolean", default: false },
    v0: { type: "boolean", default: false },
    "no-ledger": { type: "boolean", default: false },
    only: { type: "string" },
  },
});

const file = positionals[0];
if (file === undefined || !existsSync(file)) {
  console.error(
    file === undefined
      ? "usage: npm run conformance -- FILE.jsonl [--strict] [--v0] [--no-ledger]"
      : `no such file: ${file}`,
  );
  process.exit(2);
}
process.exit(await runFile(file));

async function runFile(path: string): Promise<number> {
  const ledger = flags["no-ledger"] ? new Map() : readLedger();
  const count = { passed: 0, failed: 0, skipped: 0, expected: 0, stale: 0, frame: 0, roundings: 0 };
  for (const test of readCases(path)) {
    if (flags.only !== undefined && !`${test.file} ${test.note}`.includes(flags.only)) continue;
    const result = await runGuarded(test);
    const expected = ledger.get(caseKey(test));
    if (result.kind === "passed") {
      count.passed++;
      count.roundings += result.roundings;
      if (result.frame) count.frame++;
      if (expected === undefined) continue;
      count.stale++;
      console.log(`STALE ${name(test)}: the ledger expects it to fail (${expected.reason})`);
    } else if (result.kind === "unsupported") {
      count.skipped++;
      console.log(`SKIPPED ${name(test)}: ${oneLine(result.message)}`);
    } else if (expected === undefined) {
      count.failed++;
      console.log(`FAILED ${name(test)} [${result.path}]: ${oneLine(result.message)}`);
    } else {
      count.expected++;
    }
  }
  console.log(
    `${count.frame} cases went through the frame; ${count.roundings} calculated numbers differ from OPA's beyond 17 digits; ${count.expected} failures are in the ledger`,
  );
  console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped + count.expected} skipped`);
  return count.failed + count.stale > 0 ? 1 : 0;
}

async function runGuarded(test: TestCase): Promise<CaseResult> {
  try {
    return await runCase(test, { strict: flags.strict, regoVersion: flags.v0 ? 0 : 1 });
  } catch (error) {
    // A bug of ours in one case must not hide the others.
    return {
      kind: "failed",
      path: "compile",
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

function name(test: TestCase): string {
  return `${test.file} ${test.note}${test.index > 0 ? ` #${test.index}` : ""}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").slice(0, 400);
}
