import { type Command, defineCommand } from "../command.ts";
import { GRANT_FLAG, type GrantFlag } from "../sources/granted.ts";
import { SCHEMA_FLAG, type SchemaFlag } from "../sources/read-schemas.ts";
import { JSON_FLAG, type JsonFlag, SOURCE_FLAGS, type SourceFlags } from "../sources/source-flags.ts";

export interface CheckFlags extends SourceFlags, JsonFlag, SchemaFlag, GrantFlag {
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
    schema: SCHEMA_FLAG,
    grant: GRANT_FLAG,
    ...SOURCE_FLAGS,
    json: JSON_FLAG,
  },
  load: async () => (await import("../check/run-check.ts")).runCheck,
});
