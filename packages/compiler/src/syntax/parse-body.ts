import type { BodyNode, StatementNode } from "./nodes.ts";
import { accept, enter, failure, isAfterNewline, type ParseState, peek, tokenSpan } from "./parse-state.ts";
import { parseStatement } from "./parse-statement.ts";
import { suggestKeyword } from "./suggest-keyword.ts";
import { TokenKind } from "./token-kind.ts";
import { kindOfToken, textOfToken } from "./token-list.ts";
import { unclosed } from "./unclosed.ts";

interface BodyOptions {
  /** Index of the bracket that opened the body, for messages. */
  readonly opener: number;
  readonly close: TokenKind;
}

/** Statements up to and with the closing bracket, apart by line feeds or `;`. */
export function parseBody(state: ParseState, options: BodyOptions): BodyNode;
/** Undefined where a token of `retry` stands behind a statement. */
export function parseBody(
  state: ParseState,
  options: BodyOptions & { readonly retry: readonly TokenKind[] },
): BodyNode | undefined;
export function parseBody(
  state: ParseState,
  { opener, close, retry = [] }: BodyOptions & { readonly retry?: readonly TokenKind[] },
): BodyNode | undefined {
  if (peek(state) === close) {
    throw failure(state, {
      span: { ...tokenSpan(state, opener), end: tokenSpan(state).end },
      message: "This body is empty",
      suggestion: "write at least one statement, such as `true`",
    });
  }
  enter(state);
  const statements: StatementNode[] = [];
  for (;;) {
    const first = state.position;
    statements.push(parseStatement(state));
    const separated = accept(state, TokenKind.semicolon);
    if (!separated && accept(state, close)) {
      state.nesting -= 1;
      return statements;
    }
    if (!separated && retry.includes(peek(state))) {
      state.nesting -= 1;
      return undefined;
    }
    if (!separated && !isAfterNewline(state)) {
      throw notSeparated(state, opener, first);
    }
    if (!separated && (peek(state) === TokenKind.end || isClosing(peek(state)))) {
      throw unclosed(state, { opener, expected: "A statement or the end of the body" });
    }
  }
}

function isClosing(kind: TokenKind): boolean {
  return kind === TokenKind.rightBrace || kind === TokenKind.rightBracket || kind === TokenKind.rightParen;
}

/** The failure behind a statement that starts at token `first` and goes on where it should not. */
function notSeparated(state: ParseState, opener: number, first: number): Error {
  const meant = misspeltKeyword(state, first);
  if (meant !== undefined) {
    return failure(state, {
      span: tokenSpan(state, meant.index),
      message: `\`${textOfToken(state.tokens, meant.index)}\` is no keyword`,
      suggestion: `did you mean \`${meant.keyword}\`?`,
    });
  }
  const expected = "A new line, `;` or the end of the body";
  const suggestion = suggestSeparator(state, first);
  return unclosed(state, suggestion === undefined ? { opener, expected } : { opener, expected, suggestion });
}

/** `some x im xs`, `evry x in xs { ... }`, `nto x`: two names in a row, one of which is nearly a keyword. */
function misspeltKeyword(state: ParseState, first: number): { index: number; keyword: string } | undefined {
  const { tokens, position } = state;
  if (peek(state) !== TokenKind.identifier) {
    return undefined;
  }
  const behind = suggestKeyword(textOfToken(tokens, position), ["in", "with", "as", "and", "or"]);
  if (behind !== undefined) {
    return { index: position, keyword: behind };
  }
  const before = suggestKeyword(textOfToken(tokens, first), ["some", "every", "not"]);
  return before !== undefined && first === position - 1 ? { index: first, keyword: before } : undefined;
}

function suggestSeparator(state: ParseState, first: number): string | undefined {
  switch (peek(state)) {
    case TokenKind.identifier:
      return kindOfToken(state.tokens, first) === TokenKind.some ? "write `some x in xs`, or `some x, y`" : undefined;
    case TokenKind.comma:
      return "statements are separated by new lines or `;`, not by commas";
    case TokenKind.ampersand:
    case TokenKind.and:
      return "statements on lines of their own are joined by AND";
    case TokenKind.or:
    case TokenKind.pipe:
      return "OR is written with two rules of the same name";
    case TokenKind.assign:
    case TokenKind.equals:
      return "only one `:=` or `=` may stand in a statement; equality is `==`";
    case TokenKind.leftBracket:
    case TokenKind.leftParen:
      return "no white space may stand before the bracket of a reference or call";
    default:
      return undefined;
  }
}

/** Statements up to the end of the text: a query. What separates them does not matter, as in OPA. */
export function parseStatements(state: ParseState): BodyNode {
  const statements: StatementNode[] = [];
  while (peek(state) !== TokenKind.end) {
    statements.push(parseStatement(state));
    if (accept(state, TokenKind.semicolon) && peek(state) === TokenKind.end) {
      throw failure(state, { message: "A statement is expected behind `;`" });
    }
  }
  return statements;
}
