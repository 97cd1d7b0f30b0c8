import { createSourceFile, type Diagnostic, formatDiagnostic, positionAt, type SourceFile } from "@flyball/compiler";
import type { Output } from "../command.ts";
import { type Paint, painter } from "../terminal/paint.ts";

export interface DiagnosticsReport {
  readonly diagnostics: readonly Diagnostic[];
  /** Texts by file name: for lines and places. */
  readonly modules: Readonly<Record<string, string>>;
  readonly json: boolean;
  readonly output: Output;
  /** A text that is no file: JSON leaves its name empty, as OPA does. */
  readonly unnamed?: string;
}

/** Prints diagnostics with their lines, or as the JSON that `opa check --format json` prints, and answers whether any is an error. */
export function reportDiagnostics({ modules, json, output, unnamed, ...report }: DiagnosticsReport): boolean {
  const diagnostics = report.diagnostics.map(withFlags);
  const failed = diagnostics.some(({ severity }) => severity === "error");
  const sourceOf = sources(modules);
  if (json) {
    const errors = diagnostics.map((diagnostic) => {
      const { file } = diagnostic.span;
      return toJsonError(diagnostic, { source: sourceOf(file), file: file === unnamed ? "" : file });
    });
    if (failed) output.out(`${JSON.stringify({ errors }, undefined, 2)}\n`);
    return failed;
  }
  const paint = painter(output.colours.err);
  for (const diagnostic of diagnostics) {
    const text = formatDiagnostic(diagnostic, sourceOf(diagnostic.span.file));
    output.err(`${paintDiagnostic(text, diagnostic, paint)}\n\n`);
  }
  const count = diagnostics.filter(({ severity }) => severity === "error").length;
  if (count > 1) output.err(`${count} errors\n`);
  return failed;
}

/** The compiler names its options; here they are flags. */
function withFlags(diagnostic: Diagnostic): Diagnostic {
  const { suggestion } = diagnostic;
  return suggestion === undefined
    ? diagnostic
    : { ...diagnostic, suggestion: suggestion.replace("raise `maxNesting`", "raise the limit with `--max-nesting`") };
}

function sources(modules: DiagnosticsReport["modules"]): (file: string) => SourceFile | undefined {
  const known = new Map<string, SourceFile>();
  return (file) => {
    const text = Object.hasOwn(modules, file) ? modules[file] : undefined;
    if (text !== undefined && !known.has(file)) known.set(file, createSourceFile(file, text));
    return known.get(file);
  };
}

function toJsonError(
  { message, code, severity, span, suggestion }: Diagnostic,
  { source, file }: { readonly source: SourceFile | undefined; readonly file: string },
): object {
  const place = source === undefined ? undefined : positionAt(source, span.start);
  return { message, code, severity, suggestion, location: { file, row: place?.line, col: place?.column } };
}

/** The head in bold with the code in its colour, the underline in the same, the way out apart. */
function paintDiagnostic(text: string, { code, severity }: Diagnostic, paint: Paint): string {
  const colour = severity === "error" ? "red" : "yellow";
  const [head = "", ...rest] = text.split("\n");
  const at = head.indexOf(code);
  const painted = `${paint("bold", head.slice(0, at))}${paint(colour, code)}${paint("bold", head.slice(at + code.length))}`;
  return [
    painted,
    ...rest.map((line) => {
      const underline = /^( +\| \s*)(\^+)$/.exec(line);
      if (underline !== null) return `${underline[1]}${paint(colour, underline[2] ?? "")}`;
      return /^ +=/.test(line) ? paint("cyan", line) : line;
    }),
  ].join("\n");
}
