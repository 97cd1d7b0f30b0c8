import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { TermNode } from "./nodes.ts";
import { type ParseQueryOptions, parseQuery } from "./parse-query.ts";

export interface ParsedTerm {
  /** Undefined where a diagnostic is an error. */
  readonly term: TermNode | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads one term, such as an input that is written in Rego. */
export function parseStandaloneTerm(options: ParseQueryOptions): ParsedTerm {
  const { body, diagnostics } = parseQuery({ file: "term", ...options });
  const [statement, ...more] = body ?? [];
  if (statement === undefined) {
    return { term: undefined, diagnostics };
  }
  if (statement.kind === "term-statement" && statement.with.length === 0 && more.length === 0) {
    return { term: statement.term, diagnostics };
  }
  const span = (more[0] ?? statement).span;
  const message = "One term is expected here, and nothing else";
  return { term: undefined, diagnostics: [{ code: "rego_parse_error", severity: "error", span, message }] };
}
