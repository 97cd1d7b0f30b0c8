/** Of one way to ask, in nanoseconds. */
export interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly samples: number;
}

/** The nearest rank of each share; no interpolation, so each figure is one that was measured. */
export function latencyOf(samples: readonly number[]): Latency {
  if (samples.length === 0) throw new RangeError("nothing was measured");
  const sorted = Float64Array.from(samples).sort();
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), samples: sorted.length };
}
