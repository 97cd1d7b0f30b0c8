import { type Command, defineCommand } from "../command.ts";
import type { JsonFlag } from "../sources/source-flags.ts";

export type CompletionFlags = JsonFlag;

export const completion: Command = defineCommand<CompletionFlags>({
  name: "completion",
  summary: "print a script that completes commands and flags in a shell",
  forms: ["bash | zsh | fish", "--json"],
  about: `Prints a completion script:
  bash   source <(flyball completion bash)
  zsh    source <(flyball completion zsh)
  fish   flyball completion fish | source`,
  flags: { json: { type: "boolean", help: "print all commands and flags as JSON, for other tools" } },
  load: async () => (await import("../completion/run-completion.ts")).runCompletion,
});
