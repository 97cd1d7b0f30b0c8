/** The time one action may take. `signal` aborts when it is over. */
export interface Deadline {
  readonly signal: AbortSignal;
  readonly passed: () => boolean;
  /** Settles as `work` does, or with `"late"` when the deadline comes first; `work` itself goes on. */
  readonly race: <Result>(work: Promise<Result>) => Promise<Result | "late">;
  /** Stops the clock. Must be called, or the process waits for the timer. */
  readonly end: () => void;
}

export function startDeadline(milliseconds: number): Deadline {
  const controller = new AbortController();
  let expire: () => void = () => {};
  const late = new Promise<"late">((resolve) => {
    expire = () => resolve("late");
  });
  const timer = setTimeout(() => {
    expire();
    controller.abort(new DOMException("the deadline of this action passed", "TimeoutError"));
  }, milliseconds);
  return {
    signal: controller.signal,
    passed: () => controller.signal.aborted,
    race: (work) => Promise.race([work, late]),
    end: () => clearTimeout(timer),
  };
}
