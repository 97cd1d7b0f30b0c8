/** Entry points for texts that are no modules: queries of `eval`, and terms. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { sortDiagnostics } from "../diagnostics/sort-diagnostics.ts";
import { lexModule } from "./lex-module.ts";
import type { BodyNode } from "./nodes.ts";
import { parseStatements } from "./parse-body.ts";
import {
  activateKeyword,
  createParseState,
  DEFAULT_MAX_NESTING,
  type ParseState,
  peek,
  type RegoVersion,
  report,
  SyntaxFailure,
  tokenSpan,
} from "./parse-state.ts";
import { TokenKind } from "./token-kind.ts";

export interface ParseQueryOptions {
  readonly text: string;
  /** Name for spans and messages; `query` unless given. */
  readonly file?: string;
  /** 1 unless given. */
  readonly regoVersion?: RegoVersion;
  /** Keywords that an import would switch on, such as `and`. */
  readonly keywords?: readonly ("in" | "every" | "contains" | "if" | "and" | "or" | "not")[];
  readonly maxNesting?: number;
}

export interface ParsedQuery {
  /** Undefined where a diagnostic is an error. */
  readonly body: BodyNode | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a query: the statements of a body without braces, such as `data.a.b = x; x > 1`. */
export function parseQuery({
  text,
  file = "query",
  regoVersion = 1,
  keywords = [],
  maxNesting = DEFAULT_MAX_NESTING,
}: ParseQueryOptions): ParsedQuery {
  const tokens = lexModule({ file, text });
  const state = createParseState({ tokens, version: regoVersion, maxNesting });
  for (const word of keywords) {
    activateKeyword(state, word);
  }
  const body = readStatements(state);
  const diagnostics = sortDiagnostics([...tokens.diagnostics, ...state.diagnostics]);
  const failed = diagnostics.some(({ severity }) => severity === "error");
  return { body: failed ? undefined : body, diagnostics };
}

function readStatements(state: ParseState): BodyNode | undefined {
  if (peek(state) === TokenKind.end) {
    report(state, { span: tokenSpan(state), message: "The query is empty" });
    return undefined;
  }
  try {
    return parseStatements(state);
  } catch (error) {
    if (!(error instanceof SyntaxFailure)) {
      throw error;
    }
    if (error.diagnostic !== undefined) {
      state.diagnostics.push(error.diagnostic);
    }
    return undefined;
  }
}
