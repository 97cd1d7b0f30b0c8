/**
 * Second stage of the compiler: tokens in, the syntax tree of a module out, as strict as OPA's parser. Whatever is
 * wrong is a diagnostic; after one the parser goes on at the next rule, so a file's errors come all at once. Names are
 * not resolved here and nothing is rewritten.
 */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { sortDiagnostics } from "../diagnostics/sort-diagnostics.ts";
import { lexModule } from "./lex-module.ts";
import type { ImportNode, ModuleNode, PackageNode, RuleNode } from "./nodes.ts";
import { parseImport, parsePackage } from "./parse-header.ts";
import { parseRule } from "./parse-rule.ts";
import {
  createParseState,
  DEFAULT_MAX_NESTING,
  isReferenceHead,
  type ParseState,
  peek,
  type RegoVersion,
  report,
  SyntaxFailure,
  tokenSpan,
} from "./parse-state.ts";
import { recoverAtNextRule } from "./recover.ts";
import { TokenKind } from "./token-kind.ts";

export interface ParseModuleOptions {
  /** Name for spans and messages. */
  readonly file: string;
  readonly text: string;
  /** 1 unless given. */
  readonly regoVersion?: RegoVersion;
  /** How deep brackets, bodies and operators may nest. */
  readonly maxNesting?: number;
}

export interface ParsedModule {
  /** Undefined where a diagnostic is an error. */
  readonly module: ModuleNode | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export function parseModule({
  file,
  text,
  regoVersion = 1,
  maxNesting = DEFAULT_MAX_NESTING,
}: ParseModuleOptions): ParsedModule {
  const tokens = lexModule({ file, text });
  const state = createParseState({ tokens, version: regoVersion, maxNesting });
  const packages: PackageNode[] = [];
  const imports: ImportNode[] = [];
  const rules: RuleNode[] = [];

  if (peek(state) === TokenKind.end || peek(state) !== TokenKind.package) {
    reportMissingPackage(state);
  }
  while (peek(state) !== TokenKind.end) {
    const first = state.position;
    try {
      parseDeclaration(state, { packages, imports, rules });
    } catch (error) {
      recordFailure(state, error);
      recoverAtNextRule(state, first);
    }
    state.tried.clear();
  }

  const diagnostics = sortDiagnostics([...tokens.diagnostics, ...state.diagnostics]);
  const [declared] = packages;
  if (declared === undefined || diagnostics.some(({ severity }) => severity === "error")) {
    return { module: undefined, diagnostics };
  }
  const span = { file, start: 0, end: text.length };
  return {
    module: { kind: "module", span, package: declared, imports, rules, comments: tokens.comments },
    diagnostics,
  };
}

interface Declarations {
  readonly packages: PackageNode[];
  readonly imports: ImportNode[];
  readonly rules: RuleNode[];
}

function parseDeclaration(state: ParseState, { packages, imports, rules }: Declarations): void {
  const kind = peek(state);
  if (kind === TokenKind.package && !isReferenceHead(state)) {
    const node = parsePackage(state);
    if (packages.length > 0) {
      const suggestion = "a file declares one package, on its first line";
      report(state, { span: node.span, message: "This file has declared its package before", suggestion });
    }
    packages.push(node);
  } else if (kind === TokenKind.import && !isReferenceHead(state)) {
    imports.push(parseImport(state));
  } else {
    rules.push(...parseRule(state));
  }
}

function reportMissingPackage(state: ParseState): void {
  const empty = peek(state) === TokenKind.end;
  report(state, {
    span: tokenSpan(state),
    message: empty ? "The file is empty" : "The file does not start with its package",
    suggestion: "write `package name` on the first line",
  });
}

/** Keeps the diagnostic of a syntax error; anything else is a bug and goes on. */
function recordFailure(state: ParseState, error: unknown): void {
  if (error instanceof RangeError) {
    // Only a raised `maxNesting` comes here: the stack is at its end before the limit is.
    const message = `This is nested too deeply for the stack of this process, though within the limit of ${state.maxNesting}`;
    report(state, { span: tokenSpan(state), message });
  } else if (!(error instanceof SyntaxFailure)) {
    throw error;
  } else if (error.diagnostic !== undefined) {
    state.diagnostics.push(error.diagnostic);
  }
  state.nesting = 0;
  state.speculation = 0;
}
