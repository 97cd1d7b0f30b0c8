import type { ParseState } from "./parse-state.ts";
import { isKeyword, TokenKind } from "./token-kind.ts";
import { kindOfToken, startOfToken, type TokenList } from "./token-list.ts";

/**
 * Goes on behind a syntax error: to the next line that starts where the failed declaration started, outside its
 * brackets. Where one of its brackets is never closed, that line may lie before the place where parsing stopped.
 */
export function recoverAtNextRule(state: ParseState, first: number): void {
  const { tokens } = state;
  const stopped = state.position;
  const column = columnOf(tokens, first);
  let open = false;
  let index = first + 1;
  while (kindOfToken(tokens, index) !== TokenKind.end) {
    const partner = tokens.partners[index] ?? -1;
    if (partner > index && !holdsDeclaration(tokens, { from: index + 1, to: partner, column })) {
      index = partner + 1;
      continue;
    }
    open ||= isOpener(kindOfToken(tokens, index));
    if ((index > stopped || open) && isDeclarationStart(tokens, index) && columnOf(tokens, index) === column) {
      break;
    }
    index += 1;
  }
  state.position = index;
}

interface Region {
  readonly from: number;
  readonly to: number;
  readonly column: number;
}

/**
 * Whether what can only be a declaration starts a line between two brackets, at `column`: then the opening bracket
 * was never closed and has found a later rule's partner.
 */
function holdsDeclaration(tokens: TokenList, { from, to, column }: Region): boolean {
  for (let index = from; index < to; index += 1) {
    if (isDeclarationStart(tokens, index) && isUnmistakable(tokens, index) && columnOf(tokens, index) === column) {
      return true;
    }
  }
  return false;
}

/** `default`, `import`, `package`, or a line with an `if` in it. */
function isUnmistakable(tokens: TokenList, start: number): boolean {
  const kind = kindOfToken(tokens, start);
  if (kind === TokenKind.default || kind === TokenKind.import || kind === TokenKind.package) {
    return true;
  }
  for (let index = start; index < tokens.count && (index === start || tokens.afterNewline[index] === 0); index += 1) {
    if (kindOfToken(tokens, index) === TokenKind.if) {
      return true;
    }
  }
  return false;
}

function isOpener(kind: TokenKind): boolean {
  return kind === TokenKind.leftBrace || kind === TokenKind.leftBracket || kind === TokenKind.leftParen;
}

function isDeclarationStart(tokens: TokenList, index: number): boolean {
  const kind = kindOfToken(tokens, index);
  return (
    tokens.afterNewline[index] === 1 && (kind === TokenKind.identifier || (isKeyword(kind) && kind !== TokenKind.else))
  );
}

function columnOf(tokens: TokenList, index: number): number {
  const start = startOfToken(tokens, index);
  return start === 0 ? 0 : start - 1 - tokens.text.lastIndexOf("\n", start - 1);
}
