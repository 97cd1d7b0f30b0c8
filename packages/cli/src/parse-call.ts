import { parseArgs } from "node:util";
import type { Call, Command, Output } from "./command.ts";
import { nearest } from "./nearest.ts";
import { UsageError } from "./usage-error.ts";

/** Reads the words after a command's name. Throws `UsageError` for flags that the command does not have. */
export function parseCall(command: Command, args: readonly string[], output: Output): Call<unknown> {
  const options = Object.fromEntries(
    Object.entries(command.flags).map(([name, { type, short, multiple }]) => [
      name,
      {
        type,
        ...(short === undefined ? {} : { short }),
        ...(multiple === true ? { multiple, default: [] } : {}),
        ...(type === "boolean" ? { default: false } : {}),
      },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    return { flags: values, positionals, output };
  } catch (error) {
    if (!(error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS")))
      throw error;
    throw new UsageError(shorten(error.message, Object.keys(command.flags)));
  }
}

/** Node's message without its advice for programs, with a flag that may have been meant. */
function shorten(message: string, names: readonly string[]): string {
  const [first = message] = message.split(/\.\s/);
  const unknown = /^Unknown option '--([^']+)'/.exec(first)?.[1];
  const meant = unknown === undefined ? undefined : nearest(unknown, names);
  return meant === undefined ? first : `${first}: --${meant} is meant perhaps`;
}
