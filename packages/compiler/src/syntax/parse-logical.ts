/**
 * `and`, `or` and negated bodies, where `import future.keywords.and`, `.or` and `.not` are in force. An operand is a
 * statement without `with`, a body between braces, or a group in parentheses. Braces that start an operand always
 * open a body; a set or object there is put in parentheses.
 */

import { braceLed, refuseAmbiguousUnion, refuseVoid, reportAmbiguousUnion } from "./logical-checks.ts";
import type { LogicalNode, LogicalOperand, NotBodyNode, StatementNode, TermNode } from "./nodes.ts";
import { parseBody } from "./parse-body.ts";
import { parseExpression } from "./parse-infix.ts";
import {
  accept,
  advance,
  attempt,
  describeToken,
  endOffset,
  enter,
  failure,
  isActive,
  isReferenceHead,
  type ParseState,
  peek,
  spanFrom,
  startOffset,
} from "./parse-state.ts";
import { parseStatementTerm, parseWiths } from "./parse-statement.ts";
import { TokenKind } from "./token-kind.ts";

interface Operand extends LogicalOperand {
  readonly start: number;
}

export function isLogicalActive(state: ParseState): boolean {
  return isActive(state, TokenKind.and) || isActive(state, TokenKind.or);
}

function atOperator(state: ParseState): boolean {
  const kind = peek(state);
  return kind === TokenKind.and || kind === TokenKind.or;
}

/** A statement that starts with a body or group that is an operand; undefined, and nothing consumed, where none does. */
export function parseLogicalLead(state: ParseState): StatementNode | undefined {
  if (peek(state) === TokenKind.leftBrace) {
    const operand = attempt(state, () => {
      const braced = parseBraces(state);
      return atOperator(state) ? braced : undefined;
    });
    if (operand === undefined) {
      return undefined;
    }
    refuseAmbiguousUnion(state, operand.body);
    return parseChain(state, operand);
  }
  if (peek(state) === TokenKind.leftParen) {
    const group = parseGroup(state, { isOperand: false });
    return group === undefined ? undefined : finishOperand(state, group);
  }
  return undefined;
}

interface TailOptions {
  readonly statement: StatementNode;
  readonly start: number;
}

/** What follows a statement that has been read with its `with`: an operator makes the statement an operand. */
export function parseLogicalTail(state: ParseState, { statement, start }: TailOptions): StatementNode {
  if (!atOperator(state)) {
    return statement;
  }
  const [modifier] = statement.with;
  if (modifier !== undefined) {
    throw failure(state, {
      span: modifier.span,
      message: "`with` cannot stand on one operand of `and` or `or`",
      suggestion: "put the operand in parentheses, or move `with` behind the whole expression",
    });
  }
  if (statement.kind === "term-statement" && state.tokens.text[start] === "{") {
    const { term } = statement;
    if (term.kind === "object" && term.entries.length === 0) {
      throw failure(state, { span: term.span, message: "This body is empty" });
    }
    throw braceLed(state, start);
  }
  return parseChain(state, { body: [statement], written: "plain", start });
}

/** `not {...}`, behind the `not` that starts at `start`. */
export function parseNegatedBody(state: ParseState, start: number): StatementNode {
  const body = parseNotBraces(state, start);
  return finishOperand(state, { body: [body], written: "plain", start });
}

/** `not (...)`; undefined, and nothing consumed, where the parentheses hold a plain term. */
export function parseNegatedGroup(state: ParseState, start: number): StatementNode | undefined {
  const group = parseGroup(state, { isOperand: true });
  if (group === undefined) {
    return undefined;
  }
  const negated = negateGroup(state, group.body, start);
  return finishOperand(state, { body: [negated], written: "plain", start });
}

function negateGroup(state: ParseState, body: LogicalOperand["body"], start: number): NotBodyNode {
  return { kind: "not-body", span: spanFrom(state, start), body, written: "parentheses", with: [] };
}

function parseNotBraces(state: ParseState, start: number): NotBodyNode {
  const braceStart = startOffset(state);
  const braces = readBodyOrRefuse(state, (value) => {
    const text = state.tokens.text.slice(braceStart, endOffset(state));
    return failure(state, {
      span: value.span,
      message: "Braces behind `not` hold a body, not a value",
      suggestion: text.length > 40 ? "put the value in parentheses" : `write \`not (${text})\` to negate the value`,
    });
  });
  refuseAmbiguousUnion(state, braces.body);
  return { kind: "not-body", span: spanFrom(state, start), body: braces.body, written: "braces", with: [] };
}

/** A whole operand at the start of a statement: an operator goes on with it, or `with` belongs to it. */
function finishOperand(state: ParseState, operand: Operand): StatementNode {
  if (atOperator(state)) {
    return parseChain(state, operand);
  }
  const [statement] = operand.body;
  if (statement === undefined) {
    throw failure(state, { message: "This group is empty" });
  }
  return withModifiers(state, statement, operand.start);
}

function withModifiers<T extends StatementNode>(state: ParseState, statement: T, start: number): T {
  const modifiers = parseWiths(state);
  return modifiers.length === 0
    ? statement
    : { ...statement, span: spanFrom(state, start), with: [...statement.with, ...modifiers] };
}

