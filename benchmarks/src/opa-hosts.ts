/**
 * `npm run bench:opa -- [FILE.jsonl]`: modules made by OPA in our engine and in the official npm host, in one process, turn by turn. In: cases in the schema of ../shared/bench, an `opa`. Out: a line for each case with the medians
 * and their ratio, and the geometric mean. All answers are checked. Exit status 1 where ours is slower than the official host by more than the noise.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { loadBuiltins } from "@flyball/builtins";
import { loadPolicy, systemClock } from "@flyball/engine";
import { loadPolicy as loadOfficial } from "@open-policy-agent/opa-wasm";
import { buildOpaModule } from "./build-opa-module.ts";
import { compareAnswers } from "./compare-answers.ts";
import { findOpa, type Opa } from "./find-opa.ts";
import { type BenchCase, readCases } from "./read-cases.ts";

const ROUNDS = 5;
const MILLISECONDS = 150;
/** Nanoseconds of one sample at least, so that reading the clock does not count. */
const SAMPLE = 50_000;
const NOISE = 0.95;

type Decide = (input: unknown) => unknown;

const file = process.argv[2] ?? resolve(import.meta.dirname, "../../../shared/bench/policies.jsonl");
const opa = findOpa();
if (opa === undefined) {
  console.error("SKIPPED: no opa was found (the variable OPA, the path, .tools/opa)");
} else {
  console.log(
    `Node ${process.version}, modules of OPA ${opa.version}; medians in microseconds: ours, the official host, how many times faster`,
  );
  let product = 1;
  let compared = 0;
  for (const each of readCases(file)) {
    const measured = await measureCase(opa, each);
    if (typeof measured === "string") {
      console.log(`${each.name.padEnd(24)} ${measured}`);
      continue;
    }
    const [ours, theirs] = measured;
    const ratio = theirs / ours;
    product *= ratio;
    compared++;
    console.log(
      `${each.name.padEnd(24)} ${us(ours)} ${us(theirs)} ${ratio.toFixed(2).padStart(6)}${ratio < NOISE ? "  SLOWER" : ""}`,
    );
    if (ratio < NOISE) process.exitCode = 1;
  }
  console.log(`${compared} cases, geometric mean ${(product ** (1 / compared)).toFixed(2)}`);
}

/** The medians of both hosts in nanoseconds, or why there is no comparison. */
async function measureCase(found: Opa, each: BenchCase): Promise<readonly [ours: number, theirs: number] | string> {
  const place = mkdtempSync(join(tmpdir(), "flyball-opa-"));
  try {
    const sources = join(place, "sources");
    mkdirSync(sources);
    for (const [name, text] of Object.entries(each.modules)) writeFileSync(join(sources, name), text);
    const refusals = new Map();
    const path = buildOpaModule({ opa: found, opaFlags: [], sources, entrypoint: each.entrypoint, place, refusals });
    if (path === undefined) return [...refusals.values()].join("; ");
    const bytes = readFileSync(path);
    const ours = await openOurs(bytes, each);
    check(ours, each, false);
    const theirs = await openTheirs(bytes, each);
    try {
      check(theirs, each, true);
    } catch (error) {
      return `ours ${us(medianOf(ours, each))}; the official host fails: ${String(error).slice(0, 80)}`;
    }
    const rounds = Array.from({ length: ROUNDS }, () => [medianOf(ours, each), medianOf(theirs, each)] as const);
    return [middle(rounds.map(([first]) => first)), middle(rounds.map(([, second]) => second))];
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

async function openOurs(bytes: Uint8Array, { data, entrypoint }: BenchCase): Promise<Decide> {
  const policy = await loadPolicy(bytes, { data, clock: systemClock, builtins: (names) => loadBuiltins(names) });
  const evaluate = policy.entrypoint(entrypoint);
  return (input) => {
    const evaluation = evaluate(input);
    if (evaluation.kind === "fault") throw new Error(evaluation.message);
    return evaluation.kind === "value" ? evaluation.value : undefined;
  };
}

async function openTheirs(bytes: Uint8Array, { data, entrypoint }: BenchCase): Promise<Decide> {
  const policy = await loadOfficial(bytes);
  policy.setData(data as object);
  return (input) => {
    const [result] = policy.evaluate(input, entrypoint) as readonly { readonly result: unknown }[];
    return result?.result;
  };
}

function check(decide: Decide, { inputs, want }: BenchCase, setsInAnyOrder: boolean): void {
  for (const [index, input] of inputs.entries())
    compareAnswers(decide(input), { want: want[index], index, setsInAnyOrder });
}

function medianOf(decide: Decide, { inputs }: BenchCase): number {
  const samples: number[] = [];
  const end = performance.now() + MILLISECONDS;
  for (let next = 0; performance.now() < end; ) {
    const start = process.hrtime.bigint();
    let count = 0;
    let taken = 0;
    do {
      decide(inputs[next]);
      next = next + 1 === inputs.length ? 0 : next + 1;
      count++;
      if (count % 10 === 0 || taken > 0 || inputs.length < 10) taken = Number(process.hrtime.bigint() - start);
    } while (taken < SAMPLE);
    samples.push(taken / count);
  }
  return middle(samples);
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function us(nanoseconds: number): string {
  return (nanoseconds / 1000).toFixed(2).padStart(9);
}
