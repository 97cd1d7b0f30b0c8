import { TokenKind } from "./token-kind.ts";

export interface LexicalProblem {
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly suggestion?: string;
}

/** What scanning one token says: where it ends, and what is wrong with it. */
export interface Scanned {
  readonly kind: TokenKind;
  readonly end: number;
  readonly problem: LexicalProblem | undefined;
}

/** A token that is no token. */
export function illegal(start: number, end: number, problem: Pick<LexicalProblem, "message" | "suggestion">): Scanned {
  return { kind: TokenKind.illegal, end, problem: { start, end, ...problem } };
}
