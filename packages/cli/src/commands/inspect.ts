import { type Command, defineCommand } from "../command.ts";
import { JSON_FLAG, type JsonFlag } from "../sources/source-flags.ts";

export type InspectFlags = JsonFlag;

export const inspect: Command = defineCommand<InspectFlags>({
  name: "inspect",
  summary: "show what a policy.wasm holds",
  forms: ["policy.wasm"],
  about:
    "Shows what a module holds: digests, entrypoints, the paths of the input that each reads, fuel bounds, host built-ins, size by part.",
  flags: { json: JSON_FLAG },
  load: async () => (await import("../inspect/run-inspect.ts")).runInspect,
});
