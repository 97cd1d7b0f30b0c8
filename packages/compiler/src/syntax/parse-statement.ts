/** Statements: one line of a body, with its `with` modifiers. */
import type { CallNode, StatementNode, TermNode, TermStatementNode, VarNode, WithNode } from "./nodes.ts";
import { parseBody } from "./parse-body.ts";
import { parseExpression } from "./parse-infix.ts";
import {
  isLogicalActive,
  parseLogicalLead,
  parseLogicalTail,
  parseNegatedBody,
  parseNegatedGroup,
} from "./parse-logical.ts";
import {
  accept,
  advance,
  allowKeywordAsName,
  attempt,
  describeToken,
  enter,
  failure,
  type ParseState,
  peek,
  spanFrom,
  startOffset,
  tokenSpan,
  tokenText,
} from "./parse-state.ts";
import { parseTerm } from "./parse-term.ts";
import { TokenKind } from "./token-kind.ts";

export function parseStatement(state: ParseState): StatementNode {
  const lead = isLogicalActive(state) ? parseLogicalLead(state) : undefined;
  if (lead !== undefined) {
    return lead;
  }
  allowKeywordAsName(state);
  switch (peek(state)) {
    case TokenKind.not:
      return parseNot(state);
    case TokenKind.some:
      return parseSome(state);
    case TokenKind.every:
      return parseEvery(state);
    default:
      return parseTermStatement(state);
  }
}

function parseTermStatement(state: ParseState): StatementNode {
  const start = startOffset(state);
  const term = parseStatementTerm(state);
  const modifiers = parseWiths(state);
  const statement: TermStatementNode = { kind: "term-statement", span: spanFrom(state, start), term, with: modifiers };
  return parseLogicalTail(state, { statement, start });
}

/** A term, `a := b` or `a = b`. */
export function parseStatementTerm(state: ParseState): TermNode {
  const start = startOffset(state);
  const left = parseExpression(state);
  const kind = peek(state);
  if (kind !== TokenKind.assign && kind !== TokenKind.equals) {
    return left;
  }
  const operatorSpan = tokenSpan(state);
  advance(state);
  const right = parseExpression(state);
  const call: CallNode = {
    kind: "call",
    span: spanFrom(state, start),
    operator: [kind === TokenKind.assign ? "assign" : "eq"],
    operatorSpan,
    args: [left, right],
    written: "infix",
  };
  return call;
}

function parseNot(state: ParseState): StatementNode {
  const start = startOffset(state);
  advance(state);
  if (state.scopedNot && peek(state) === TokenKind.leftBrace) {
    return parseNegatedBody(state, start);
  }
  if (state.scopedNot && peek(state) === TokenKind.leftParen) {
    const group = parseNegatedGroup(state, start);
    if (group !== undefined) {
      return group;
    }
  }
  const kind = peek(state);
  if (kind === TokenKind.some || kind === TokenKind.every) {
    throw failure(state, {
      message: `\`${tokenText(state)}\` cannot be negated in place`,
      suggestion: "put it into a rule of its own and negate that",
    });
  }
  const operandStart = startOffset(state);
  const term = parseStatementTerm(state);
  const statement: TermStatementNode = { kind: "term-statement", span: spanFrom(state, operandStart), term, with: [] };
  const modifiers = parseWiths(state);
  return parseLogicalTail(state, {
    start,
    statement: {
      kind: "not-statement",
      span: spanFrom(state, start),
      statement,
      scoped: state.scopedNot,
      with: modifiers,
    },
  });
}

export function parseWiths(state: ParseState): readonly WithNode[] {
  const modifiers: WithNode[] = [];
  while (peek(state) === TokenKind.with) {
    const start = startOffset(state);
    advance(state);
    if (peek(state) !== TokenKind.identifier) {
      throw failure(state, {
        message: `\`with\` replaces a name or reference, not ${describeToken(state)}`,
        suggestion: "as in `with input as {...}` or `with data.a.b as 1`",
      });
    }
    const target = parseTerm(state);
    if (target.kind !== "var" && target.kind !== "ref") {
      throw failure(state, { span: target.span, message: "`with` replaces a name or reference, not a value" });
    }
    if (!accept(state, TokenKind.as)) {
      throw failure(state, {
        message: `\`as\` is expected behind the target of \`with\`, not ${describeToken(state)}`,
        suggestion: "as in `with input as {...}`",
      });
    }
    const value = parseExpression(state);
    modifiers.push({ kind: "with", span: spanFrom(state, start), target, value });
  }
  return modifiers;
}

interface Membership {
  readonly key: TermNode | undefined;
  readonly value: TermNode;
  readonly domain: TermNode;
}

/** The parts of `x in xs` and `k, v in xs`. */
function membershipOf(term: TermNode): Membership | undefined {
  if (term.kind !== "call" || term.written === "call" || term.operator[0] !== "internal") {
    return undefined;
  }
  const [first, second, third] = term.args;
  if (first === undefined || second === undefined) {
    return undefined;
  }
  return third === undefined
    ? { key: undefined, value: first, domain: second }
    : { key: first, value: second, domain: third };
}

function parseSome(state: ParseState): StatementNode {
  const start = startOffset(state);
  advance(state);
  const listed = state.position;
  const term = attempt(state, () => parseExpression(state));
  if (term?.kind === "call") {
    const membership = membershipOf(term);
    if (membership === undefined) {
      throw failure(state, {
        span: term.span,
        message: "`some` declares names or takes them from a collection",
        suggestion: "write `some x in xs`, `some k, v in xs`, or `some x, y`",
      });
    }
    const modifiers = parseWiths(state);
    return { kind: "some-in", span: spanFrom(state, start), ...membership, with: modifiers };
  }
  state.position = listed;
  const names: VarNode[] = [];
  do {
    if (peek(state) !== TokenKind.identifier) {
      throw failure(state, {
        message: `\`some\` is followed by names, not ${describeToken(state)}`,
        suggestion: "write `some x in xs`, `some k, v in xs`, or `some x, y`",
      });
    }
    names.push({ kind: "var", span: tokenSpan(state), name: tokenText(state) });
    advance(state);
  } while (accept(state, TokenKind.comma));
  return { kind: "some-declaration", span: spanFrom(state, start), names, with: [] };
}

function parseEvery(state: ParseState): StatementNode {
  const start = startOffset(state);
  advance(state);
  const term = parseExpression(state);
  const membership = membershipOf(term);
  const suggestion = "write `every x in xs { ... }` or `every k, v in xs { ... }`";
  if (membership === undefined) {
    throw failure(state, { span: term.span, message: "`every` takes names from a collection", suggestion });
  }
  const { key, value, domain } = membership;
  if ((key !== undefined && !isOwnName(key)) || !isOwnName(value)) {
    const wrong = key !== undefined && !isOwnName(key) ? key : value;
    throw failure(state, { span: wrong.span, message: "Between `every` and `in` stand plain names", suggestion });
  }
  const opener = state.position;
  if (!accept(state, TokenKind.leftBrace)) {
    throw failure(state, {
      message: `\`every\` wants a body between braces, not ${describeToken(state)}`,
      suggestion,
    });
  }
  enter(state);
  const body = parseBody(state, { opener, close: TokenKind.rightBrace });
  state.nesting -= 1;
  const modifiers = parseWiths(state);
  return { kind: "every", span: spanFrom(state, start), key, value, domain, body, with: modifiers };
}

/** A name that a statement can declare: `input` and `data` have their meaning everywhere. */
function isOwnName(term: TermNode): term is VarNode {
  return term.kind === "var" && term.name !== "input" && term.name !== "data";
}
