/**
 * Rules: a head, a body or bodies, `else` branches; and `default` rules. What is grammatical only in v0 (a body
 * without `if`, `p[x]` for a partial set) is read in v1 as well and reported with the way out, so that parsing goes on.
 */
import { checkDefaultRule } from "./check-default-rule.ts";
import type { BodyNode, ElseNode, HeadNode, RuleNode, TermNode } from "./nodes.ts";
import { parseBody } from "./parse-body.ts";
import { incompleteHead, type ParsedHead, parseHead } from "./parse-head.ts";
import { parseExpression } from "./parse-infix.ts";
import {
  accept,
  advance,
  allowKeywordAsName,
  attempt,
  describeToken,
  failure,
  isReferenceHead,
  type ParseState,
  peek,
  peekAt,
  report,
  spanFrom,
  startOffset,
  tokenSpan,
} from "./parse-state.ts";
import { parseStatement } from "./parse-statement.ts";
import { TokenKind } from "./token-kind.ts";
import { endOfToken, startOfToken } from "./token-list.ts";

/** The rule at the next token; several where further bodies follow. */
export function parseRule(state: ParseState): readonly RuleNode[] {
  const start = startOffset(state);
  if (peek(state) === TokenKind.default && !isReferenceHead(state)) {
    return [parseDefaultRule(state, start)];
  }
  const parsed = parseHead(state);
  const head = resolvePartialSet(state, parsed.head);
  const hasIf = peek(state) === TokenKind.if;
  if (!hasIf && peek(state) !== TokenKind.leftBrace) {
    return [parseRuleWithoutBody(state, { ...parsed, head }, start)];
  }
  const body = hasIf ? parseIfBody(state) : parseBodyWithoutIf(state, parsed.head);
  const elses = parseElses(state, head);
  const first: RuleNode = { kind: "rule", span: spanFrom(state, start), isDefault: false, head, body, elses };
  return [first, ...parseFurtherBodies(state, first)];
}

function parseDefaultRule(state: ParseState, start: number): RuleNode {
  advance(state);
  const { head } = parseHead(state);
  const node: RuleNode = { kind: "rule", span: spanFrom(state, start), isDefault: true, head, body: undefined, elses: [] };
  checkDefaultRule(state, node);
  if (peek(state) === TokenKind.if || peek(state) === TokenKind.leftBrace) {
    throw failure(state, { message: "A default rule has no body", suggestion: "it applies where no other rule does" });
  }
  return node;
}

/** In v0 `p[x] { ... }` and `p[x]` are partial sets; the head says so from here on. */
function resolvePartialSet(state: ParseState, head: HeadNode): HeadNode {
  const [name, key, ...more] = head.ref;
  const isPartialSet =
    key !== undefined &&
    more.length === 0 &&
    head.args === undefined &&
    head.contains === undefined &&
    head.value === undefined &&
    peek(state) !== TokenKind.if;
  return isPartialSet && !state.strict ? { ...head, ref: [name], contains: key } : head;
}

function parseRuleWithoutBody(state: ParseState, { head, gap }: ParsedHead, start: number): RuleNode {
  const node: RuleNode = { kind: "rule", span: spanFrom(state, start), isDefault: false, head, body: undefined, elses: [] };
  if (head.contains !== undefined) {
    return node;
  }
  if (gap) {
    throw failure(state, {
      span: head.span,
      message: "No white space may stand between a rule's name and its bracket",
      suggestion: "close the gap",
    });
  }
  if (head.value !== undefined) {
    refuseWith(state);
    return node;
  }
  const isFunction = head.args !== undefined && head.args.length > 0;
  const isTrue = isFunction || (!state.strict && head.ref.length > 2);
  if (!isTrue) {
    const problem = incompleteHead(state, head);
    throw failure(state, { ...problem, span: head.span });
  }
  return node;
}

function refuseWith(state: ParseState): void {
  if (peek(state) === TokenKind.with) {
    throw failure(state, {
      message: "`with` cannot stand behind the value of a rule",
      suggestion: "use it in a body: `p := x if x := value with input as ...`",
    });
  }
}

/** Behind a head, at `if`. */
function parseIfBody(state: ParseState): BodyNode {
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

function parseBraces(state: ParseState): BodyNode {
  const opener = state.position;
  if (!accept(state, TokenKind.leftBrace)) {
    throw failure(state, { message: `A body is expected here, not ${describeToken(state)}` });
  }
  return parseBody(state, { opener, close: TokenKind.rightBrace });
}

function parseBodyWithoutIf(state: ParseState, head: HeadNode): BodyNode {
  if (state.strict) {
    report(state, { span: tokenSpan(state), ...missingIf(state, head) });
  }
  return parseBraces(state);
}

function missingIf(state: ParseState, head: HeadNode): { message: string; suggestion: string } {
  const text = (term: TermNode): string => state.tokens.text.slice(term.span.start, term.span.end);
  const [name, key, ...more] = head.ref;
  if (key !== undefined && more.length === 0 && head.value === undefined && head.args === undefined && head.contains === undefined) {
    const shown = text(key).includes("\n") ? "x" : key.kind === "string" ? JSON.stringify(key.value) : text(key);
    return {
      message: `\`contains\` and \`if\` are missing in the head of the partial set \`${name.name}\``,
      suggestion: `write \`${name.name} contains ${shown} if { ... }\`, or \`${name.name}[${shown}] if { ... }\` for a map to true`,
    };
  }
  return {
    message: `\`if\` is missing before the body of \`${name.name}\``,
    suggestion: "write `if {`; `opa fmt --v0-v1` and `--v0-compatible` help with older policies",
  };
}

function parseElses(state: ParseState, head: HeadNode): readonly ElseNode[] {
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
    throw failure(state, { message: "A partial set cannot have an `else`", suggestion: "write a further rule with the same head" });
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
  return { kind: "else", span: spanFrom(state, start), value, body };
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

/** `p if {...} {...}`: each further body is a rule with the same head. */
function parseFurtherBodies(state: ParseState, { head, elses }: RuleNode): readonly RuleNode[] {
  const rules: RuleNode[] = [];
  while (peek(state) === TokenKind.leftBrace) {
    if (elses.length > 0) {
      throw failure(state, { message: "`else` is expected before a further body", suggestion: "write `else if { ... }`" });
    }
    const start = startOffset(state);
    const body = parseBraces(state);
    rules.push({ kind: "rule", span: spanFrom(state, start), isDefault: false, head, body, elses: [] });
  }
  return rules;
}
