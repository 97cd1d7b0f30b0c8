/** The platform sends SIGKILL 10 s after SIGTERM; what is in flight gets most of that. */
const graceMs = 8_000;

/** Stops once, whichever signal comes first; a second signal while stopping ends the process at once. */
export function stopOnSignal(stopWithin: (milliseconds: number) => Promise<void>, done: () => void): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    stopWithin(graceMs).then(done, (error: unknown) => {
      process.stderr.write(`flyball: stopping failed: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exit(1);
    });
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}
