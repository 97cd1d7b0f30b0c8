import { type Command, defineCommand } from "../command.ts";
import { JSON_FLAG, type JsonFlag, SOURCE_FLAGS, type SourceFlags } from "../sources/source-flags.ts";

export interface CheckFlags extends SourceFlags, JsonFlag {
  readonly strict: boolean;
}

export const check: Command = defineCommand<CheckFlags>({
  name: "check",
  summary: "report mistakes in Rego",
  forms: ["PATH... [--strict]"],
  about:
    "Prints what is wrong with the policies below PATH: files, folders, OPA bundles. Exit status 1 when something is.",
  flags: {
    strict: {
      type: "boolean",
      help: "also refuse unused imports, variables and arguments, and what is deprecated",
    },
    ...SOURCE_FLAGS,
    json: JSON_FLAG,
  },
  load: async () => (await import("../check/run-check.ts")).runCheck,
});
