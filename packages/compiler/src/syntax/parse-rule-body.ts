import type { BodyNode, HeadNode, TermNode } from "./nodes.ts";
import { parseBody } from "./parse-body.ts";
import {
  accept,
  advance,
  attempt,
  describeToken,
  failure,
  type ParseState,
  peek,
  peekAt,
  report,
  tokenSpan,
} from "./parse-state.ts";
import { parseStatement } from "./parse-statement.ts";
import { TokenKind } from "./token-kind.ts";
import { endOfToken, startOfToken } from "./token-list.ts";

/** Behind a head, at `if`. */
export function parseIfBody(state: ParseState): BodyNode {
  advance(state);
  if (peek(state) === TokenKind.end) {
    throw failure(state, { message: "A body is expected behind `if`" });
  }
  if (peek(state) !== TokenKind.leftBrace) {
    return [parseStatement(state)];
  }
  // `if {"a": 1}` and `if {x | ...}` are one statement, as in OPA; a set could never be false, so `{x}` is a body.
  const statement = mayBeTerm(state)
    ? attempt(state, () => {
        const read = parseStatement(state);
        return read.kind === "term-statement" && read.term.kind === "set" ? undefined : read;
      })
    : undefined;
  return statement === undefined ? parseBraces(state) : [statement];
}

/** Whether the braces can be, or begin, a term other than a set of one item. Cheap, so that bodies are read once. */
function mayBeTerm(state: ParseState): boolean {
  const { tokens, position } = state;
  const close = tokens.partners[position] ?? -1;
  if (close < 0 || close === position + 1) {
    return true;
  }
  const behind = peekAt(state, close + 1 - position);
  const adjacent = startOfToken(tokens, close + 1) === endOfToken(tokens, close);
  if (isInfix(behind) || (adjacent && (behind === TokenKind.dot || behind === TokenKind.leftBracket))) {
    return true;
  }
  for (let index = position + 1; index < close; index += 1) {
    const kind = tokens.kinds[index];
    if (kind === TokenKind.colon || kind === TokenKind.pipe || kind === TokenKind.comma) {
      return true;
    }
    const partner = tokens.partners[index] ?? -1;
    index = partner > index ? partner : index;
  }
  return false;
}

function isInfix(kind: TokenKind): boolean {
  return (
    (kind >= TokenKind.plus && kind <= TokenKind.greaterOrEqual) ||
    kind === TokenKind.in ||
    kind === TokenKind.comma ||
    kind === TokenKind.and ||
    kind === TokenKind.or
  );
}

/** A body between braces. */
export function parseBraces(state: ParseState): BodyNode {
  const opener = state.position;
  if (!accept(state, TokenKind.leftBrace)) {
    throw failure(state, { message: `A body is expected here, not ${describeToken(state)}` });
  }
  return parseBody(state, { opener, close: TokenKind.rightBrace });
}

/** A body as v0 writes it; under the rules of v1 the missing `if` is reported and the body read all the same. */
export function parseBodyWithoutIf(state: ParseState, head: HeadNode): BodyNode {
  if (state.strict) {
    report(state, { span: tokenSpan(state), ...missingIf(state, head) });
  }
  return parseBraces(state);
}

function missingIf(state: ParseState, head: HeadNode): { message: string; suggestion: string } {
  const text = (term: TermNode): string => state.tokens.text.slice(term.span.start, term.span.end);
  const [name, key, ...more] = head.ref;
  if (
    key !== undefined &&
    more.length === 0 &&
    head.value === undefined &&
    head.args === undefined &&
    head.contains === undefined
  ) {
    const shown = text(key).includes("\n") ? "x" : key.kind === "string" ? JSON.stringify(key.value) : text(key);
    return {
      message: `\`contains\` and \`if\` are missing in the head of the partial set \`${name.name}\``,
      suggestion: `write \`${name.name} contains ${shown} if { ... }\`, or \`${name.name}[${shown}] if { ... }\` for a map to true`,
    };
  }
  return {
    message: `\`if\` is missing before the body of \`${name.name}\``,
    suggestion: "write `if {`; policies of before OPA 1.0 are read with `--v0-compatible`",
  };
}
