import type { EngineName } from "./engine-names.ts";
import type { Machine } from "./machine.ts";
import type { WorkerResult } from "./run-worker.ts";

export interface Figures {
  /** Of one decision. */
  readonly medianNs: number;
  /** Of samples; a sample is the mean of as many decisions as take 50 microseconds, at least one. */
  readonly p99Ns: number;
  /** On JavaScript's heap. */
  readonly bytesPerOp: number;
  readonly roundedAnswers: number;
}

export interface Finding {
  readonly name: string;
  readonly engine: EngineName;
  readonly figures?: Figures;
  readonly failure?: string;
}

interface Rounds {
  readonly name: string;
  readonly engine: EngineName;
  readonly refusal: string | undefined;
  readonly rounds: readonly WorkerResult[];
}

/** One engine's figures on one case: the samples of all its processes together. */
export function mergeRounds({ name, engine, refusal, rounds }: Rounds): Finding {
  const own = rounds.filter((result) => result.engine === engine);
  const failure = refusal ?? own.find((result) => result.failure !== undefined)?.failure;
  if (failure !== undefined) return { name, engine, failure };
  const measured = own.flatMap(({ measurement }) => (measurement === undefined ? [] : [measurement]));
  const samples = measured.flatMap((each) => each.samples).sort((a, b) => a - b);
  if (samples.length === 0) return { name, engine, failure: "nothing was measured" };
  return {
    name,
    engine,
    figures: {
      medianNs: round(quantile(samples, 0.5)),
      p99Ns: round(quantile(samples, 0.99)),
      bytesPerOp: quantile(
        measured.map((each) => each.bytesPerOp).sort((a, b) => a - b),
        0.5,
      ),
      roundedAnswers: Math.max(...measured.map((each) => each.roundedAnswers)),
    },
  };
}

/** `sorted` has at least one item. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function round(nanoseconds: number): number {
  return Math.round(nanoseconds * 10) / 10;
}

const COLUMNS = [26, 13, 12, 12, 12, 16] as const;

export function printReport(machine: Machine, findings: readonly Finding[]): void {
  const { cpu, cores, memoryGb, platform, node, opa } = machine;
  const lines = [
    `${cpu}, ${cores} cores, ${memoryGb} GB, ${platform}, Node ${node}, OPA ${opa ?? "not found: its engines are missing below"}`,
    "",
    row(["case", "engine", "median", "p99", "bytes/op", "flyball is"]),
  ];
  for (const finding of findings) {
    const { name, engine, figures, failure } = finding;
    if (figures === undefined) {
      lines.push(`${row([name, engine])}  ${failure ?? ""}`);
      continue;
    }
    const ours = findings.find((each) => each.name === name && each.engine === "flyball")?.figures;
    const ratio = ours === undefined || engine === "flyball" ? "" : comparison(figures.medianNs / ours.medianNs);
    const note =
      figures.roundedAnswers > 0
        ? `  ${figures.roundedAnswers} answers differ in digits that a double does not hold`
        : "";
    lines.push(
      row([name, engine, time(figures.medianNs), time(figures.p99Ns), String(figures.bytesPerOp), ratio]) + note,
    );
  }
  lines.push("", ...summary(findings));
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** Geometric means over the cases that both engines answered. */
function summary(findings: readonly Finding[]): string[] {
  const medians = (engine: EngineName): Map<string, number> =>
    new Map(
      findings.flatMap((each) =>
        each.engine === engine && each.figures !== undefined ? [[each.name, each.figures.medianNs] as const] : [],
      ),
    );
  const ours = medians("flyball");
  return (["handwritten", "opa-wasm", "opa-http"] as const).flatMap((engine) => {
    const ratios = [...medians(engine)].flatMap(([name, theirs]) => {
      const own = ours.get(name);
      return own === undefined ? [] : [theirs / own];
    });
    if (ratios.length === 0) return [];
    const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
    return [`against ${engine}: flyball is ${comparison(mean)} (geometric mean of ${ratios.length} cases)`];
  });
}

function comparison(ratio: number): string {
  return ratio >= 1 ? `${factor(ratio)}x faster` : `${factor(1 / ratio)}x slower`;
}

function factor(ratio: number): string {
  return ratio < 100 ? ratio.toPrecision(3) : Math.round(ratio).toLocaleString("en");
}

function row(cells: readonly string[]): string {
  return cells.map((cell, i) => (i < 2 ? cell.padEnd(COLUMNS[i] ?? 0) : cell.padStart(COLUMNS[i] ?? 0))).join("");
}

function time(nanoseconds: number): string {
  if (nanoseconds < 10_000) return `${nanoseconds.toFixed(0)} ns`;
  if (nanoseconds < 10_000_000) return `${(nanoseconds / 1000).toFixed(1)} us`;
  return `${(nanoseconds / 1_000_000).toFixed(1)} ms`;
}
