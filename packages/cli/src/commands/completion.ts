import { type Command, defineCommand } from "../command.ts";

/** It has none. */
export type CompletionFlags = Readonly<Record<string, never>>;

export const completion: Command = defineCommand<CompletionFlags>({
  name: "completion",
  summary: "print a script that completes commands and flags in a shell",
  forms: ["bash | zsh | fish"],
  about: `Prints a completion script:
  bash   source <(flyball completion bash)
  zsh    source <(flyball completion zsh)
  fish   flyball completion fish | source`,
  flags: {},
  load: async () => (await import("../completion/run-completion.ts")).runCompletion,
});
