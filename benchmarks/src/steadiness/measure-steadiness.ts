import { execFile } from "node:child_process";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Job } from "../prepare-case.ts";
import { MARK, type SteadinessRequest } from "./steadiness-request.ts";

/** What must stay as it is however long a process decides, for both ways to read properties. */
export interface Steadiness {
  readonly lines: readonly { readonly what: string; readonly refuse: string; readonly read: string }[];
  readonly moduleBytes: number;
  readonly startMilliseconds: number;
  readonly starts: number;
}

export interface SteadinessCounts {
  readonly scavenges: number;
  readonly resident: number;
  readonly tail: number;
  readonly starts: number;
}

export const FULL_COUNTS: SteadinessCounts = {
  scavenges: 10_000_000,
  resident: 100_000_000,
  tail: 10_000_000,
  starts: 9,
};

/** To see that it works. */
export const QUICK_COUNTS: SteadinessCounts = { scavenges: 100_000, resident: 100_000, tail: 100_000, starts: 1 };

const TIMEOUT = 600_000;
const run = promisify(execFile);

/** Measures one case, whose results are constants, in a fresh process for each figure. */
export async function measureSteadiness(job: Job, counts: SteadinessCounts): Promise<Steadiness> {
  const { refuse, read } = { refuse: await linesFor(job, "refuse", counts), read: await linesFor(job, "read", counts) };
  const starts: number[] = [];
  for (let i = 0; i < counts.starts; i++) {
    const { milliseconds } = await found({ kind: "start", job, accessors: "refuse", evaluations: 1 }, []);
    starts.push(milliseconds ?? Number.NaN);
  }
  return {
    lines: refuse.map(({ what, figure }, index) => ({ what, refuse: figure, read: read[index]?.figure ?? "" })),
    moduleBytes: statSync(job.flyballModule ?? "").size,
    startMilliseconds: starts.sort((a, b) => a - b)[starts.length >> 1] ?? Number.NaN,
    starts: counts.starts,
  };
}

interface Line {
  readonly what: string;
  readonly figure: string;
}

async function linesFor(job: Job, accessors: "refuse" | "read", counts: SteadinessCounts): Promise<readonly Line[]> {
  const scavenges = await countScavenges({ kind: "scavenges", job, accessors, evaluations: counts.scavenges });
  const { growth = Number.NaN } = await found({ kind: "resident", job, accessors, evaluations: counts.resident }, [
    "--expose-gc",
  ]);
  const tail = await found({ kind: "tail", job, accessors, evaluations: counts.tail }, []);
  const million = (count: number): string => `${(count / 1_000_000).toLocaleString("en")} million`;
  const microseconds = (value = Number.NaN): string => `${value.toPrecision(3)} us`;
  return [
    {
      what: `collections of the young generation in ${million(counts.scavenges)} evaluations of pre-built inputs`,
      figure: String(scavenges),
    },
    {
      what: `growth of resident memory over ${million(counts.resident)} evaluations`,
      figure: `${(growth / 2 ** 20).toFixed(1)} MB`,
    },
    { what: `median over ${million(counts.tail)} fresh objects, made and decided`, figure: microseconds(tail.p50) },
    { what: "p99.99 of the same, collections included", figure: microseconds(tail.p9999) },
  ];
}

async function countScavenges(request: SteadinessRequest): Promise<number> {
  const lines = await output(request, ["--trace-gc"]);
  const first = lines.indexOf(MARK);
  const last = lines.lastIndexOf(MARK);
  if (first === -1 || last === first) throw new Error("the measuring process did not come to its end");
  return lines.slice(first, last).filter((line) => line.includes("Scavenge")).length;
}

async function found(
  request: SteadinessRequest,
  flags: readonly string[],
): Promise<Readonly<Record<string, number | undefined>>> {
  const lines = await output(request, flags);
  return JSON.parse(lines.at(-1) ?? "{}");
}

async function output(request: SteadinessRequest, flags: readonly string[]): Promise<readonly string[]> {
  const path = join(request.job.sources, "..", `steadiness-${request.kind}-${request.accessors}.json`);
  writeFileSync(path, JSON.stringify(request));
  const worker = join(import.meta.dirname, "steadiness-worker.ts");
  const args = [...process.execArgv, ...flags, worker, path];
  const { stdout } = await run(process.execPath, args, { timeout: TIMEOUT, maxBuffer: 2 ** 28 });
  return stdout.trim().split("\n");
}
