import type { Call, ExitStatus } from "../command.ts";
import type { BenchFlags } from "../commands/bench.ts";
import { entrypointOf, readModule } from "../read-module.ts";
import { readInput } from "../sources/read-input.ts";
import { readSources } from "../sources/read-sources.ts";
import { UsageError } from "../usage-error.ts";
import { type Measurement, measure } from "./measure.ts";

export async function runBench({ flags, positionals, output }: Call<BenchFlags>): Promise<ExitStatus> {
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0) throw new UsageError("bench needs the path of one module");
  const seconds = secondsOf(flags.time);
  const { data } = await readSources(flags.data, { data: true, modules: false });
  const { policy } = await readModule(path, data === undefined ? {} : { data });
  const entrypoint = entrypointOf(policy, flags.entrypoint);
  const input = await readInput({ file: flags.input, output });
  const evaluate = policy.entrypoint(entrypoint);
  const answer = evaluate(input);
  if (answer.kind === "fault") throw new UsageError(`${entrypoint} has a fault for this input: ${answer.message}`);
  const measured = measure(() => evaluate(input), seconds * 1e9);
  const fuel = policy.evaluate(input, { entrypoint, fuelUsed: true }).fuelUsed;
  output.out(
    flags.json
      ? `${JSON.stringify({ entrypoint, ...measured, ...(fuel === undefined ? {} : { fuel }) }, undefined, 2)}\n`
      : describe(measured, { entrypoint, fuel }),
  );
  return 0;
}

function secondsOf(text: string | undefined): number {
  const seconds = Number(text ?? "2");
  if (!(seconds > 0 && seconds <= 3600)) throw new UsageError(`--time ${text}: must be seconds, more than 0`);
  return seconds;
}

function describe(
  { evaluations, batch, nanoseconds }: Measurement,
  { entrypoint, fuel }: { readonly entrypoint: string; readonly fuel: number | undefined },
): string {
  const rows = Object.entries(nanoseconds).map(([name, value]) => `  ${name.padEnd(6)} ${timeText(value)}`);
  const clock = batch > 1 ? `, timed ${batch} at a time: one is too short for the clock` : "";
  return [
    `${entrypoint}: ${evaluations} evaluations${clock}${fuel === undefined ? "" : `, fuel ${fuel}`}`,
    ...rows,
    "",
  ].join("\n");
}

function timeText(nanoseconds: number): string {
  if (nanoseconds < 10_000) return `${nanoseconds.toFixed(nanoseconds < 100 ? 1 : 0)} ns`;
  return nanoseconds < 10_000_000
    ? `${(nanoseconds / 1000).toFixed(1)} us`
    : `${(nanoseconds / 1_000_000).toFixed(1)} ms`;
}
