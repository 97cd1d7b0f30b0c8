import type { ExitStatus, Output } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { nearest } from "./nearest.ts";
import { parseCall } from "./parse-call.ts";
import { UsageError } from "./usage-error.ts";
import { overviewText, usageText } from "./usage-text.ts";

/** Runs one command as the shell would: answers the exit status, throws only for a bug of ours. */
export async function runCommand(args: readonly string[], output: Output): Promise<ExitStatus> {
  const [name, ...rest] = args;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") return overview(rest, output, name);
  if (name === "--version" || name === "version") {
    output.out(`flyball ${(await import("@flyball/compiler")).COMPILER_VERSION}\n`);
    return 0;
  }
  const command = COMMANDS.find((each) => each.name === name);
  if (command === undefined) return unknownCommand(name, output);
  if (asksForHelp(rest)) {
    output.out(usageText(command));
    return 0;
  }
  try {
    const call = parseCall(command, rest, output);
    return await (await command.load())(call);
  } catch (error) {
    const usage = await asUsage(error);
    if (usage === undefined) throw error;
    reportUsage(usage, { name, json: rest.includes("--json"), output });
    return 2;
  }
}

/** What is no bug of ours: a wrong call, and a policy beyond what the compiler can follow. */
async function asUsage(error: unknown): Promise<UsageError | undefined> {
  if (error instanceof UsageError) return error;
  if (!(error instanceof RangeError)) return undefined;
  const { isTooDeep } = await import("@flyball/compiler");
  const message =
    "the policy is nested, or its rules depend on one another, deeper than the compiler can follow; `node --stack-size=4000 $(command -v flyball) ...` raises the limit";
  return isTooDeep(error) ? new UsageError(message) : undefined;
}

function overview(rest: readonly string[], output: Output, asked: string | undefined): ExitStatus {
  const command = COMMANDS.find(({ name }) => name === rest[0]);
  (asked === undefined ? output.err : output.out)(command === undefined ? overviewText(COMMANDS) : usageText(command));
  return asked === undefined ? 2 : 0;
}

function unknownCommand(name: string, output: Output): ExitStatus {
  const meant = nearest(
    name,
    COMMANDS.map((each) => each.name),
  );
  output.err(
    `flyball: no command ${JSON.stringify(name)}${meant === undefined ? "" : `: ${meant} is meant perhaps`}; flyball --help lists them\n`,
  );
  return 2;
}

/** Before `--`: what follows is no flag. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end < 0 ? args.length : end).some((arg) => arg === "--help" || arg === "-h");
}

function reportUsage(
  { problems, message }: UsageError,
  { name, json, output }: { readonly name: string; readonly json: boolean; readonly output: Output },
): void {
  if (json) {
    const errors = problems.map(({ message: text, file, row, col }) => ({
      message: text,
      code: file === undefined ? "usage_error" : "source_error",
      ...(file === undefined ? {} : { location: { file, row, col } }),
    }));
    output.out(`${JSON.stringify({ errors }, undefined, 2)}\n`);
    return;
  }
  for (const line of message.split("\n")) output.err(`flyball ${name}: ${line}\n`);
}
