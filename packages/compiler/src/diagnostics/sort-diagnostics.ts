import type { Diagnostic } from "./diagnostic.ts";

/** In the order of files, then of places; what is said twice of one place is said once. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return [...diagnostics].sort(compareDiagnostics).filter(({ code, span: { file, start, end }, message }) => {
    const key = JSON.stringify([file, start, end, code, message]);
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}

function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return (
    compareText(a.span.file, b.span.file) ||
    a.span.start - b.span.start ||
    a.span.end - b.span.end ||
    compareText(a.message, b.message)
  );
}

/** By UTF-16 code unit: the same on every machine, whatever its locale. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