function parseChain(state: ParseState, first: Operand): StatementNode {
  enter(state);
  let nodes = 0;
  const join = (left: Operand, right: Operand, operator: "and" | "or"): Operand => {
    refuseVoid(state, left, operator);
    refuseVoid(state, right, operator);
    nodes += 1;
    enter(state);
    const node: LogicalNode = {
      kind: "logical",
      span: spanFrom(state, left.start),
      operator,
      left: { body: left.body, written: left.written },
      right: { body: right.body, written: right.written },
      with: [],
    };
    return { body: [node], written: "plain", start: left.start };
  };
  const joinAnds = (operand: Operand): Operand => {
    let left = operand;
    while (accept(state, TokenKind.and)) {
      left = join(left, parseOperand(state, "and"), "and");
    }
    return left;
  };

  let left = joinAnds(first);
  while (accept(state, TokenKind.or)) {
    left = join(left, joinAnds(parseOperand(state, "or")), "or");
  }
  state.nesting -= nodes + 1;
  const [statement] = left.body;
  if (statement === undefined) {
    throw failure(state, { message: "An operand is expected" });
  }
  return withModifiers(state, statement, left.start);
}

/** `operator` is undefined where the operand is only tried. */
function parseOperand(state: ParseState, operator: "and" | "or" | undefined): Operand {
  const start = startOffset(state);
  if (peek(state) === TokenKind.leftBrace) {
    const braces = operator === undefined ? parseBraces(state) : readBodyOrRefuse(state, () => braceLed(state, start));
    reportAmbiguousUnion(state, braces.body);
    return braces;
  }
  const negated = peek(state) === TokenKind.not && !isReferenceHead(state);
  if (negated) {
    advance(state);
  }
  if (negated && state.scopedNot && peek(state) === TokenKind.leftBrace) {
    return { body: [parseNotBraces(state, start)], written: "plain", start };
  }
  if (peek(state) === TokenKind.leftParen && isLogicalActive(state) && (!negated || state.scopedNot)) {
    const group = parseGroup(state, { isOperand: true });
    if (group !== undefined) {
      return negated ? { body: [negateGroup(state, group.body, start)], written: "plain", start } : group;
    }
  }
  const termStart = startOffset(state);
  const term = parseStatementTerm(state);
  const statement = { kind: "term-statement", span: spanFrom(state, termStart), term, with: [] } as const;
  const body: StatementNode = negated
    ? { kind: "not-statement", span: spanFrom(state, start), statement, scoped: state.scopedNot, with: [] }
    : statement;
  return { body: [body], written: "plain", start };
}

function parseBraces(state: ParseState): Operand {
  const start = startOffset(state);
  const opener = state.position;
  advance(state);
  const body = parseBody(state, { opener, close: TokenKind.rightBrace });
  return { body, written: "braces", start };
}

/** Braces that cannot be a body but are a value get the message of `refuse`. */
function readBodyOrRefuse(state: ParseState, refuse: (value: TermNode) => Error): Operand {
  const { position } = state;
  const braces = attempt(state, () => parseBraces(state));
  if (braces !== undefined) {
    return braces;
  }
  const value = attempt(state, () => parseExpression(state));
  if (value !== undefined && !(value.kind === "object" && value.entries.length === 0)) {
    throw refuse(value);
  }
  state.position = position;
  return parseBraces(state);
}

interface GroupOptions {
  /** The parentheses are an operand of `and`, `or` or `not` already. */
  readonly isOperand: boolean;
}

/** A group `( ... )` of operands; undefined, and nothing consumed, where the parentheses hold a plain term. */
function parseGroup(state: ParseState, { isOperand }: GroupOptions): Operand | undefined {
  enter(state);
  const { position } = state;
  const reported = state.diagnostics.length;
  const group = parseGroupOnce(state, isOperand);
  state.nesting -= 1;
  if (group === undefined) {
    state.position = position;
    state.diagnostics.length = reported;
  }
  return group;
}

function parseGroupOnce(state: ParseState, isOperand: boolean): Operand | undefined {
  const start = startOffset(state);
  const opener = state.position;
  advance(state);
  if (peek(state) === TokenKind.rightParen) {
    if (isOperand) {
      throw failure(state, { message: "This group is empty" });
    }
    return undefined;
  }
  const operand = attempt(state, () => parseOperand(state, undefined));
  const [first] = operand?.body ?? [];
  if (operand === undefined || first === undefined) {
    return undefined;
  }
  if (atOperator(state)) {
    const chain = parseChain(state, operand);
    closeGroup(state);
    return { body: [chain], written: "parentheses", start };
  }
  if (peek(state) === TokenKind.with && operand.written !== "braces" && operand.body.length === 1) {
    const statement = withModifiers(state, first, operand.start);
    if (atOperator(state)) {
      parseLogicalTail(state, { statement, start: operand.start });
    }
    closeGroup(state);
    return isOperand || atOperator(state) ? { body: [statement], written: "parentheses", start } : undefined;
  }
  if (operand.written === "braces") {
    refuseBodyInParentheses(state, opener);
    return undefined;
  }
  if (first.kind === "logical" || first.kind === "not-statement" || first.kind === "not-body") {
    closeGroup(state);
    return { body: operand.body, written: "parentheses", start };
  }
  return undefined;
}

function refuseBodyInParentheses(state: ParseState, opener: number): void {
  const span = spanFrom(state, state.tokens.starts[opener] ?? 0);
  state.position = opener + 1;
  if (attempt(state, () => parseExpression(state)) === undefined) {
    throw failure(state, {
      span,
      message: "Parentheses hold a value or a group, not a body",
      suggestion: "drop the parentheses around the braces",
    });
  }
}

function closeGroup(state: ParseState): void {
  if (!accept(state, TokenKind.rightParen)) {
    throw failure(state, { message: `\`)\` is expected at the end of the group, not ${describeToken(state)}` });
  }
}
