import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { CommentNode } from "./nodes.ts";
import type { TokenKind } from "./token-kind.ts";

/**
 * The tokens of one source text, in order, in parallel arrays: token `i` is of kind `kinds[i]` and covers the UTF-16
 * offsets from `starts[i]` up to `ends[i]`. The last token is always of kind `end`. White space and comments are not
 * tokens; two tokens touch where one's end is the next one's start, which matters to Rego (`a[x]` is not `a [x]`).
 */
export interface TokenList {
  readonly file: string;
  readonly text: string;
  readonly count: number;
  readonly kinds: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** 1 where a line feed stands between this token and the one before. */
  readonly afterNewline: Uint8Array;
  /** Of brackets: the index of the partner. -1 for every other token and for a bracket that has none. */
  readonly partners: Int32Array;
  readonly comments: readonly CommentNode[];
  readonly diagnostics: readonly Diagnostic[];
}

export function kindOfToken(tokens: TokenList, index: number): TokenKind {
  return (tokens.kinds[index] ?? 0) as TokenKind;
}

export function startOfToken(tokens: TokenList, index: number): number {
  return tokens.starts[index] ?? tokens.text.length;
}

export function endOfToken(tokens: TokenList, index: number): number {
  return tokens.ends[index] ?? tokens.text.length;
}

export function textOfToken(tokens: TokenList, index: number): string {
  return tokens.text.slice(startOfToken(tokens, index), endOfToken(tokens, index));
}
