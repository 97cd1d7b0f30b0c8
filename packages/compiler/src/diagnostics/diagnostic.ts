import type { Span } from "./span.ts";

/** Each has a page in docs/reference/errors. OPA's codes, for people and tools that know them, and ours for what OPA has no word for. */
export type DiagnosticCode =
  | "rego_parse_error"
  | "rego_compile_error"
  | "rego_type_error"
  | "rego_unsafe_var_error"
  | "rego_recursion_error"
  /** A policy beyond a limit of the compiler or of WebAssembly engines. */
  | "unsupported";

/** What an author did wrong, as data: collected and sorted, never thrown. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: "error" | "warning";
  readonly span: Span;
  readonly message: string;
  /** The way out, as a sentence or a piece of Rego. */
  readonly suggestion?: string;
}
