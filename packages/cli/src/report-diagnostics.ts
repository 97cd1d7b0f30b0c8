import { createSourceFile, type Diagnostic, formatDiagnostic } from "@flyball/compiler";
import type { Output } from "./command.ts";

/** Prints diagnostics with their lines, or as JSON, and answers whether any is an error. */
export function reportDiagnostics(options: {
  readonly diagnostics: readonly Diagnostic[];
  readonly modules: Readonly<Record<string, string>>;
  readonly json: boolean;
  readonly output: Output;
}): boolean {
  const { diagnostics, modules, json, output } = options;
  const failed = diagnostics.some(({ severity }) => severity === "error");
  if (json) {
    if (failed) output.out(`${JSON.stringify({ errors: diagnostics }, undefined, 2)}\n`);
    return failed;
  }
  for (const diagnostic of diagnostics) {
    const { file } = diagnostic.span;
    const text = modules[file];
    const source = text === undefined ? undefined : createSourceFile(file, text);
    output.err(`${formatDiagnostic(diagnostic, source)}\n\n`);
  }
  return failed;
}
