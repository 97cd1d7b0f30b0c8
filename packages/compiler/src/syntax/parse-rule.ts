/**
 * Rules: a head, a body or bodies, `else` branches; and `default` rules. What is grammatical only in v0 (a body
 * without `if`, `p[x]` for a partial set) is read in v1 as well and reported with the way out, so that parsing goes on.
 */
import { findBuiltin } from "../builtins/builtin-table.ts";
import { checkDefaultRule } from "./check-default-rule.ts";
import type { HeadNode, RuleNode, TermNode } from "./nodes.ts";
import { parseElses } from "./parse-else.ts";
import { incompleteHead, type ParsedHead, parseHead } from "./parse-head.ts";
import { parseBodyWithoutIf, parseBraces, parseIfBody } from "./parse-rule-body.ts";
import { advance, failure, isReferenceHead, type ParseState, peek, spanFrom, startOffset } from "./parse-state.ts";
import { TokenKind } from "./token-kind.ts";

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
    const gap = parsed.gap && parsed.head.contains === undefined;
    return [parseRuleWithoutBody(state, { head, gap }, start)];
  }
  const body = hasIf ? parseIfBody(state) : parseBodyWithoutIf(state, parsed.head);
  const elses = parseElses(state, head);
  const first: RuleNode = { kind: "rule", span: spanFrom(state, start), isDefault: false, head, body, elses };
  return [first, ...parseFurtherBodies(state, first)];
}

function parseDefaultRule(state: ParseState, start: number): RuleNode {
  advance(state);
  const { head } = parseHead(state);
  const node: RuleNode = {
    kind: "rule",
    span: spanFrom(state, start),
    isDefault: true,
    head,
    body: undefined,
    elses: [],
  };
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
  const node: RuleNode = {
    kind: "rule",
    span: spanFrom(state, start),
    isDefault: false,
    head,
    body: undefined,
    elses: [],
  };
  if (gap) {
    throw failure(state, {
      span: head.span,
      message: "No white space may stand between a rule's name and its bracket",
      suggestion: "close the gap",
    });
  }
  if (head.contains !== undefined) {
    return node;
  }
  if (head.value !== undefined) {
    refuseWith(state);
    return node;
  }
  const isFunction = head.args !== undefined && head.args.length > 0;
  if (isFunction && findBuiltin(head.ref.map((part) => (part.kind === "var" ? part.name : nameOf(part))).join("."))) {
    throw failure(state, {
      span: head.span,
      message: "A call of a built-in function cannot stand outside a body",
      suggestion: "put it in the body of a rule: `name if { ... }`",
    });
  }
  const isTrue = isFunction || (!state.strict && head.ref.length > 2);
  if (!isTrue) {
    throw failure(state, incompleteHead(state, head));
  }
  return node;
}

function nameOf(term: TermNode): string {
  return term.kind === "string" ? term.value : "";
}

function refuseWith(state: ParseState): void {
  if (peek(state) === TokenKind.with) {
    throw failure(state, {
      message: "`with` cannot stand behind the value of a rule",
      suggestion: "use it in a body: `p := x if x := value with input as ...`",
    });
  }
}

/** `p if {...} {...}`: each further body is a rule with the same head. */
function parseFurtherBodies(state: ParseState, { head, elses }: RuleNode): readonly RuleNode[] {
  const rules: RuleNode[] = [];
  while (peek(state) === TokenKind.leftBrace) {
    if (elses.length > 0) {
      throw failure(state, {
        message: "`else` is expected before a further body",
        suggestion: "write `else if { ... }`",
      });
    }
    const start = startOffset(state);
    const body = parseBraces(state);
    rules.push({ kind: "rule", span: spanFrom(state, start), isDefault: false, head, body, elses: [] });
  }
  return rules;
}
