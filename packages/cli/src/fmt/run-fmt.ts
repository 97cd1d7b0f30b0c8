import { type Diagnostic, type FormattedModule, formatModule } from "@flyball/compiler";
import type { Call, ExitStatus } from "../command.ts";
import type { FmtFlags } from "../commands/fmt.ts";
import { reportDiagnostics } from "../report/report-diagnostics.ts";
import { decodeText } from "../sources/file-reader.ts";
import { readSources } from "../sources/read-sources.ts";
import { languageOptions } from "../sources/source-flags.ts";
import { sourceLimits } from "../sources/source-limits.ts";
import { painter } from "../terminal/paint.ts";
import { UsageError } from "../usage-error.ts";
import { writeWhole } from "../write-whole.ts";
import { unifiedDiff } from "./unified-diff.ts";

type FmtCall = Call<FmtFlags>;

interface Formatted extends FormattedModule {
  readonly file: string;
  readonly before: string;
  readonly changed: boolean;
}

export async function runFmt(call: FmtCall): Promise<ExitStatus> {
  const { flags, output } = call;
  if (flags.write && (flags.check || flags.diff || flags.list))
    throw new UsageError("-w changes files, --diff, --check and --list only look at them: give one of them");
  const modules = await readModules(call);
  const formatted = Object.entries(modules).map(([file, before]): Formatted => {
    const result = formatModule({ file, text: before, ...languageOptions(flags) });
    return { ...result, file, before, changed: result.text !== undefined && result.text !== before };
  });
  const diagnostics = formatted.flatMap((each): readonly Diagnostic[] => each.diagnostics);
  const changed = formatted.filter((each) => each.changed);
  if (flags.write) for (const { file, text } of changed) if (text !== undefined) writeWhole(file, text);
  const failed = reportDiagnostics({ diagnostics, modules, json: flags.json && hasErrors(diagnostics), output });
  if (flags.json) {
    const files = formatted.map(({ file, changed: differs, text }) => ({ file, changed: differs, formatted: text }));
    if (!failed) output.out(`${JSON.stringify({ files }, undefined, 2)}\n`);
  } else print(formatted, call);
  if (failed) return 1;
  return (flags.check || flags.fail) && changed.length > 0 ? 1 : 0;
}

function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

async function readModules({ flags, positionals, output }: FmtCall): Promise<Readonly<Record<string, string>>> {
  if (positionals.length === 0) {
    if (flags.write) throw new UsageError("fmt -w needs the path of a policy");
    return { "standard input": decodeText("standard input", output.stdin()) };
  }
  const bundle = positionals.find((path) => /\.(tar\.gz|tgz)$/.test(path));
  if (bundle !== undefined) throw new UsageError([{ file: bundle, message: "is a bundle; fmt works on files" }]);
  const { modules } = await readSources(positionals, { data: false, limits: sourceLimits(flags) });
  if (Object.keys(modules).length === 0) throw new UsageError(`no .rego file in ${positionals.join(", ")}`);
  return modules;
}

function print(formatted: readonly Formatted[], { flags, output }: FmtCall): void {
  const paint = painter(output.colours.out);
  for (const { file, before, text, changed } of formatted) {
    if (text === undefined) continue;
    if (flags.diff) output.out(changed ? unifiedDiff({ file, before, after: text, paint }) : "");
    else if (flags.list || flags.check) output.out(changed ? `${file}\n` : "");
    else if (!flags.write) output.out(text);
  }
}
