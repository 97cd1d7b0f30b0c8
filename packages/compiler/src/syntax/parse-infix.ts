/**
 * Infix operators by precedence, loosest first: `in`; comparisons; `|`; `&`; `+ -`; `* / %`. All associate to the left.
 * `:=` and `=` are no operators here: they stand in statements and rule heads only.
 */
import type { CallNode, TermNode } from "./nodes.ts";
import {
  accept,
  advance,
  allowKeywordAsName,
  attempt,
  failure,
  type ParseState,
  peek,
  spanFrom,
  startOffset,
  tokenSpan,
} from "./parse-state.ts";
import { parseTerm } from "./parse-term.ts";
import { TOKEN_KIND_COUNT, TokenKind } from "./token-kind.ts";

interface Operator {
  readonly level: number;
  readonly builtin: string;
}

const OPERATORS: readonly (Operator | undefined)[] = (() => {
  const table: (Operator | undefined)[] = Array.from({ length: TOKEN_KIND_COUNT });
  const levels: readonly (readonly [TokenKind, string])[][] = [
    [
      [TokenKind.equal, "equal"],
      [TokenKind.notEqual, "neq"],
      [TokenKind.less, "lt"],
      [TokenKind.lessOrEqual, "lte"],
      [TokenKind.greater, "gt"],
      [TokenKind.greaterOrEqual, "gte"],
    ],
    [[TokenKind.pipe, "or"]],
    [[TokenKind.ampersand, "and"]],
    [
      [TokenKind.plus, "plus"],
      [TokenKind.minus, "minus"],
    ],
    [
      [TokenKind.star, "mul"],
      [TokenKind.slash, "div"],
      [TokenKind.percent, "rem"],
    ],
  ];
  levels.forEach((operators, index) => {
    for (const [kind, builtin] of operators) {
      table[kind] = { level: index + 1, builtin };
    }
  });
  return table;
})();

/** An expression where `k, v in xs` may stand: everywhere but in lists. */
export function parseExpression(state: ParseState): TermNode {
  const start = startOffset(state);
  return parseIn(state, { start, pairs: true, first: undefined });
}

/** An item of a list, where a comma ends it. `first`, which starts at `start`, has been read already. */
export function parseListItem(
  state: ParseState,
  first?: { readonly term: TermNode; readonly start: number },
): TermNode {
  return parseIn(state, { start: first?.start ?? startOffset(state), pairs: false, first: first?.term });
}

interface InOptions {
  readonly start: number;
  readonly pairs: boolean;
  readonly first: TermNode | undefined;
}

function parseIn(state: ParseState, { start, pairs, first }: InOptions): TermNode {
  let left = parseBinary(state, { level: 1, start, first });
  if (pairs && peek(state) === TokenKind.comma) {
    left = attempt(state, () => parsePairIn(state, left, start)) ?? left;
  }
  let chain = 0;
  allowKeywordAsName(state);
  while (peek(state) === TokenKind.in) {
    chain = extendChain(state, chain);
    const operatorSpan = tokenSpan(state);
    advance(state);
    const right = parseBinary(state, { level: 1, start: startOffset(state), first: undefined });
    left = infix(state, { builtin: ["internal", "member_2"], operatorSpan, args: [left, right], start });
    allowKeywordAsName(state);
  }
  state.nesting -= chain;
  return left;
}

/** `, value in collection` behind a key. */
function parsePairIn(state: ParseState, key: TermNode, start: number): TermNode | undefined {
  advance(state);
  const value = parseBinary(state, { level: 1, start: startOffset(state), first: undefined });
  const operatorSpan = tokenSpan(state);
  if (!accept(state, TokenKind.in)) {
    return undefined;
  }
  const domain = parseBinary(state, { level: 1, start: startOffset(state), first: undefined });
  return infix(state, { builtin: ["internal", "member_3"], operatorSpan, args: [key, value, domain], start });
}

interface BinaryOptions {
  readonly level: number;
  readonly start: number;
  readonly first: TermNode | undefined;
}

/** Operators of `level` and tighter ones. */
function parseBinary(state: ParseState, { level, start, first }: BinaryOptions): TermNode {
  let left = first ?? parseTerm(state);
  let chain = 0;
  for (;;) {
    const operator = OPERATORS[peek(state)];
    if (operator === undefined || operator.level < level) {
      state.nesting -= chain;
      return left;
    }
    chain = extendChain(state, chain);
    const operatorSpan = tokenSpan(state);
    advance(state);
    const right = parseBinary(state, { level: operator.level + 1, start: startOffset(state), first: undefined });
    left = infix(state, { builtin: [operator.builtin], operatorSpan, args: [left, right], start });
  }
}

/** A chain `a + b + c ...` nests to the left, so its length counts as depth. */
function extendChain(state: ParseState, chain: number): number {
  state.nesting += 1;
  if (state.nesting > state.maxNesting) {
    throw failure(state, {
      message: `This expression has more than ${state.maxNesting} operators in a row or inside one another, the limit`,
      suggestion: "split it, for instance over a set and an aggregate such as `sum` or `union`, or raise `maxNesting`",
    });
  }
  return chain + 1;
}

interface InfixOptions {
  readonly builtin: readonly string[];
  readonly operatorSpan: CallNode["operatorSpan"];
  readonly args: readonly TermNode[];
  readonly start: number;
}

function infix(state: ParseState, { builtin, operatorSpan, args, start }: InfixOptions): CallNode {
  return { kind: "call", span: spanFrom(state, start), operator: builtin, operatorSpan, args, written: "infix" };
}
