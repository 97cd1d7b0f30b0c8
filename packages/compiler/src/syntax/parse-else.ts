import type { BodyNode, ElseNode, HeadNode, TermNode } from "./nodes.ts";
import { parseExpression } from "./parse-infix.ts";
import { parseBraces } from "./parse-rule-body.ts";
import {
  accept,
  advance,
  allowKeywordAsName,
  describeToken,
  failure,
  type ParseState,
  peek,
  report,
  spanFrom,
  startOffset,
  tokenSpan,
} from "./parse-state.ts";
import { parseStatement } from "./parse-statement.ts";
import { TokenKind } from "./token-kind.ts";

/** The `else` branches that follow a body, in order. */
export function parseElses(state: ParseState, head: HeadNode): readonly ElseNode[] {
  const elses: ElseNode[] = [];
  allowKeywordAsName(state);
  while (peek(state) === TokenKind.else && (elses.length === 0 || elses.at(-1)?.body !== undefined)) {
    if (elses.length === 0) {
      refuseElse(state, head);
    }
    elses.push(parseElse(state));
  }
  return elses;
}

function refuseElse(state: ParseState, head: HeadNode): void {
  if (head.contains !== undefined) {
    throw failure(state, {
      message: "A partial set cannot have an `else`",
      suggestion: "write a further rule with the same head",
    });
  }
  if (head.ref.slice(1).some((operand) => !isGround(operand))) {
    throw failure(state, {
      message: "A rule with a variable in its head cannot have an `else`",
      suggestion: "write a function, or a rule of its own for each case",
    });
  }
}

/** Without variables, but for those inside a reference's head (`p[input.x]` is ground). */
function isGround(term: TermNode): boolean {
  switch (term.kind) {
    case "var":
      return false;
    case "ref":
      return term.operands.every(isGround);
    case "call":
      return term.args.every(isGround);
    case "array":
    case "set":
      return term.items.every(isGround);
    case "object":
      return term.entries.every(({ key, value }) => isGround(key) && isGround(value));
    default:
      return true;
  }
}

function parseElse(state: ParseState): ElseNode {
  const start = startOffset(state);
  advance(state);
  let value: TermNode | undefined;
  const kind = peek(state);
  if (kind === TokenKind.assign || kind === TokenKind.equals) {
    advance(state);
    value = parseExpression(state);
  } else if (kind !== TokenKind.if && kind !== TokenKind.leftBrace) {
    throw failure(state, {
      message: `A value or a body is expected behind \`else\`, not ${describeToken(state)}`,
      suggestion: "write `else := value if ...`, `else := value` or `else if ...`",
    });
  }
  const body = parseElseBody(state);
  const assignment = value === undefined ? undefined : kind === TokenKind.assign ? ":=" : "=";
  return { kind: "else", span: spanFrom(state, start), value, assignment, body };
}

function parseElseBody(state: ParseState): BodyNode | undefined {
  if (accept(state, TokenKind.if)) {
    return peek(state) === TokenKind.leftBrace ? parseBraces(state) : [parseStatement(state)];
  }
  if (peek(state) !== TokenKind.leftBrace) {
    return undefined;
  }
  if (state.strict) {
    report(state, {
      span: tokenSpan(state),
      message: "`if` is missing before the body of `else`",
      suggestion: "write `else if { ... }` or `else := value if { ... }`",
    });
  }
  return parseBraces(state);
}
