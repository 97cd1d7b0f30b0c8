// What a client compares behind the caller's back. In: jobs. Out: nothing that anybody waits for. At most `limit` jobs
// wait or run; one that finds no room is counted and forgotten. Each begins in a turn of the event loop of its own, never
// in the one that answered.

export interface ShadowQueue {
  /** `job` must not reject. False where there is no room. */
  readonly add: (job: () => Promise<void>) => boolean;
  /** Resolves when nothing waits and nothing runs. */
  readonly idle: () => Promise<void>;
  /** Forgets what waits; answers how many. */
  readonly close: () => number;
}

export function createShadowQueue({
  limit,
  parallel,
}: {
  readonly limit: number;
  readonly parallel: number;
}): ShadowQueue {
  let waiting: (() => Promise<void>)[] = [];
  let running = 0;
  let scheduled = false;
  let closed = false;
  let idle: (() => void)[] = [];

  function schedule(): void {
    if (scheduled || waiting.length === 0 || running >= parallel) return;
    scheduled = true;
    setImmediate(start);
  }

  function start(): void {
    scheduled = false;
    const job = waiting.shift();
    if (job !== undefined) {
      running += 1;
      void job().finally(end);
    }
    schedule();
  }

  function end(): void {
    running -= 1;
    schedule();
    settleIdle();
  }

  function settleIdle(): void {
    if (running > 0 || waiting.length > 0) return;
    for (const resolve of idle) resolve();
    idle = [];
  }

  return Object.freeze({
    add: (job: () => Promise<void>) => {
      if (closed || waiting.length + running >= limit) return false;
      waiting.push(job);
      schedule();
      return true;
    },
    idle: () =>
      new Promise<void>((resolve) => {
        idle.push(resolve);
        settleIdle();
      }),
    close: () => {
      closed = true;
      const forgotten = waiting.length;
      waiting = [];
      settleIdle();
      return forgotten;
    },
  });
}
