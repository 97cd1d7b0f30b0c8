/**
 * A measuring process for what must not change. In: the path of a request. Out: one line of JSON on standard output, after the marks between
 * which `--trace-gc` lines count.
 */
import { readFileSync } from "node:fs";
import { openFlyball } from "../engines/open-flyball.ts";
import type { CaseDocuments } from "../worker.ts";
import { MARK, type SteadinessRequest } from "./steadiness-request.ts";

const WARM_UP = 300_000;
const MICROSECONDS = 1_000;

type Decide = (input: unknown) => unknown;

/** Inputs that were there before. */
function runPrebuilt(decide: Decide, inputs: readonly unknown[], evaluations: number): void {
  for (let done = 0, next = 0; done < evaluations; done++) {
    decide(inputs[next]);
    next = next + 1 === inputs.length ? 0 : next + 1;
  }
}

/** Microseconds of single decisions on objects made for each, their making and all collections included; ascending. */
function timeFresh(decide: Decide, inputs: readonly unknown[], evaluations: number): Float64Array {
  const times = new Float64Array(evaluations);
  for (let i = 0; i < evaluations; i++) {
    const start = performance.now();
    decide({ ...(inputs[i % inputs.length] as object) });
    times[i] = (performance.now() - start) * MICROSECONDS;
  }
  return times.sort();
}

async function measure({
  kind,
  job,
  accessors,
  evaluations,
}: SteadinessRequest): Promise<Readonly<Record<string, number>>> {
  const { data, inputs } = JSON.parse(readFileSync(job.casePath, "utf8")) as CaseDocuments;
  const started = performance.now();
  const decide = await openFlyball(job, { data, accessors, encoder: true });
  if (kind === "start") {
    decide(inputs[0]);
    return { milliseconds: performance.now() - started };
  }
  runPrebuilt(decide, inputs, WARM_UP);
  switch (kind) {
    case "scavenges":
      console.log(MARK);
      runPrebuilt(decide, inputs, evaluations);
      console.log(MARK);
      return {};
    case "resident": {
      globalThis.gc?.();
      const before = process.memoryUsage.rss();
      runPrebuilt(decide, inputs, evaluations);
      globalThis.gc?.();
      return { growth: process.memoryUsage.rss() - before };
    }
    case "tail": {
      const times = timeFresh(decide, inputs, evaluations);
      const at = (share: number): number => times[Math.min(evaluations - 1, Math.floor(evaluations * share))] ?? 0;
      return { p50: at(0.5), p9999: at(0.9999), most: at(1) };
    }
  }
}

const [path = ""] = process.argv.slice(2);
const found = await measure(JSON.parse(readFileSync(path, "utf8")) as SteadinessRequest);
console.log(JSON.stringify(found));
