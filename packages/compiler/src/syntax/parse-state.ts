/**
 * What the parser carries along: the tokens, where it is in them, and which words are keywords at this point. The
 * functions of the `parse-*` files take it as first argument and move it forward; a syntax error throws
 * `SyntaxFailure`, which never leaves this stage: rules catch it, record its diagnostic and go on at the next rule.
 */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span, TermNode } from "./nodes.ts";
import { isKeyword, spellingOf, TOKEN_KIND_COUNT, TokenKind } from "./token-kind.ts";
import { endOfToken, kindOfToken, startOfToken, type TokenList, textOfToken } from "./token-list.ts";

export type RegoVersion = 0 | 1;

/** Levels of brackets, bodies and operators inside one another. The stages after this one recurse over the tree too. */
export const DEFAULT_MAX_NESTING = 500;

export interface ParseState {
  readonly tokens: TokenList;
  readonly version: RegoVersion;
  readonly maxNesting: number;
  /** Index of the next token. */
  position: number;
  /** What a kind counts as here: keywords that are not in force count as identifiers. */
  readonly meaning: Uint8Array;
  /** Index of a keyword that is a name all the same, because it is the head of a reference (`if.x`, `in[0]`); or -1. */
  nameAt: number;
  /** The rules of v1 are in force: the version says so, or `import rego.v1`. */
  strict: boolean;
  /** `import future.keywords.not` is in force. */
  scopedNot: boolean;
  nesting: number;
  /** Above 0 while the parser tries a reading that it may give up. */
  speculation: number;
  /** Bracketed terms that were read while trying, by the index of their first token: read once, whatever is tried. */
  readonly tried: Map<number, { readonly term: TermNode; readonly position: number }>;
  readonly diagnostics: Diagnostic[];
}

/** Unwinds the parser to where it can go on. */
export class SyntaxFailure extends Error {
  override readonly name = "SyntaxFailure";
  /** Undefined where the lexer has already reported what is wrong here. */
  readonly diagnostic: Diagnostic | undefined;

  constructor(diagnostic: Diagnostic | undefined) {
    super(diagnostic?.message);
    this.diagnostic = diagnostic;
  }
}

export const FUTURE_KEYWORDS_V0 = ["in", "every", "contains", "if"] as const;
export const FUTURE_KEYWORDS_V1 = ["and", "not", "or"] as const;

export interface ParseStateOptions {
  readonly tokens: TokenList;
  readonly version: RegoVersion;
  readonly maxNesting: number;
}

export function createParseState({ tokens, version, maxNesting }: ParseStateOptions): ParseState {
  const state: ParseState = {
    tokens,
    version,
    maxNesting,
    position: 0,
    meaning: Uint8Array.from({ length: TOKEN_KIND_COUNT }, (_, kind) => kind),
    nameAt: -1,
    strict: version === 1,
    scopedNot: false,
    nesting: 0,
    speculation: 0,
    tried: new Map(),
    diagnostics: [],
  };
  for (const word of ["and", "or", ...(version === 0 ? FUTURE_KEYWORDS_V0 : [])] as const) {
    state.meaning[TokenKind[word]] = TokenKind.identifier;
  }
  return state;
}

export function activateKeyword(state: ParseState, word: keyof typeof TokenKind): void {
  if (word === "not") {
    state.scopedNot = true;
    return;
  }
  state.meaning[TokenKind[word]] = TokenKind[word];
  if (word === "every") {
    activateKeyword(state, "in");
  }
}

export function isActive(state: ParseState, kind: TokenKind): boolean {
  return state.meaning[kind] === kind;
}

export function peekAt(state: ParseState, ahead: number): TokenKind {
  const index = Math.min(state.position + ahead, state.tokens.count - 1);
  return (state.meaning[kindOfToken(state.tokens, index)] ?? TokenKind.end) as TokenKind;
}

export function peek(state: ParseState): TokenKind {
  if (state.position === state.nameAt) {
    return TokenKind.identifier;
  }
  return (state.meaning[state.tokens.kinds[state.position] ?? 0] ?? TokenKind.end) as TokenKind;
}

export function advance(state: ParseState): void {
  if (state.position < state.tokens.count - 1) {
    state.position += 1;
  }
}

/** Whether the next token stands right behind the one before it. */
export function touches(state: ParseState): boolean {
  return (
    state.position > 0 && startOfToken(state.tokens, state.position) === endOfToken(state.tokens, state.position - 1)
  );
}

/** Whether `.` or `[` follows the next token without a gap. */
export function isReferenceHead(state: ParseState): boolean {
  const { tokens, position } = state;
  const following = peekAt(state, 1);
  return (
    (following === TokenKind.dot || following === TokenKind.leftBracket) &&
    startOfToken(tokens, position + 1) === endOfToken(tokens, position)
  );
}

