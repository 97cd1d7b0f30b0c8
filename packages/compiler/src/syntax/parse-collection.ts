/**
 * Arrays, sets, objects and comprehensions. `|` is ambiguous between brackets: `[a | b]` is a comprehension and
 * `[a | b, c]` an array that holds a union. As in OPA, a comprehension's head is one term without infix operators
 * (parentheses help), and the comprehension is read first.
 */
import type { BodyNode, TermNode } from "./nodes.ts";
import { parseBody } from "./parse-body.ts";
import { parseListItem } from "./parse-infix.ts";
import {
  accept,
  advance,
  describeToken,
  failure,
  type ParseState,
  peek,
  spanFrom,
  startOffset,
} from "./parse-state.ts";
import { parseTerm } from "./parse-term.ts";
import { TokenKind } from "./token-kind.ts";
import { unclosed } from "./unclosed.ts";

type Closer = typeof TokenKind.rightBracket | typeof TokenKind.rightBrace | typeof TokenKind.rightParen;

const COMPREHENSION_HEAD =
  "the head of a comprehension is one term: put it in parentheses, or name it in the body with `:=`";

interface ListOptions {
  readonly opener: number;
  readonly close: Closer;
  readonly items: TermNode[];
}

/** Items up to and with the closing bracket; a comma may stand behind the last. */
export function parseTermList(state: ParseState, { opener, close, items }: ListOptions): readonly TermNode[] {
  while (!accept(state, close)) {
    items.push(parseListItem(state));
    expectCommaOrClose(state, { opener, close });
  }
  return items;
}

function expectCommaOrClose(state: ParseState, { opener, close }: Omit<ListOptions, "items">): void {
  if (peek(state) !== close && !accept(state, TokenKind.comma)) {
    throw unclosed(state, { opener, expected: "`,` or a closing bracket", ...headHint(state) });
  }
}

/** `[p.x * p.y | p := ...]` is read as a union; where the body shows, that was not meant. */
function headHint(state: ParseState): { readonly suggestion?: string } {
  switch (peek(state)) {
    case TokenKind.assign:
    case TokenKind.equals:
    case TokenKind.semicolon:
    case TokenKind.some:
      return { suggestion: COMPREHENSION_HEAD };
    default:
      return {};
  }
}

interface FirstOptions {
  readonly opener: number;
  /** Where the opening bracket stands in the text. */
  readonly start: number;
  readonly close: Closer;
  readonly form: "array" | "set";
}

/** What stands first between two brackets: the whole of a comprehension, or a list's first item. */
function parseFirst(
  state: ParseState,
  { opener, start, close, form }: FirstOptions,
): { readonly comprehension: TermNode } | { readonly item: TermNode; readonly leadingComma: boolean } {
  const leadingComma = accept(state, TokenKind.comma);
  const headStart = startOffset(state);
  const head = parseTerm(state);
  if (!leadingComma && peek(state) === TokenKind.pipe) {
    const body = parseComprehensionBody(state, { opener, close, retry: [TokenKind.comma] });
    if (body !== undefined) {
      return {
        comprehension: { kind: "comprehension", span: spanFrom(state, start), form, key: undefined, head, body },
      };
    }
  }
  return { item: parseListItem(state, { term: head, start: headStart }), leadingComma };
}

export function parseArray(state: ParseState): TermNode {
  const opener = state.position;
  const start = startOffset(state);
  const close = TokenKind.rightBracket;
  advance(state);
  if (accept(state, close)) {
    return { kind: "array", span: spanFrom(state, start), items: [] };
  }
  const first = parseFirst(state, { opener, start, close, form: "array" });
  if ("comprehension" in first) return first.comprehension;
  expectCommaOrClose(state, { opener, close });
  const items = parseTermList(state, { opener, close, items: [first.item] });
  return { kind: "array", span: spanFrom(state, start), items };
}

export function parseSetOrObject(state: ParseState): TermNode {
  const opener = state.position;
  const start = startOffset(state);
  const close = TokenKind.rightBrace;
  advance(state);
  if (accept(state, close)) {
    return { kind: "object", span: spanFrom(state, start), entries: [] };
  }
  const first = parseFirst(state, { opener, start, close, form: "set" });
  if ("comprehension" in first) return first.comprehension;
  if (accept(state, TokenKind.colon)) {
    return parseObject(state, { opener, start, key: first.item, comprehension: !first.leadingComma });
  }
  if (peek(state) !== close && peek(state) !== TokenKind.comma) {
    throw unclosed(state, { opener, expected: "`,`, `:` or `}`", ...headHint(state) });
  }
  accept(state, TokenKind.comma);
  const items = parseTermList(state, { opener, close, items: [first.item] });
  return { kind: "set", span: spanFrom(state, start), items };
}

interface ObjectOptions {
  readonly opener: number;
  readonly start: number;
  readonly key: TermNode;
  readonly comprehension: boolean;
}

/** Behind the first key's colon. */
function parseObject(state: ParseState, { opener, start, key, comprehension }: ObjectOptions): TermNode {
  const close = TokenKind.rightBrace;
  const valueStart = startOffset(state);
  const head = parseTerm(state);
  if (comprehension && peek(state) === TokenKind.pipe) {
    const body = parseComprehensionBody(state, { opener, close, retry: [TokenKind.comma, TokenKind.colon] });
    if (body !== undefined) {
      return { kind: "comprehension", span: spanFrom(state, start), form: "object", key, head, body };
    }
  }
  const entries = [{ key, value: parseListItem(state, { term: head, start: valueStart }) }];
  expectCommaOrClose(state, { opener, close });
  while (!accept(state, close)) {
    const nextKey = parseListItem(state);
    if (!accept(state, TokenKind.colon)) {
      throw failure(state, {
        message: `\`:\` is expected behind the key of an object, not ${describeToken(state)}`,
      });
    }
    entries.push({ key: nextKey, value: parseListItem(state) });
    expectCommaOrClose(state, { opener, close });
  }
  return { kind: "object", span: spanFrom(state, start), entries };
}

interface ComprehensionBodyOptions {
  readonly opener: number;
  readonly close: Closer;
  /** Tokens that show that the `|` was an operator, where a body cannot go on. */
  readonly retry: readonly TokenKind[];
}

/** The body behind `|` with the closing bracket; undefined, and nothing consumed, where the `|` joins sets. */
function parseComprehensionBody(
  state: ParseState,
  { opener, close, retry }: ComprehensionBodyOptions,
): BodyNode | undefined {
  const { position, nameAt } = state;
  state.speculation += 1;
  advance(state);
  const body = parseBody(state, { opener, close, retry });
  state.speculation -= 1;
  if (body === undefined) {
    state.position = position;
    state.nameAt = nameAt;
  }
  return body;
}
