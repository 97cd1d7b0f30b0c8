import { type Command, defineCommand } from "../command.ts";
import { JSON_FLAG, type JsonFlag } from "../sources/source-flags.ts";

export interface BenchFlags extends JsonFlag {
  readonly input: string | undefined;
  readonly data: readonly string[];
  readonly entrypoint: string | undefined;
  readonly time: string | undefined;
}

export const bench: Command = defineCommand<BenchFlags>({
  name: "bench",
  summary: "measure how long one evaluation takes",
  forms: ["policy.wasm -i INPUT [-e ENTRYPOINT]"],
  about:
    "Evaluates one entrypoint again and again on one input, and prints percentiles of how long an evaluation takes.",
  flags: {
    input: { type: "string", short: "i", value: "FILE", help: "the input, .json or .yaml" },
    data: { type: "string", short: "d", multiple: true, value: "PATH", help: "base documents that are set at load" },
    entrypoint: { type: "string", short: "e", value: "NAME", help: "which entrypoint (the first)" },
    time: { type: "string", value: "SECONDS", help: "how long to measure (2)" },
    json: JSON_FLAG,
  },
  load: async () => (await import("../bench/run-bench.ts")).runBench,
});
