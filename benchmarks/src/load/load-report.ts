import { machine } from "../machine.ts";
import { type Drive, percentile } from "./drive.ts";

export interface Step extends Drive {
  readonly work: "actions" | "turns";
  /** Of the advisor, at the end of the step. */
  readonly residentBytes: number;
  /** Processors' time that the driving process took for itself, as a share of one. */
  readonly driverShare: number;
}

export interface LoadResult {
  readonly seed: number;
  readonly seconds: number;
  readonly store: string;
  readonly steps: readonly Step[];
  /** From the end of the heaviest load to quick answers, in milliseconds. */
  readonly quietMs: number;
  /** Resident bytes after each sixth of a long steady load. */
  readonly memory: readonly number[];
  readonly stopped: { readonly status: number | null; readonly milliseconds: number };
  readonly problems: readonly string[];
}

const columns = ["work", "clients", "served/s", "p50", "p99", "shed", "p99 of shed", "statuses", "memory", "driver"];

function cellsOf(step: Step): readonly string[] {
  const { work, concurrency, servedPerSecond, servedMs, shedMs, statuses, residentBytes, driverShare, broken } = step;
  const all = servedMs.length + shedMs.length + broken;
  const byStatus = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
  return [
    work,
    String(concurrency),
    servedPerSecond.toFixed(0),
    `${percentile(servedMs, 0.5).toFixed(1)} ms`,
    `${percentile(servedMs, 0.99).toFixed(1)} ms`,
    `${((100 * shedMs.length) / Math.max(1, all)).toFixed(1)} %`,
    shedMs.length === 0 ? "" : `${percentile(shedMs, 0.99).toFixed(1)} ms`,
    [...byStatus, ...(broken > 0 ? [`none: ${broken}`] : [])].join(", "),
    megabytes(residentBytes),
    `${(100 * driverShare).toFixed(0)} %`,
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

function machineText(): string {
  const { cpu, cores, platform, node } = machine(undefined);
  return `${cpu}, ${cores} cores, ${platform}, Node ${node}`;
}

function closing({ quietMs, memory, stopped, seed, seconds, store }: LoadResult): readonly string[] {
  return [
    `${store}; ${seconds} s a step; seed ${seed}.`,
    `After the heaviest step answers are quick again (three in a row below 100 ms) within ${quietMs.toFixed(0)} ms.`,
    `Memory after each sixth of a steady load of 16 clients, ${seconds * 6} s in all: ${memory.map(megabytes).join(", ")}.`,
    `SIGTERM to exit: ${stopped.milliseconds.toFixed(0)} ms, status ${stopped.status}.`,
  ];
}

/** For a terminal. */
export function loadTable(result: LoadResult): string {
  const rows = [columns, ...result.steps.map(cellsOf)];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join("  "));
  const problems = result.problems.map((problem) => `PROBLEM: ${problem}`);
  return [machineText(), "", ...lines, "", ...closing(result), ...problems].join("\n");
}

/** docs/benchmarks/load.md. */
export function loadReport(result: LoadResult): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    "# The advisor under load",
    "",
    "The container's own program (`apps/advisor/dist/main.js`, 256 MB of heap) in a process of its own, driven by clients that send their next request when the last was answered, from 64 people with tokens of their own. **actions** are `POST /v1/actions`: half quotes, half small trades; **turns** are `POST /v1/chat` with the offline model: half questions, half trades. Every one of them is decided by policy and stored durably before it is answered; many trades are refused, once the day's limits are reached, which costs the same. Driver and advisor share the machine's processors: `driver` is what the driver takes of one. This page is written by a program:",
    "",
    "```sh",
    "npm run load -- --report",
    "```",
    "",
    `> ${machineText()}.`,
    "",
    row(columns),
    row(columns.map((_, index) => (index === 0 ? "---" : "---:"))),
    ...result.steps.map((step) => row(cellsOf(step))),
    "",
    "What is beyond the bounds (128 requests at once, 64 of one person, the turns of a chat that one instance takes, event loop and memory) is answered 503 or 429 with `Retry-After`, before its token is verified.",
    "",
    ...closing(result).map((line) => `- ${line}`),
    "",
  ].join("\n");
}
