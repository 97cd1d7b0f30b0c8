import { createSourceFile, type Diagnostic, formatDiagnostic, positionAt, type SourceFile } from "@flyball/compiler";
import type { Output } from "./command.ts";

/** Prints diagnostics with their lines, or as the JSON that `opa check --format json` prints, and answers whether any is an error. */
export function reportDiagnostics(options: {
  readonly diagnostics: readonly Diagnostic[];
  readonly modules: Readonly<Record<string, string>>;
  readonly json: boolean;
  readonly output: Output;
}): boolean {
  const { diagnostics, modules, json, output } = options;
  const failed = diagnostics.some(({ severity }) => severity === "error");
  const sources = new Map<string, SourceFile>();
  const sourceOf = (file: string): SourceFile | undefined => {
    const text = Object.hasOwn(modules, file) ? modules[file] : undefined;
    if (text !== undefined && !sources.has(file)) sources.set(file, createSourceFile(file, text));
    return sources.get(file);
  };
  if (json) {
    const errors = diagnostics.map((diagnostic) => toJsonError(diagnostic, sourceOf(diagnostic.span.file)));
    if (failed) output.out(`${JSON.stringify({ errors }, undefined, 2)}\n`);
    return failed;
  }
  for (const diagnostic of diagnostics) {
    output.err(`${formatDiagnostic(diagnostic, sourceOf(diagnostic.span.file))}\n\n`);
  }
  return failed;
}

function toJsonError({ message, code, severity, span, suggestion }: Diagnostic, source: SourceFile | undefined) {
  const place = source === undefined ? undefined : positionAt(source, span.start);
  return { message, code, severity, suggestion, location: { file: span.file, row: place?.line, col: place?.column } };
}
