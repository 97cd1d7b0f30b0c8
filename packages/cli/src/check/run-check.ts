import { checkModules } from "@flyball/compiler";
import type { Call, ExitStatus } from "../command.ts";
import type { CheckFlags } from "../commands/check.ts";
import { reportDiagnostics } from "../report/report-diagnostics.ts";
import { grantOptions } from "../sources/granted.ts";
import { schemaOptions } from "../sources/read-schemas.ts";
import { readSources } from "../sources/read-sources.ts";
import { languageOptions } from "../sources/source-flags.ts";
import { sourceLimits } from "../sources/source-limits.ts";
import { UsageError } from "../usage-error.ts";

export async function runCheck({ flags, positionals, output }: Call<CheckFlags>): Promise<ExitStatus> {
  if (positionals.length === 0) throw new UsageError("check needs the path of a policy");
  const limits = sourceLimits(flags);
  const { modules, regoVersions } = await readSources(positionals, { data: false, limits });
  if (Object.keys(modules).length === 0) throw new UsageError(`no .rego file in ${positionals.join(", ")}`);
  const diagnostics = checkModules({
    modules,
    regoVersions,
    strict: flags.strict,
    ...languageOptions(flags),
    ...(await schemaOptions(flags, limits)),
    ...grantOptions(flags),
  });
  if (reportDiagnostics({ diagnostics, modules, json: flags.json, output })) return 1;
  if (flags.json) output.out("{}\n");
  return 0;
}
