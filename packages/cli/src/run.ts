import { type Command, type ExitStatus, type Output, UsageError } from "./command.ts";

/** The commands, each loaded when it is called: a command's start costs what it needs and no more. */
const COMMANDS: readonly { readonly name: string; readonly summary: string; readonly load: () => Promise<Command> }[] =
  [
    {
      name: "build",
      summary: "compile Rego to one policy.wasm",
      load: async () => (await import("./commands/build.ts")).build,
    },
    {
      name: "check",
      summary: "report mistakes in Rego",
      load: async () => (await import("./commands/check.ts")).check,
    },
    {
      name: "eval",
      summary: "evaluate a query, or a module's entrypoint",
      load: async () => (await import("./commands/eval.ts")).evaluate,
    },
    { name: "test", summary: "run the tests of policies", load: async () => (await import("./commands/test.ts")).test },
    {
      name: "inspect",
      summary: "show what a policy.wasm holds",
      load: async () => (await import("./commands/inspect.ts")).inspect,
    },
  ];

/** Runs one command as the shell would: answers the exit status, throws only for a bug of ours. */
export async function runCommand(args: readonly string[], output: Output): Promise<ExitStatus> {
  const [name, ...rest] = args;
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    (name === undefined ? output.err : output.out)(overview());
    return name === undefined ? 2 : 0;
  }
  const known = COMMANDS.find((each) => each.name === name);
  if (known === undefined) {
    output.err(`flyball: no command ${JSON.stringify(name)}\n\n${overview()}`);
    return 2;
  }
  const command = await known.load();
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
