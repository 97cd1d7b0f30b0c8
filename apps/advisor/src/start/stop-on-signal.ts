/** The platform sends SIGKILL 10 s after SIGTERM; what is in flight gets most of that. */
const graceMs = 8_000;
/** For what is still open after everything was closed: a tool that never answers must not keep the process. */
const lingerMs = 500;

/** Stops once, whichever signal comes first; a second signal while stopping ends the process at once. */
export function stopOnSignal(stopWithin: (milliseconds: number) => Promise<void>, done: () => void): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    stopWithin(graceMs).then(
      () => {
        done();
        setTimeout(() => process.exit(0), lingerMs).unref();
      },
      (error: unknown) => {
        process.stderr.write(`flyball: stopping failed: ${error instanceof Error ? error.message : String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}
