import type { Call, ExitStatus } from "../command.ts";
import type { CompletionFlags } from "../commands/completion.ts";
import { COMMANDS } from "../commands.ts";
import { UsageError } from "../usage-error.ts";
import { bashCompletion } from "./bash-completion.ts";
import { fishCompletion } from "./fish-completion.ts";
import { zshCompletion } from "./zsh-completion.ts";

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

export function runCompletion({ flags, positionals, output }: Call<CompletionFlags>): ExitStatus {
  if (flags.json && positionals.length === 0) {
    const commands = COMMANDS.map(({ name, summary, flags: declared }) => ({ name, summary, flags: declared }));
    output.out(`${JSON.stringify({ commands }, undefined, 2)}\n`);
    return 0;
  }
  const [shell, ...others] = positionals;
  if (shell === undefined || others.length > 0 || !isShell(shell))
    throw new UsageError("completion needs the name of a shell: bash, zsh or fish");
  output.out(SHELLS[shell](COMMANDS));
  return 0;
}

function isShell(name: string): name is keyof typeof SHELLS {
  return Object.hasOwn(SHELLS, name);
}
