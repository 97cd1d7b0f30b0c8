import { execFile } from "node:child_process";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { addNumbers, canonicalNumber, compareNumbers } from "@flyball/engine/values";
import { openSqliteStore } from "@flyball/governor/sqlite";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../support/test-governor.ts";

const racer = fileURLToPath(new URL("../support/racing-process.ts", import.meta.url));
const limit = 25_000;

test("10,000 requests on one limit from two processes: never above it, and each refusal proves that it had to be", {
  timeout: 240_000,
}, async () => {
  const file = path.join(temporaryFolder(), "races.sqlite");
  await openSqliteStore({ path: file }).close();
  const run = (seed: string) =>
    promisify(execFile)(process.execPath, ["--conditions=flyball-source", racer, file, "5000", seed]);
  const results = await Promise.all([run("1"), run("2")]);
  const totals: Record<string, number> = {};
  for (const { stdout } of results) {
    for (const [outcome, count] of Object.entries(JSON.parse(stdout) as Record<string, number>)) {
      totals[outcome] = (totals[outcome] ?? 0) + count;
    }
  }
  const { executed = 0, "refused: daily_limit": refused = 0, ...others } = totals;
  expect(others).toEqual({});
  expect(executed + refused).toBe(10_000);

  const db = new DatabaseSync(file, { readOnly: true });
  onTestFinished(() => db.close());
  const amounts = db
    .prepare("SELECT amount FROM ledger_entries WHERE dimension = 'trader' AND state = 'committed'")
    .all();
  const sum = amounts.reduce(
    (total, { amount }) => addNumbers(total, canonicalNumber(String(amount))),
    canonicalNumber(0),
  );
  expect(amounts).toHaveLength(executed);
  expect(compareNumbers(sum, limit)).toBeLessThanOrEqual(0);
  const accounts = db.prepare("SELECT committed, reserved FROM ledger_accounts WHERE dimension = 'trader'").all();
  expect(accounts.map(({ reserved }) => reserved)).toEqual(["0"]);
  expect(compareNumbers(canonicalNumber(String(accounts[0]?.["committed"])), sum)).toBe(0);

  const records = db.prepare("SELECT provenance FROM decisions WHERE effect = 'DENY'").all();
  expect(records).toHaveLength(refused);
  for (const { provenance } of records) {
    const { ledger, requested } = JSON.parse(String(provenance)) as {
      readonly ledger: readonly { readonly dimension: string; readonly committed: string; readonly reserved: string }[];
      readonly requested: string;
    };
    const { committed = "", reserved = "" } = ledger.find(({ dimension }) => dimension === "trader") ?? {};
    const used = addNumbers(canonicalNumber(committed), canonicalNumber(reserved));
    expect(compareNumbers(addNumbers(used, canonicalNumber(requested)), limit)).toBe(1);
  }
});
