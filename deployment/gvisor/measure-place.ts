import type { Measured } from "./inside/measure-checks.ts";
import { issuerSettings, type Place } from "./place.ts";

export const entrypoint = "finance/decision";
export const concurrency = 32;

export interface PlaceFigures extends Measured {
  readonly place: Place["name"];
  /** Of each start; milliseconds. */
  readonly starts: readonly number[];
}

/** Starts the service several times for its time to ready, then measures checks beside the last one. */
export async function measurePlace(
  place: Place,
  given: { readonly starts: number; readonly milliseconds: number; readonly opa: boolean },
): Promise<PlaceFigures> {
  const starts: number[] = [];
  for (;;) {
    const service = await place.start();
    try {
      starts.push(service.readyMs);
      if (starts.length < given.starts) {
        await service.stop();
        continue;
      }
      const environment = {
        ...issuerSettings,
        MEASURE_APP: place.app,
        MEASURE_BENCH: place.bench,
        MEASURE_MS: String(given.milliseconds),
        MEASURE_CONCURRENCY: String(concurrency),
        MEASURE_ENTRYPOINT: entrypoint,
        MEASURE_PID: String(service.pid),
        MEASURE_OPA: given.opa ? "1" : "0",
      };
      const measured = JSON.parse(await service.run("measure-checks.ts", environment)) as Measured;
      await service.stop();
      return { place: place.name, starts, ...measured };
    } finally {
      service.remove();
    }
  }
}
