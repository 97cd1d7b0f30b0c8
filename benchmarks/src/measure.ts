import { compareAnswers, type Wanted } from "./compare-answers.ts";
import type { Measurement } from "./run-worker.ts";
import type { CaseDocuments } from "./worker.ts";

/** A sample takes at least this long, a thousand times what reading the clock takes. */
const SAMPLE_NANOSECONDS = 50_000;
const WARM_UP_SHARE = 0.5;
/** Decisions between two looks at the clock. */
const WARM_UP_STEP = 100;

export interface MeasureOptions {
  readonly milliseconds: number;
  /** See `compareAnswers`. */
  readonly setsInAnyOrder: boolean;
}

/**
 * Decides about the inputs in turn until the time is over. All answers are compared with the wanted ones: those of a sample after its
 * clock has stopped. Throws where one is wrong.
 */
export function measureSync(
  decide: (input: unknown) => unknown,
  documents: CaseDocuments,
  { milliseconds, setsInAnyOrder }: MeasureOptions,
): Measurement {
  const { inputs, want } = documents;
  let roundedAnswers = 0;
  for (const [i, input] of inputs.entries())
    roundedAnswers += compareAnswers(decide(input), { want: want[i], index: i, setsInAnyOrder });
  warmUp(decide, inputs, milliseconds * WARM_UP_SHARE);
  const batch = batchSize(decide, inputs);
  const answers: unknown[] = Array.from({ length: batch });
  const samples: number[] = [];
  const end = performance.now() + milliseconds;
  let next = 0;
  while (performance.now() < end) {
    const first = next;
    const start = process.hrtime.bigint();
    for (let i = 0; i < batch; i++) {
      answers[i] = decide(inputs[next]);
      next = next + 1 === inputs.length ? 0 : next + 1;
    }
    samples.push(Number(process.hrtime.bigint() - start) / batch);
    for (let i = 0; i < batch; i++) {
      const index = (first + i) % inputs.length;
      compareAnswers(answers[i], { want: want[index], index, setsInAnyOrder });
    }
  }
  const typical = samples.toSorted((a, b) => a - b)[samples.length >> 1] ?? SAMPLE_NANOSECONDS;
  return { samples, bytesPerOp: allocation(decide, inputs, typical), roundedAnswers };
}

export async function measureAsync(
  decide: (input: unknown) => Promise<unknown>,
  { inputs, want }: CaseDocuments,
  milliseconds: number,
): Promise<Measurement> {
  let roundedAnswers = 0;
  const wanted = (index: number): Wanted => ({ want: want[index], index, setsInAnyOrder: false });
  const checked = Math.min(inputs.length, 200);
  for (let i = 0; i < checked; i++) roundedAnswers += compareAnswers(await decide(inputs[i]), wanted(i));
  const samples: number[] = [];
  const end = performance.now() + milliseconds;
  for (let i = 0; performance.now() < end; i = (i + 1) % inputs.length) {
    const start = process.hrtime.bigint();
    const answer = await decide(inputs[i]);
    samples.push(Number(process.hrtime.bigint() - start));
    compareAnswers(answer, wanted(i));
  }
  return { samples, bytesPerOp: 0, roundedAnswers };
}

/** By the process's own time, since on a busy machine little of the clock's is given to it and to the threads that compile for it. */
function warmUp(decide: (input: unknown) => unknown, inputs: readonly unknown[], milliseconds: number): void {
  const start = process.cpuUsage();
  let spent = 0;
  while (spent < milliseconds) {
    for (let i = 0; i < WARM_UP_STEP; i++) decide(inputs[i % inputs.length]);
    const { user, system } = process.cpuUsage(start);
    spent = (user + system) / 1_000;
  }
}

function batchSize(decide: (input: unknown) => unknown, inputs: readonly unknown[]): number {
  const start = process.hrtime.bigint();
  let count = 0;
  while (Number(process.hrtime.bigint() - start) < 20 * SAMPLE_NANOSECONDS) {
    decide(inputs[count % inputs.length]);
    count++;
  }
  const each = Number(process.hrtime.bigint() - start) / count;
  return Math.max(1, Math.ceil(SAMPLE_NANOSECONDS / each));
}

const ALLOCATION_TRIALS = 7;
/** Time for one trial: enough decisions that a page more or less does not count. */
const TRIAL_NANOSECONDS = 30_000_000;
/** A trial stays far below the new space, so that no collection falls into it. */
const TRIAL_BYTES = 16 * 2 ** 20;

/**
 * Bytes of heap that one decision allocates: the median of trials that no collection disturbs. Memory outside of the heap does not count.
 * `nanoseconds` is what one decision takes.
 */
function allocation(decide: (input: unknown) => unknown, inputs: readonly unknown[], nanoseconds: number): number {
  const trials: number[] = [];
  let operations = Math.max(1, Math.min(100_000, Math.ceil(TRIAL_NANOSECONDS / nanoseconds)));
  while (trials.length < ALLOCATION_TRIALS) {
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < operations; i++) decide(inputs[i % inputs.length]);
    const used = process.memoryUsage().heapUsed - before;
    if (used > TRIAL_BYTES && operations > 1) operations = Math.ceil(operations / 4);
    else trials.push(used / operations);
  }
  return Math.max(0, Math.round(trials.sort((a, b) => a - b)[ALLOCATION_TRIALS >> 1] ?? 0));
}
