/** Where a governor gets the time from. Policies never read a clock: what `now` says is put into their input and recorded. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: () => number;
  /** Nanoseconds from any fixed point, never going back; for durations and deadlines. */
  readonly elapsedNs: () => bigint;
}

export const systemClock: Clock = Object.freeze({ now: Date.now, elapsedNs: () => process.hrtime.bigint() });
