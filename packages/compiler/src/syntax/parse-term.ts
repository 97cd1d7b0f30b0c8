/** Terms without infix operators: scalars, names, references, calls, and whatever stands between brackets. */

import { decodeString } from "./decode-string.ts";
import type { TermNode } from "./nodes.ts";
import { parseArray, parseSetOrObject } from "./parse-collection.ts";
import { parseExpression } from "./parse-infix.ts";
import { parseNumber } from "./parse-number.ts";
import { parseReference } from "./parse-reference.ts";
import {
  accept,
  advance,
  describeToken,
  enter,
  failure,
  type ParseState,
  peek,
  peekAt,
  spanFrom,
  startOffset,
  tokenSpan,
  tokenText,
  touches,
} from "./parse-state.ts";
import { parseTemplate } from "./parse-template.ts";
import { TokenKind } from "./token-kind.ts";
import { endOfToken, startOfToken } from "./token-list.ts";
import { unclosed } from "./unclosed.ts";

export function parseTerm(state: ParseState): TermNode {
  const first = state.position;
  const known = state.tried.get(first);
  if (known !== undefined) {
    state.position = known.position;
    return known.term;
  }
  enter(state);
  const term = parseTermOnce(state);
  state.nesting -= 1;
  if (state.speculation > 0 && isBracketed(state, first)) {
    state.tried.set(first, { term, position: state.position });
  }
  return term;
}

function isBracketed(state: ParseState, index: number): boolean {
  switch (state.tokens.kinds[index]) {
    case TokenKind.leftBracket:
    case TokenKind.leftBrace:
    case TokenKind.leftParen:
    case TokenKind.templatePart:
    case TokenKind.rawTemplatePart:
      return true;
    default:
      return false;
  }
}

function parseTermOnce(state: ParseState): TermNode {
  const start = startOffset(state);
  if (peek(state) === TokenKind.minus) {
    return parseNegative(state);
  }
  return parseReference(state, parsePrimary(state), start);
}

function parsePrimary(state: ParseState): TermNode {
  const span = tokenSpan(state);
  switch (peek(state)) {
    case TokenKind.null:
      advance(state);
      return { kind: "null", span };
    case TokenKind.true:
      advance(state);
      return { kind: "boolean", span, value: true };
    case TokenKind.false:
      advance(state);
      return { kind: "boolean", span, value: false };
    case TokenKind.number:
    case TokenKind.dot:
      return parseNumber(state);
    case TokenKind.string: {
      const value = decodeString(tokenText(state).slice(1, -1));
      advance(state);
      return { kind: "string", span, value, raw: false };
    }
    case TokenKind.rawString: {
      const value = tokenText(state).slice(1, -1);
      advance(state);
      return { kind: "string", span, value, raw: true };
    }
    case TokenKind.templatePart:
    case TokenKind.templateEnd:
    case TokenKind.rawTemplatePart:
    case TokenKind.rawTemplateEnd:
      return parseTemplate(state);
    // `contains` is a keyword in rule heads only; elsewhere it is the built-in's name.
    case TokenKind.identifier:
    case TokenKind.contains: {
      const name = tokenText(state);
      advance(state);
      return { kind: "var", span, name };
    }
    case TokenKind.and:
    case TokenKind.or:
      return parseOperatorName(state);
    case TokenKind.leftBracket:
      return parseArray(state);
    case TokenKind.leftBrace:
      return parseSetOrObject(state);
    case TokenKind.leftParen:
      return parseParenthesised(state);
    default:
      throw failure(state, { message: `A term is expected here, not ${describeToken(state)}`, ...wayOut(state) });
  }
}

/** Where `and` and `or` are keywords, `and(x, y)` still calls the set built-in. */
function parseOperatorName(state: ParseState): TermNode {
  const { tokens, position } = state;
  const called =
    peekAt(state, 1) === TokenKind.leftParen && startOfToken(tokens, position + 1) === endOfToken(tokens, position);
  if (!called) {
    throw failure(state, { message: `A term is expected here, not ${describeToken(state)}` });
  }
  const span = tokenSpan(state);
  const name = tokenText(state);
  advance(state);
  return { kind: "var", span, name };
}

function parseParenthesised(state: ParseState): TermNode {
  const opener = state.position;
  const start = startOffset(state);
  advance(state);
  const inner = parseExpression(state);
  if (!accept(state, TokenKind.rightParen)) {
    throw unclosed(state, { opener, expected: "`)` or an operator" });
  }
  return inner.kind === "call" && inner.written === "infix"
    ? { ...inner, span: spanFrom(state, start), written: "parenthesised" }
    : inner;
}

/** `-5`, `- 5`, `-.5`, and `-x`, which is `0 - x`. */
function parseNegative(state: ParseState): TermNode {
  const following = peekAt(state, 1);
  if (following !== TokenKind.identifier && following !== TokenKind.contains) {
    return parseReference(state, parseNumber(state), startOffset(state));
  }
  const sign = tokenSpan(state);
  advance(state);
  const operandStart = startOffset(state);
  const operand = parseReference(state, parsePrimary(state), operandStart);
  return {
    kind: "call",
    span: spanFrom(state, sign.start),
    operator: ["minus"],
    operatorSpan: sign,
    args: [{ kind: "number", span: sign, text: "0" }, operand],
    written: "infix",
  };
}

function wayOut(state: ParseState): { readonly suggestion?: string } {
  switch (peek(state)) {
    case TokenKind.greater:
      return state.position > 0 && touches(state) && state.tokens.text[startOffset(state) - 1] === "="
        ? { suggestion: "`=>` is no operator; write `>=`, or `if` before a body" }
        : {};
    case TokenKind.slash:
      return { suggestion: "a comment starts with `#`" };
    case TokenKind.equals:
      return { suggestion: "equality is written `==`, assignment `:=`" };
    case TokenKind.ampersand:
      return { suggestion: "statements on lines of their own are joined by AND; `&` intersects sets" };
    case TokenKind.pipe:
      return { suggestion: "OR is written with two rules of the same name; `|` joins sets" };
    case TokenKind.if:
      return { suggestion: "the value is missing, as in `p := 1 if ...`" };
    case TokenKind.some:
    case TokenKind.every:
    case TokenKind.not:
      return { suggestion: "this starts a statement; inside a term write a comprehension, or a rule of its own" };
    default:
      return {};
  }
}
