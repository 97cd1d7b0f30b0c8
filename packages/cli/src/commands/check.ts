import { parseArgs } from "node:util";
import { checkModules } from "@flyball/compiler";
import { type Command, UsageError } from "../command.ts";
import { readSources } from "../read-sources.ts";
import { reportDiagnostics } from "../report-diagnostics.ts";

const usage = `flyball check PATH... [--strict] [--json]

Prints what is wrong with the policies; exit status 1 when something is.
`;

export const check: Command = {
  usage,
  // biome-ignore lint/suspicious/useAwait: what it throws is to arrive as a rejection, as from the other commands
  run: async (args, output) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { strict: { type: "boolean", default: false }, json: { type: "boolean", default: false } },
    });
    if (positionals.length === 0) throw new UsageError("check needs the path of a policy");
    const { modules } = readSources(positionals, { data: false });
    if (Object.keys(modules).length === 0) throw new UsageError(`no .rego file in ${positionals.join(", ")}`);
    const diagnostics = checkModules({ modules, strict: values.strict });
    if (reportDiagnostics({ diagnostics, modules, json: values.json, output })) return 1;
    if (values.json) output.out("{}\n");
    return 0;
  },
};
