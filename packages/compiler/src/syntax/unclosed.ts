import type { SyntaxFailure } from "./parse-state.ts";
import { describeToken, failure, isAfterNewline, type ParseState, peek, tokenSpan } from "./parse-state.ts";
import { TokenKind } from "./token-kind.ts";
import { textOfToken } from "./token-list.ts";

interface UnclosedOptions {
  /** Index of the opening bracket's token. */
  readonly opener: number;
  /** What could stand here, as words. */
  readonly expected: string;
  readonly suggestion?: string;
}

/** The failure where a list or group should go on or be closed. Where its bracket has no partner, that is the news. */
export function unclosed(state: ParseState, { opener, expected, suggestion }: UnclosedOptions): SyntaxFailure {
  const { tokens } = state;
  if (tokens.partners[opener] === -1 && (isEndOrCloser(state) || isAfterNewline(state))) {
    const bracket = textOfToken(tokens, opener);
    return failure(state, {
      span: tokenSpan(state, opener),
      message: `This \`${bracket}\` is never closed: ${describeToken(state)} comes first`,
      suggestion: suggestion ?? `add the missing \`${CLOSER[bracket] ?? "bracket"}\``,
    });
  }
  return failure(state, { message: `${expected} is expected here, not ${describeToken(state)}`, suggestion });
}

const CLOSER: Readonly<Record<string, string>> = { "[": "]", "{": "}", "(": ")" };

function isEndOrCloser(state: ParseState): boolean {
  switch (peek(state)) {
    case TokenKind.end:
    case TokenKind.rightBrace:
    case TokenKind.rightBracket:
    case TokenKind.rightParen:
      return true;
    default:
      return false;
  }
}
