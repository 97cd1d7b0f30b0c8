import { type Command, defineCommand } from "../command.ts";
import { JSON_FLAG, type JsonFlag, SOURCE_FLAGS, type SourceFlags } from "../sources/source-flags.ts";

export interface FmtFlags extends SourceFlags, JsonFlag {
  readonly write: boolean;
  readonly diff: boolean;
  readonly check: boolean;
  readonly list: boolean;
  readonly fail: boolean;
}

export const fmt: Command = defineCommand<FmtFlags>({
  name: "fmt",
  summary: "format Rego",
  forms: ["[PATH...] [-w | --diff | --check]"],
  about: `Formats the Rego below PATH, or standard input without one, and prints it. The meaning never changes, and a second run changes
nothing. A file with mistakes is left as it is, and they are reported.`,
  flags: {
    write: { type: "boolean", short: "w", help: "put the formatted text in place of the file" },
    diff: { type: "boolean", short: "d", help: "print what would change" },
    check: { type: "boolean", help: "print the names of files that would change; exit status 1 when there are any" },
    list: { type: "boolean", short: "l", help: "print the names of files that would change" },
    fail: { type: "boolean", help: "exit status 1 when a file would change" },
    ...SOURCE_FLAGS,
    json: JSON_FLAG,
  },
  load: async () => (await import("../fmt/run-fmt.ts")).runFmt,
});
