import { type Command, defineCommand } from "../command.ts";
import { JSON_FLAG, type JsonFlag } from "../sources/source-flags.ts";

export interface MeterFlags extends JsonFlag {
  readonly output: string | undefined;
}

export const meter: Command = defineCommand<MeterFlags>({
  name: "meter",
  summary: "give a module made by OPA a fuel counter",
  forms: ["policy.wasm -o metered.wasm"],
  about:
    "Rewrites a module that opa build -t wasm made, so that it counts its steps: the engine then ends evaluations that need more than their fuel limit. Modules of flyball build count already.",
  flags: {
    output: { type: "string", short: "o", value: "FILE", help: "where the module goes" },
    json: JSON_FLAG,
  },
  load: async () => (await import("../meter/run-meter.ts")).runMeter,
});
