import type { Finding } from "../bench-report.ts";
import { ENGINE_NAMES, type EngineName } from "../engine-names.ts";
import type { Machine } from "../machine.ts";
import type { Steadiness } from "../steadiness/measure-steadiness.ts";
import { barChart } from "./bar-chart.ts";

/** What a run of `npm run bench -- --report` found. */
export interface EngineReport {
  readonly machine: Machine;
  readonly findings: readonly Finding[];
  readonly steadiness: Steadiness;
  /** The command's own arguments, to run it again. */
  readonly command: string;
  /** Load of the machine in the minute before, and when that was. */
  readonly load: number;
}

/** A document with its charts: file names and texts. Nothing in it was not measured in this run. */
export function engineFiles(report: EngineReport): ReadonlyMap<string, string> {
  return new Map([
    ["engine.md", page(report)],
    ["engine-limits.svg", chart("One decision on the order limits", report.findings, ["limits", "limits_uniform"])],
    [
      "engine-cases.svg",
      chart("One decision, by policy", report.findings, ["reasons", "rbac", "list_1000", "positions_100", "advisor"]),
    ],
  ]);
}

function page(report: EngineReport): string {
  const { machine, findings, steadiness, command, load } = report;
  const noisy =
    load > machine.cores / 2
      ? [
          `> The machine's load was ${load.toFixed(1)} on ${machine.cores} cores: it was busy with other things, so these figures are noisy.`,
          "",
        ]
      : [];
  return [
    "# The engine, measured",
    "",
    "This page is written by a program that runs every engine in fresh processes, in turns, and compares every answer with the wanted one while it measures. To write it again, on a machine with nothing else to do:",
    "",
    "```sh",
    command,
    "```",
    "",
    ...noisy,
    "![One decision on the order limits](engine-limits.svg)",
    "",
    "![One decision, by policy](engine-cases.svg)",
    "",
    "## One decision",
    "",
    "Medians. `flyball` refuses accessors, which takes reading each property by its descriptor; `-read` takes inputs that the caller vouches for ([ADR 0010](../decisions/0010-accessors-are-refused-unless-the-caller-vouches.md)); `-encoder` is what `flyball build --encoder` wrote. `flyball-uncounted` is `flyball-encoder-read` whose module does not count the steps of its rules and loops: the difference is what counting costs. A dash: the engine cannot take the case, or fails on it.",
    "",
    ...table(findings),
    "",
    "## Ratios",
    "",
    "How many times as fast as the peer, by medians.",
    "",
    ...ratios(findings),
    "",
    ...geometricMeans(findings),
    "",
    "## What does not change",
    "",
    ...steadinessTable(steadiness),
    "",
    "## Machine",
    "",
    "| | |",
    "|---|---|",
    `| processor | ${machine.cpu}, ${machine.cores} cores |`,
    `| memory | ${machine.memoryGb} GB |`,
    `| system | ${machine.platform} |`,
    `| Node | ${machine.node} |`,
    `| OPA | ${machine.opa ?? "not found"} |`,
    "| peers | `@open-policy-agent/opa-wasm` 1.10.0, to which the built-ins that it lacks are lent; `@cedar-policy/cedar-wasm` 4.13.0, policies parsed beforehand; `casbin` 5.51.1, `enforceSync` |",
    "",
  ].join("\n");
}

function casesOf(findings: readonly Finding[]): readonly string[] {
  return [...new Set(findings.map(({ name }) => name))];
}

function medianOf(findings: readonly Finding[], name: string, engine: EngineName): number | undefined {
  return findings.find((each) => each.name === name && each.engine === engine)?.figures?.medianNs;
}

function table(findings: readonly Finding[]): readonly string[] {
  const columns = ENGINE_NAMES.filter((engine) => findings.some((each) => each.engine === engine));
  return [
    `| case | ${columns.join(" | ")} |`,
    `|---|${columns.map(() => "--:|").join("")}`,
    ...casesOf(findings).map((name) => {
      const cells = columns.map((engine) => time(medianOf(findings, name, engine)));
      return `| ${name} | ${cells.join(" | ")} |`;
    }),
  ];
}

/** Ours against a peer. */
const PAIRS: readonly (readonly [ours: EngineName, peer: EngineName])[] = [
  ["flyball", "opa-wasm"],
  ["flyball-encoder", "opa-wasm"],
  ["flyball-encoder-read", "opa-wasm"],
  ["flyball-encoder-read", "handwritten"],
  ["flyball-encoder-read", "opa-http"],
];

function ratios(findings: readonly Finding[]): readonly string[] {
  return [
    `| case | ${PAIRS.map(([ours, peer]) => `${ours} : ${peer}`).join(" | ")} |`,
    `|---|${PAIRS.map(() => "--:|").join("")}`,
    ...casesOf(findings).map((name) => {
      const cells = PAIRS.map(([ours, peer]) => {
        const own = medianOf(findings, name, ours);
        const theirs = medianOf(findings, name, peer);
        return own === undefined || theirs === undefined ? "-" : factor(theirs / own);
      });
      return `| ${name} | ${cells.join(" | ")} |`;
    }),
  ];
}

function geometricMeans(findings: readonly Finding[]): readonly string[] {
  return PAIRS.flatMap(([ours, peer]) => {
    const logs = casesOf(findings).flatMap((name) => {
      const own = medianOf(findings, name, ours);
      const theirs = medianOf(findings, name, peer);
      return own === undefined || theirs === undefined ? [] : [Math.log(theirs / own)];
    });
    if (logs.length === 0) return [];
    const mean = Math.exp(logs.reduce((sum, each) => sum + each, 0) / logs.length);
    return [`- \`${ours}\` against \`${peer}\`: geometric mean ${factor(mean)} over ${logs.length} cases`];
  });
}

function steadinessTable(steadiness: Steadiness): readonly string[] {
  const count = (value: number): string => value.toLocaleString("en");
  return [
    "The order limits with the encoder (`limits_uniform`), in one fresh process for each line.",
    "",
    "| what | accessors refused | accessors read |",
    "|---|--:|--:|",
    ...steadiness.lines.map(({ what, refuse, read }) => `| ${what} | ${refuse} | ${read} |`),
    "",
    `The module of the order limits: ${count(steadiness.moduleBytes)} bytes. From its bytes to the first decision, loading included: ${steadiness.startMilliseconds.toFixed(1)} ms (median of ${steadiness.starts} processes).`,
  ];
}

function chart(title: string, findings: readonly Finding[], names: readonly string[]): string {
  const groups = names.flatMap((name) => {
    const bars = ENGINE_NAMES.flatMap((engine) => {
      const value = medianOf(findings, name, engine);
      return value === undefined ? [] : [{ label: engine, value, text: time(value) }];
    });
    return bars.length === 0 ? [] : [{ title: name, bars }];
  });
  return barChart({ title, groups });
}

function time(nanoseconds: number | undefined): string {
  if (nanoseconds === undefined) return "-";
  if (nanoseconds < 10_000) return `${nanoseconds.toFixed(0)} ns`;
  if (nanoseconds < 10_000_000) return `${(nanoseconds / 1_000).toFixed(1)} us`;
  return `${(nanoseconds / 1_000_000).toFixed(1)} ms`;
}

function factor(ratio: number): string {
  return `${ratio < 100 ? ratio.toPrecision(3) : Math.round(ratio).toLocaleString("en")}x`;
}
