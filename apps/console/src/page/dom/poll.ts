/** Asks now and again, as long as somebody can see the page. */
export interface Poll {
  /** Asks at once, or once more after an answer that is under way. */
  readonly now: () => void;
}

/** One question at a time; ends with the signal. */
export function poll(everyMs: number, signal: AbortSignal, ask: () => Promise<void>): Poll {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking = false;
  let again = false;
  const now = (): void => {
    if (signal.aborted) return;
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    clearTimeout(timer);
    void ask().finally(() => {
      asking = false;
      if (signal.aborted) return;
      if (again) {
        again = false;
        now();
      } else timer = setTimeout(tick, everyMs);
    });
  };
  const tick = (): void => {
    // Hidden pages ask when they are looked at again.
    if (document.visibilityState === "visible") now();
    else timer = setTimeout(tick, everyMs);
  };
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && now(), { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
  now();
  return { now };
}
