// The figures as a document. In: what was measured, and on what. Out: Markdown, the same for the same figures. It draws the
// conclusions by arithmetic: a claim that the figures do not carry is written down as not met.

import { cpus, release, totalmem, type } from "node:os";
import type { Opa } from "@flyball/benchmarks/find-opa";
import type { Check } from "./check-service.ts";
import type { Runsc } from "./find-runsc.ts";
import type { CheckFigures } from "./inside/measure-checks.ts";
import type { Latency } from "./latency.ts";
import { concurrency, entrypoint, type PlaceFigures } from "./measure-place.ts";

export interface Report {
  readonly checks: readonly Check[];
  readonly places: readonly PlaceFigures[];
  readonly runsc: Runsc;
  readonly opa: Opa | undefined;
  readonly memoryMb: number;
  readonly memoryEnforced: boolean;
  readonly seconds: number;
  /** Of the last minute before anything was started. */
  readonly load: number;
}

/** A machine whose cores had other things to do. */
const busyShare = 0.25;
const wantedReduction = 0.95;
const wantedMs = 1;

export function writeReport(report: Report): string {
  const { checks, runsc, opa, memoryMb, memoryEnforced, seconds } = report;
  const limit = memoryEnforced ? `limited to ${memoryMb} MB by the kernel` : "NOT limited in memory (no cgroups here)";
  return `# Architecture I and II, side by side

Architecture I is an OPA server beside the application, asked over HTTP on loopback. Architecture II is the policy inside the application's process. Both decide the same ${entrypoint} of \`policies/\` on the same documents, in the same run; every answer of one is compared with the other's.

This page is written by a program. To write it again, on a machine with nothing else to do:

\`\`\`sh
OPA=/path/to/opa npm run test:gvisor -- --report
\`\`\`

${noise(report)}

## What was checked inside gVisor

The image's root filesystem under \`runsc\` (gVisor ${runsc.version}, systrap), as an account that is not root, mounted read-only, ${limit}, with no network but loopback:

${checks.map(({ name, problems }) => `- ${problems.length === 0 ? "holds" : "**FAILS**"}: ${name}`).join("\n")}

## One policy check

${latencyTable(report)}

${claims(report)}

How it is measured: \`deployment/gvisor/inside/measure-checks.ts\`, ${seconds} s for each cell after a warm-up of a quarter of that, 500 documents as the governor builds them, in turn. Every single check is timed; percentiles are of single checks. Over HTTP the time runs from the document to the parsed answer, connections are kept alive, and ${concurrency} callers each ask again once they have their answer. In process, ${concurrency} callers ask at the same moment and each waits for those before it, since there is one thread.

## From nothing to ready, and memory

${startTable(report)}

Time to ready runs from the request to start (of the process, or of the sandbox) until the service has said that it is ready: stores opened, policy loaded and self-checked, socket listening. Memory is resident memory of the process (VmRSS). Architecture I needs the service *and* the server.

## Machine

| | |
|---|---|
| processor | ${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores |
| memory | ${Math.round(totalmem() / 2 ** 30)} GB |
| system | ${type()} ${release()} |
| Node | ${process.versions.node}, the pinned one |
| gVisor | runsc ${runsc.version}, platform systrap |
| OPA | ${opa === undefined ? "none found: Architecture I was not measured" : opa.version} |
`;
}

function noise({ load }: Report): string {
  const found = `Load of the machine in the minute before: ${load.toFixed(2)} on ${cpus().length} cores.`;
  return load > busyShare * cpus().length
    ? `> ${found} It was busy with other things, so these figures are noisy.`
    : found;
}

function rows(figures: PlaceFigures): readonly string[] {
  const ways: readonly (readonly [string, CheckFigures | undefined])[] = [
    ["in process (II)", figures.inProcess],
    ["OPA over loopback HTTP (I)", figures.opa],
  ];
  return ways.flatMap(([name, way]) =>
    way === undefined
      ? []
      : [
          latencyRow([figures.place, name, "1"], way.single),
          latencyRow([figures.place, name, String(concurrency)], way.concurrent),
        ],
  );
}

function latencyTable({ places }: Report): string {
  return table(["where", "way", "callers", "p50", "p95", "p99", "checks timed"], places.flatMap(rows));
}

function latencyRow(first: readonly string[], { p50, p95, p99, samples }: Latency): string {
  return row([...first, time(p50), time(p95), time(p99), samples.toLocaleString("en")]);
}

/** The mission's claim, for each place and percentile: 95 % less than Architecture I, and below 1 ms. */
function claims({ places }: Report): string {
  const lines = places.flatMap(({ place, inProcess, opa }) =>
    (["single", "concurrent"] as const).flatMap((kind) => {
      const callers = kind === "single" ? "1 caller" : `${concurrency} callers`;
      const ours = inProcess[kind];
      return (["p50", "p95", "p99"] as const).map((share) => {
        const below = `${ours[share] < wantedMs * 1e6 ? "below" : "**NOT below**"} ${wantedMs} ms`;
        if (opa === undefined) return row([place, callers, share, "not measured", below]);
        const reduction = 1 - ours[share] / opa[kind][share];
        const met = reduction >= wantedReduction ? "" : ` (**less than ${wantedReduction * 100} %**)`;
        return row([place, callers, share, `${(reduction * 100).toFixed(2)} % less${met}`, below]);
      });
    }),
  );
  return table(["where", "", "", "II against I", "II"], lines);
}

function startTable({ places }: Report): string {
  const lines = places.flatMap((figures) => {
    const { place, starts, serviceMemoryBytes, opa } = figures;
    const service = row([
      place,
      "the service",
      milliseconds(median(starts)),
      milliseconds(Math.max(...starts)),
      megabytes(serviceMemoryBytes),
    ]);
    if (opa === undefined) return [service];
    return [
      service,
      row([
        place,
        "an OPA server, for I in addition",
        milliseconds(opa.readyMs),
        "one start",
        megabytes(opa.memoryBytes),
      ]),
    ];
  });
  return table(["where", "what", "time to ready, median", "slowest", "resident memory"], lines);
}

function table(head: readonly string[], lines: readonly string[]): string {
  return [row(head), row(head.map(() => "---")), ...lines].join("\n");
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function time(nanoseconds: number): string {
  if (nanoseconds >= 1e6) return `${(nanoseconds / 1e6).toFixed(2)} ms`;
  return `${(nanoseconds / 1e3).toFixed(1)} us`;
}

function milliseconds(value: number): string {
  return `${Math.round(value)} ms`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MB`;
}
