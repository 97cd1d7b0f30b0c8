export interface Measurement {
  readonly evaluations: number;
  /** Evaluations between two looks at the clock. */
  readonly batch: number;
  /** Of one evaluation; percentiles are over batches. */
  readonly nanoseconds: {
    readonly min: number;
    readonly p50: number;
    readonly p90: number;
    readonly p99: number;
    readonly "p99.9": number;
    readonly max: number;
    readonly mean: number;
  };
}

/** A batch takes at least so long, in ns: looking at the clock costs some 40. */
const MIN_BATCH = 2_000;
/** Most batches that are kept. */
const MAX_SAMPLES = 1_000_000;

/** Calls the function for about the given time, in ns, a quarter of it unmeasured first so that it is compiled. */
export function measure(run: () => unknown, time: number): Measurement {
  const clock = () => Number(process.hrtime.bigint());
  const warmEnd = clock() + time / 4;
  let warm = 0;
  while (clock() < warmEnd) {
    run();
    warm++;
  }
  const batch = Math.max(1, Math.ceil(MIN_BATCH / (time / 4 / Math.max(1, warm))));
  const samples: number[] = [];
  const end = clock() + (3 * time) / 4;
  for (let start = clock(); start < end && samples.length < MAX_SAMPLES; ) {
    for (let index = 0; index < batch; index++) run();
    const now = clock();
    samples.push((now - start) / batch);
    start = now;
  }
  samples.sort((a, b) => a - b);
  const at = (share: number) => samples[Math.min(samples.length - 1, Math.floor(share * samples.length))] ?? 0;
  const mean = samples.reduce((sum, each) => sum + each, 0) / Math.max(1, samples.length);
  return {
    evaluations: samples.length * batch,
    batch,
    nanoseconds: { min: at(0), p50: at(0.5), p90: at(0.9), p99: at(0.99), "p99.9": at(0.999), max: at(1), mean },
  };
}
