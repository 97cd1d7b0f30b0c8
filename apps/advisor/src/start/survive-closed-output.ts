/**
 * A reader of our output that goes away (`| head`, a closed terminal) must not take the service with it: Node ends a
 * process for a write to a closed pipe unless somebody listens.
 */
export function surviveClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}
