// What a run has found, as a table for a terminal and as the page docs/benchmarks/latency-layers.md.

import { loadavg } from "node:os";
import type { HistoryFigure } from "./latency-layers-history.ts";
import type { ProcessShare } from "./latency-layers-processes.ts";
import type { Machine } from "./machine.ts";

export interface Layer {
  readonly layer: string;
  readonly store: string;
  readonly concurrency: number;
  readonly medianUs: number;
  readonly p95Us: number;
  readonly p99Us: number;
  readonly perSecond: number;
}

export interface Findings {
  readonly machine: Machine;
  /** Stores that were measured, with their versions. */
  readonly stores: readonly { readonly name: string; readonly version: string }[];
  readonly milliseconds: number;
  readonly layers: readonly Layer[];
  readonly history: readonly HistoryFigure[];
  readonly processes: readonly (readonly ProcessShare[])[];
}

type Table = readonly (readonly string[])[];

function layerTable(layers: readonly Layer[]): Table {
  const head = ["layer", "store", "callers", "median", "p95", "p99", "calls/s"];
  const rows = layers.map((each) => [
    each.layer,
    each.store,
    String(each.concurrency),
    time(each.medianUs),
    time(each.p95Us),
    time(each.p99Us),
    each.perSecond.toLocaleString("en"),
  ]);
  return [head, ...rows];
}

function historyTable(history: readonly HistoryFigure[]): Table {
  const head = ["store", "an hour ago", "last 15 s", "governTool", "of it, orders in flight"];
  const rows = history.map((each) => [
    each.store,
    each.old.toLocaleString("en"),
    each.recent.toLocaleString("en"),
    time(each.callMs * 1_000),
    time(each.inFlightMs * 1_000),
  ]);
  return [head, ...rows];
}

function processTable(processes: Findings["processes"]): Table {
  const head = ["store", "callers", "executed", "share", "lost races", "slowest call"];
  const rows = processes.map((both) => {
    const join = (cell: (each: ProcessShare) => string): string => both.map(cell).join(" and ");
    return [
      both[0]?.store ?? "",
      join(({ callers }) => String(callers)),
      join(({ executed }) => executed.toLocaleString("en")),
      join(({ share }) => `${Math.round(share * 100)} %`),
      join(({ conflicts }) => conflicts.toLocaleString("en")),
      join(({ slowestMs }) => time(slowestMs * 1_000)),
    ];
  });
  return [head, ...rows];
}

/** Microseconds, in the unit in which they can be read. */
function time(us: number): string {
  return us < 1_000 ? `${us.toFixed(2)} us` : `${(us / 1_000).toFixed(2)} ms`;
}

/** For a terminal. */
export function printed(findings: Findings): string {
  const { machine, stores } = findings;
  const versions = stores.map(({ name, version }) => `${name} ${version}`).join(", ");
  const about = `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${machine.platform}, ${versions}`;
  const tables = [layerTable(findings.layers), historyTable(findings.history), processTable(findings.processes)];
  return `${about}\n\n${tables.map(aligned).join("\n\n")}\n`;
}

function aligned(table: Table): string {
  const widths = (table[0] ?? []).map((_cell, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")).join("\n");
}

/** The page. */
export function page(findings: Findings): string {
  const { machine, stores, milliseconds } = findings;
  const load = (loadavg()[0] ?? 0).toFixed(2);
  const isBusy = Number(load) > machine.cores;
  return `# What each layer costs

One policy and one tool in one run: the policy as a function (\`policy.evaluate\`), an advisory decision that is recorded in batches (\`governor.check\`), and a governed call whose decision is on disk before the tool runs and whose outcome is on disk before it is answered (\`governTool\`).

This page is written by a program. To write it again, on a machine with nothing else to do:

\`\`\`sh
DATABASE_URL=postgres://... npm run bench:layers -- --report    # an empty database
\`\`\`

> Load of the machine in the minute before: ${load} on ${machine.cores} cores.${isBusy ? " It was busy with other things, so these figures are noisy." : ""}

## By layer

${markdown(layerTable(findings.layers))}

Each caller is in a session of its own and calls again once it is answered; ${milliseconds} ms for each row after a warm-up of a third of that. \`policy.evaluate\` is timed in samples of 1,000. Every answer is looked at. \`governTool\` makes two commits, one after the other: on a single caller it costs what two of the disk's flushes cost and, on PostgreSQL, five journeys to the server; callers that come together share both.

## With what was ordered before

A governed call whose tool tells the policy of its client's orders, those in flight and those of the last 15 s. The last column is the look for orders in flight alone.

${markdown(historyTable(findings.history))}

Orders that are over cost nothing. Those of the last 15 s are part of what the policy reads, and of the record that the decision leaves, so each of them costs a little.

## Two processes on one account

Every call counts on the same account of the ledger, so of two processes that decide on the same figures one has to decide again. ${milliseconds * 2} ms for each row, both begin together.

${markdown(processTable(findings.processes))}

## Machine

| | |
|---|---|
| processor | ${machine.cpu}, ${machine.cores} cores |
| memory | ${machine.memoryGb} GB |
| system | ${machine.platform} |
| Node | ${machine.node} |
${stores.map(({ name, version }) => `| ${name} | ${version}, on the same machine |`).join("\n")}
`;
}

function markdown(table: Table): string {
  const [head = [], ...rows] = table;
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}
