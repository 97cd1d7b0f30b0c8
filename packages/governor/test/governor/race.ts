// Two processes send actions against one daily limit of 25,000 at the same time, and what they leave behind is looked at: by
// hand in the tables, and in each refusal's own record.

import { spawn } from "node:child_process";
import { on } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { addNumbers, canonicalNumber, compareNumbers, type RegoNumeric } from "@flyball/engine/values";
import type { DecisionRecord, Store } from "@flyball/governor";
import { expect } from "vitest";

const racer = fileURLToPath(new URL("../support/racing-process.ts", import.meta.url));
const limit = 25_000;

/** Lets both begin at one moment and run to their end; what became of the actions of each. */
async function runRace(location: string, requests: number): Promise<readonly Readonly<Record<string, number>>[]> {
  const racers = ["1", "2"].map((seed) => {
    const child = spawn(
      process.execPath,
      ["--conditions=flyball-source", racer, location, String(requests / 2), seed],
      { stdio: ["pipe", "pipe", "inherit"] },
    );
    return { child, lines: on(createInterface({ input: child.stdout }), "line", { close: ["close"] }) };
  });
  for (const { lines } of racers) await lines.next();
  for (const { child } of racers) child.stdin.end("go\n");
  return await Promise.all(
    racers.map(async ({ lines }) => {
      const { value } = (await lines.next()) as { readonly value: readonly string[] | undefined };
      return JSON.parse(value?.[0] ?? "{}") as Readonly<Record<string, number>>;
    }),
  );
}

export interface Race {
  /** The file or address of a store that is ready. */
  readonly location: string;
  readonly store: Store;
  readonly requests: number;
  /** Rows of a query on the tables, past all code of ours. */
  readonly ask: (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
}

export async function expectNoLostRace({ location, store, requests, ask }: Race): Promise<void> {
  const outcomes = await runRace(location, requests);
  const total = (name: string): number => outcomes.reduce((sum, each) => sum + (each[name] ?? 0), 0);
  const [executed, refused] = [total("executed"), total("refused: daily_limit")];
  // Nothing was contended, late or unknown: whoever lost a race was decided again.
  expect(executed + refused).toBe(requests);
  // The limit is far below what both ask for, and nobody is kept from it by the other.
  for (const each of outcomes) expect(each["executed"] ?? 0).toBeGreaterThan(0);

  const amounts = await ask(
    "SELECT amount FROM ledger_entries WHERE dimension = 'trader' AND state = 'committed' AND filled IS NULL",
  );
  expect(amounts).toHaveLength(executed);
  const sum = amounts.reduce<RegoNumeric>((all, { amount }) => addNumbers(all, canonicalNumber(String(amount))), 0);
  expect(compareNumbers(sum, limit)).toBeLessThanOrEqual(0);
  const accounts = await ask("SELECT committed, reserved FROM ledger_accounts WHERE dimension = 'trader'");
  expect(accounts.map(({ reserved }) => reserved)).toEqual(["0"]);
  expect(compareNumbers(canonicalNumber(String(accounts[0]?.["committed"])), sum)).toBe(0);

  const refusals = (await allRecords(store)).filter(({ decision }) => decision.effect === "DENY");
  expect(refusals).toHaveLength(refused);
  expect(refusals.filter((record) => !provesItself(record))).toEqual([]);
}

/** What was committed and reserved when it was refused, and what was asked for, is more than the limit. */
function provesItself({ provenance }: DecisionRecord): boolean {
  const trader = provenance?.ledger.find(({ dimension }) => dimension === "trader");
  if (trader === undefined || provenance?.requested == null) return false;
  const used = addNumbers(canonicalNumber(trader.committed), canonicalNumber(trader.reserved));
  return compareNumbers(addNumbers(used, canonicalNumber(provenance.requested)), limit) > 0;
}

async function allRecords(store: Store): Promise<readonly DecisionRecord[]> {
  const records: DecisionRecord[] = [];
  for (let before: number | undefined; ; ) {
    const page = await store.listDecisions({
      tenant: "acme",
      limit: 1_000,
      ...(before === undefined ? {} : { before }),
    });
    records.push(...page.records);
    if (page.next === null) return records;
    before = page.next;
  }
}
