// Two processes on one account of the ledger, where only one decision at a time can stand. In: a store. Out: what each process got
// done in the same time, how often it lost a race, and how long its slowest call took.

import { spawn } from "node:child_process";
import { on } from "node:events";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { NamedStore } from "./latency-layers-stores.ts";

export interface ProcessShare {
  readonly store: string;
  readonly callers: number;
  readonly executed: number;
  /** Commits that were a conflict, and were decided again. */
  readonly conflicts: number;
  readonly slowestMs: number;
  /** Of what both executed. */
  readonly share: number;
}

type Told = Pick<ProcessShare, "executed" | "conflicts" | "slowestMs">;

const worker = fileURLToPath(new URL(`./latency-layers-worker${import.meta.url.slice(-3)}`, import.meta.url));
const settings = [
  [1, 1],
  [8, 8],
  [1, 16],
] as const;

export async function measureProcesses(
  named: NamedStore,
  milliseconds: number,
): Promise<readonly (readonly ProcessShare[])[]> {
  const { location, close } = await named.open();
  const found: (readonly ProcessShare[])[] = [];
  for (const callers of settings) {
    const told = await runTogether(location, callers, milliseconds);
    const all = told.reduce((sum, { executed }) => sum + executed, 0);
    found.push(
      told.map((each, index) => ({
        ...each,
        store: named.name,
        callers: callers[index] ?? 0,
        share: each.executed / Math.max(1, all),
      })),
    );
  }
  await close();
  return found;
}

async function runTogether(
  location: string,
  callers: readonly number[],
  milliseconds: number,
): Promise<readonly Told[]> {
  const begun = performance.now();
  const running = callers.map((width) => {
    const args = [...process.execArgv, worker, location, String(width), String(milliseconds)];
    const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
    return { child, lines: on(createInterface({ input: child.stdout }), "line", { close: ["close"] }) };
  });
  for (const { lines } of running) await lines.next();
  for (const { child } of running) child.stdin.end("go\n");
  return await Promise.all(
    running.map(async ({ lines }) => {
      const { value } = (await lines.next()) as { readonly value: readonly string[] | undefined };
      if (value?.[0] === undefined) {
        throw new Error(`a process ended after ${Math.round(performance.now() - begun)} ms without a word`);
      }
      return JSON.parse(value[0]) as Told;
    }),
  );
}