/** Takes a keyword for a name where `.` or `[` follows it without a gap. */
export function allowKeywordAsName(state: ParseState): void {
  if (isKeyword(peek(state)) && isReferenceHead(state)) {
    state.nameAt = state.position;
  }
}

export function isAfterNewline(state: ParseState): boolean {
  return state.tokens.afterNewline[state.position] === 1;
}

export function accept(state: ParseState, kind: TokenKind): boolean {
  if (peek(state) !== kind) {
    return false;
  }
  advance(state);
  return true;
}

export function tokenText(state: ParseState): string {
  return textOfToken(state.tokens, state.position);
}

export function startOffset(state: ParseState): number {
  return startOfToken(state.tokens, state.position);
}

/** Where the last consumed token ends. */
export function endOffset(state: ParseState): number {
  return state.position === 0 ? startOffset(state) : endOfToken(state.tokens, state.position - 1);
}

export function tokenSpan(state: ParseState, index: number = state.position): Span {
  return {
    file: state.tokens.file,
    start: startOfToken(state.tokens, index),
    end: endOfToken(state.tokens, index),
  };
}

/** From an offset up to the end of the last consumed token. */
export function spanFrom(state: ParseState, start: number): Span {
  return { file: state.tokens.file, start, end: endOffset(state) };
}

/** The next token, for messages: "`}`", "the name `x`", "the end of the file". */
export function describeToken(state: ParseState): string {
  const kind = peek(state);
  const written = kindOfToken(state.tokens, state.position);
  if (kind === TokenKind.end) {
    return "the end of the file";
  }
  if (kind === TokenKind.identifier) {
    return `the name \`${tokenText(state)}\``;
  }
  if (isKeyword(written)) {
    return `the keyword \`${tokenText(state)}\``;
  }
  const spelling = spellingOf(kind);
  if (spelling !== undefined) {
    return `\`${spelling}\``;
  }
  const text = tokenText(state);
  const shown = text.length > 24 ? `${text.slice(0, 24).split("\n", 1)[0] ?? ""}...` : text;
  return kind === TokenKind.number ? `the number \`${shown}\`` : `the string \`${shown}\``;
}

export interface Problem {
  readonly message: string;
  readonly suggestion?: string | undefined;
  readonly span?: Span;
}

/** The failure for the next token, or for `span`. Nothing is said twice: an illegal token has its diagnostic already. */
export function failure(state: ParseState, { message, suggestion, span }: Problem): SyntaxFailure {
  if (span === undefined && kindOfToken(state.tokens, state.position) === TokenKind.illegal) {
    return new SyntaxFailure(undefined);
  }
  return new SyntaxFailure(diagnosticOf(span ?? tokenSpan(state), message, suggestion));
}

export function report(
  state: ParseState,
  problem: Problem & Pick<Diagnostic, "span"> & Partial<Pick<Diagnostic, "severity">>,
): void {
  const diagnostic = diagnosticOf(problem.span, problem.message, problem.suggestion);
  state.diagnostics.push({ ...diagnostic, severity: problem.severity ?? "error" });
}

function diagnosticOf(span: Span, message: string, suggestion: string | undefined): Diagnostic {
  const base = { code: "rego_parse_error", severity: "error", span, message } as const;
  return suggestion === undefined ? base : { ...base, suggestion };
}

/** Goes one level deeper; the caller leaves with `state.nesting -= 1` (a failure resets it where it is caught). */
export function enter(state: ParseState): void {
  state.nesting += 1;
  if (state.nesting > state.maxNesting) {
    throw failure(state, {
      message: `This is nested more than ${state.maxNesting} levels deep, the limit`,
      suggestion: "name the inner part with a rule of its own, or raise `maxNesting`",
    });
  }
}

/** Tries a reading; where it fails, the state is as before and the answer undefined. */
export function attempt<T>(state: ParseState, read: () => T | undefined): T | undefined {
  const { position, nesting, speculation, nameAt } = state;
  const reported = state.diagnostics.length;
  state.speculation += 1;
  try {
    const result = read();
    if (result === undefined) {
      state.position = position;
      state.nameAt = nameAt;
      state.diagnostics.length = reported;
    }
    return result;
  } catch (error) {
    if (!(error instanceof SyntaxFailure)) {
      throw error;
    }
    state.position = position;
    state.nameAt = nameAt;
    state.nesting = nesting;
    state.diagnostics.length = reported;
    return undefined;
  } finally {
    state.speculation = speculation;
  }
}
