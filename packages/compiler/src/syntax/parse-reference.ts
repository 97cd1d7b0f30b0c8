/** What follows the head of a reference without a gap: `.name`, `[key]`, `(arguments)`. */
import type { CallNode, RefNode, TermNode } from "./nodes.ts";
import { parseTermList } from "./parse-collection.ts";
import { parseExpression } from "./parse-infix.ts";
import {
  accept,
  advance,
  describeToken,
  failure,
  type ParseState,
  peek,
  spanFrom,
  tokenSpan,
  tokenText,
  touches,
} from "./parse-state.ts";
import { isKeyword, TokenKind } from "./token-kind.ts";
import { unclosed } from "./unclosed.ts";

/** Reads on as long as dots and brackets follow without a gap; `head` starts at `start`. */
export function parseReference(state: ParseState, head: TermNode, start: number): TermNode {
  let term = head;
  let operands: TermNode[] = [];
  while (touches(state)) {
    const kind = peek(state);
    if (kind === TokenKind.dot || kind === TokenKind.leftBracket) {
      checkHead(state, term);
      operands.push(kind === TokenKind.dot ? parseDotted(state) : parseBracketed(state));
    } else if (kind === TokenKind.leftParen) {
      term = parseCall(state, { callee: withOperands(state, { term, operands, start }), start });
      operands = [];
    } else {
      break;
    }
  }
  return withOperands(state, { term, operands, start });
}

interface Operands {
  readonly term: TermNode;
  readonly operands: readonly TermNode[];
  readonly start: number;
}

function withOperands(state: ParseState, { term, operands, start }: Operands): TermNode {
  return operands.length === 0 ? term : { kind: "ref", span: spanFrom(state, start), head: term, operands };
}

function checkHead(state: ParseState, term: TermNode): void {
  switch (term.kind) {
    case "var":
    case "array":
    case "object":
    case "set":
    case "comprehension":
    case "call":
      return;
    default:
      throw failure(state, {
        span: term.span,
        message: `${HEAD_NAMES[term.kind]} cannot be the start of a reference`,
        suggestion: term.kind === "ref" ? "drop the parentheses" : undefined,
      });
  }
}

const HEAD_NAMES = {
  null: "`null`",
  boolean: "A boolean",
  number: "A number",
  string: "A string",
  template: "A template string",
  ref: "A reference in parentheses",
} as const;

/** `.name`, at the dot. */
export function parseDotted(state: ParseState): TermNode {
  const dot = tokenSpan(state);
  advance(state);
  const kind = peek(state);
  if (!touches(state)) {
    throw failure(state, { span: dot, message: "A name must follow this `.` without a gap" });
  }
  if (kind !== TokenKind.identifier && !isKeyword(kind)) {
    throw failure(state, {
      message: `A name must follow the \`.\`, not ${describeToken(state)}`,
      suggestion:
        kind === TokenKind.number || kind === TokenKind.string
          ? "write other keys between brackets, as in `a[0]`"
          : undefined,
    });
  }
  const span = tokenSpan(state);
  const value = tokenText(state);
  advance(state);
  return { kind: "string", span, value, raw: false };
}

/** `[key]`, at the bracket. */
export function parseBracketed(state: ParseState): TermNode {
  const opener = state.position;
  advance(state);
  const operand = parseExpression(state);
  if (!accept(state, TokenKind.rightBracket)) {
    throw unclosed(state, { opener, expected: "`]` or an operator" });
  }
  return operand;
}

interface CallOptions {
  readonly callee: TermNode;
  readonly start: number;
}

function parseCall(state: ParseState, { callee, start }: CallOptions): TermNode {
  const operatorSpan = spanFrom(state, start);
  const opener = state.position;
  advance(state);
  const args = parseTermList(state, { opener, close: TokenKind.rightParen, items: [] });
  if (callee.kind === "var" && callee.name === "set" && args.length === 0) {
    return { kind: "set", span: spanFrom(state, start), items: [] };
  }
  const call: CallNode = {
    kind: "call",
    span: spanFrom(state, start),
    operator: functionName(state, callee),
    operatorSpan,
    args,
    written: "call",
  };
  return call;
}

function functionName(state: ParseState, callee: TermNode): readonly string[] {
  if (callee.kind === "var") {
    return [callee.name];
  }
  const operands = callee.kind === "ref" && callee.head.kind === "var" ? constantOperands(callee) : undefined;
  if (callee.kind !== "ref" || callee.head.kind !== "var" || operands === undefined) {
    throw failure(state, {
      span: callee.span,
      message:
        callee.kind === "call"
          ? "The result of a call cannot be called"
          : "Only a function can be called, and its name has no variables in it",
      suggestion: "call it as in `f(x)` or `data.a.f(x)`",
    });
  }
  return [callee.head.name, ...operands];
}

function constantOperands({ operands }: RefNode): readonly string[] | undefined {
  const names: string[] = [];
  for (const operand of operands) {
    if (operand.kind !== "string") {
      return undefined;
    }
    names.push(operand.value);
  }
  return names;
}
