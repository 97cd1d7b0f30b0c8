import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineName } from "./engine-names.ts";
import type { Job } from "./prepare-case.ts";

/** What one process measured. */
export interface Measurement {
  /** Nanoseconds for one decision, one figure for each sample. */
  readonly samples: readonly number[];
  readonly bytesPerOp: number;
  /** Answers that differ from the wanted one only in calculated digits that a double does not hold. */
  readonly roundedAnswers: number;
}

export interface WorkerResult {
  readonly engine: EngineName;
  readonly measurement?: Measurement;
  readonly failure?: string;
}

/** A new space so large that measuring what an operation allocates is not disturbed by a collection. */
const FLAGS = ["--expose-gc", "--min-semi-space-size=64", "--max-semi-space-size=64"];

/** Measures one engine in a process of its own. A failure is a result, not an exception. */
export async function runWorker(given: {
  readonly engine: EngineName;
  readonly job: Job;
  readonly milliseconds: number;
}): Promise<WorkerResult> {
  const { engine } = given;
  const request = join(given.job.sources, "..", `${engine}.json`);
  writeFileSync(request, JSON.stringify(given));
  const worker = join(import.meta.dirname, "worker.ts");
  return await new Promise((resolve) => {
    const options = { timeout: 60_000 + 10 * given.milliseconds, maxBuffer: 2 ** 28 };
    execFile(process.execPath, [...process.execArgv, ...FLAGS, worker, request], options, (error, stdout, stderr) => {
      if (error === null) {
        resolve({ engine, measurement: JSON.parse(stdout) as Measurement });
      } else {
        const lines = stderr.trim().split("\n");
        const line =
          lines.find((each) => each.startsWith("bench: ")) ??
          lines.find((each) => each.includes("Error")) ??
          error.message;
        resolve({ engine, failure: line.replace(/^bench: /, "").slice(0, 300) });
      }
    });
  });
}
