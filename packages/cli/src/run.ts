import { type Command, type ExitStatus, type Output, UsageError } from "./command.ts";
import { build } from "./commands/build.ts";
import { check } from "./commands/check.ts";
import { evaluate } from "./commands/eval.ts";
import { inspect } from "./commands/inspect.ts";
import { test } from "./commands/test.ts";

const COMMANDS: readonly Command[] = [build, check, evaluate, test, inspect];

/** Runs one command as the shell would: answers the exit status, throws only for a bug of ours. */
export async function runCommand(args: readonly string[], output: Output): Promise<ExitStatus> {
  const [name, ...rest] = args;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    (name === undefined ? output.err : output.out)(overview());
    return name === undefined ? 2 : 0;
  }
  const command = COMMANDS.find((each) => each.name === name);
  if (command === undefined) {
    output.err(`flyball: no command ${JSON.stringify(name)}\n\n${overview()}`);
    return 2;
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    output.out(command.usage);
    return 0;
  }
  try {
    return await command.run(rest, output);
  } catch (error) {
    if (!isUsage(error)) throw error;
    output.err(`flyball ${name}: ${error.message}\n`);
    return 2;
  }
}

/** `parseArgs` throws type errors with a code for flags that it does not know. */
function isUsage(error: unknown): error is Error {
  return (
    error instanceof UsageError ||
    (error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS"))
  );
}

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  return [
    "usage: flyball COMMAND [--help]",
    "",
    ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    "",
  ].join("\n");
}
