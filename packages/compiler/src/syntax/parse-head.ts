/** Heads of rules: `p`, `p.q[x]`, `f(x, y)`, `p contains x`, `p := value`. */
import type { HeadNode, TermNode, VarNode } from "./nodes.ts";
import { parseTermList } from "./parse-collection.ts";
import { parseExpression } from "./parse-infix.ts";
import { parseBracketed, parseDotted } from "./parse-reference.ts";
import {
  advance,
  allowKeywordAsName,
  describeToken,
  failure,
  isAfterNewline,
  type ParseState,
  type Problem,
  peek,
  peekAt,
  spanFrom,
  startOffset,
  tokenSpan,
  tokenText,
  touches,
} from "./parse-state.ts";
import { suggestKeyword } from "./suggest-keyword.ts";
import { isKeyword, TokenKind } from "./token-kind.ts";

export interface ParsedHead {
  readonly head: HeadNode;
  /** White space stands before the first bracket, which OPA accepts only where a body follows. */
  readonly gap: boolean;
}

export function parseHead(state: ParseState): ParsedHead {
  const start = startOffset(state);
  const name = parseName(state);
  refuseOperator(state);
  const gap = !touches(state) && isBracketOrDot(peek(state));
  const operands: TermNode[] = [];
  let args: readonly TermNode[] | undefined;
  if (gap || touches(state)) {
    args = parseOperands(state, operands);
  }
  const ref: HeadNode["ref"] = [name, ...operands];
  if (name.name === "set" && operands.length === 0 && args?.length === 0) {
    throw failure(state, { span: spanFrom(state, start), message: "`set()` is the empty set, not the head of a rule" });
  }
  const written = describeRef(state, start);

  let contains: TermNode | undefined;
  let value: TermNode | undefined;
  let assignment: HeadNode["assignment"];
  switch (peek(state)) {
    case TokenKind.contains:
      if (args !== undefined) {
        throw failure(state, {
          message: "A function cannot be a partial set",
          suggestion: "drop the arguments, or give the function a set as value",
        });
      }
      advance(state);
      contains = parseExpression(state);
      break;
    case TokenKind.assign:
    case TokenKind.equals:
      assignment = peek(state) === TokenKind.assign ? ":=" : "=";
      advance(state);
      value = parseValue(state, written);
      break;
    default:
  }
  return { head: { kind: "head", span: spanFrom(state, start), ref, args, contains, value, assignment }, gap };
}

function parseName(state: ParseState): VarNode {
  allowKeywordAsName(state);
  if (peek(state) !== TokenKind.identifier) {
    throw failure(state, wrongStart(state, peek(state)));
  }
  const name: VarNode = { kind: "var", span: tokenSpan(state), name: tokenText(state) };
  advance(state);
  return name;
}

function wrongStart(state: ParseState, kind: TokenKind): { message: string; suggestion?: string } {
  if (kind === TokenKind.else) {
    const suggestion = "`else` goes on with a rule that has a body, in front of which `if` stands";
    return { message: "This `else` belongs to no rule", suggestion };
  }
  if (kind === TokenKind.if) {
    return { message: "This `if` belongs to no rule head", suggestion: "name the rule before it: `allow if ...`" };
  }
  if (kind === TokenKind.rightBrace || kind === TokenKind.rightBracket || kind === TokenKind.rightParen) {
    return {
      message: `This ${describeToken(state)} closes nothing`,
      suggestion: "is one too many, or an opening one missing?",
    };
  }
  if (isKeyword(kind)) {
    return {
      message: `A rule cannot be named \`${tokenText(state)}\`, which is a keyword`,
      suggestion: "statements stand in the body of a rule: `name if { ... }`",
    };
  }
  if (kind === TokenKind.leftParen || kind === TokenKind.leftBracket) {
    return {
      message: `A rule cannot start with ${describeToken(state)}`,
      suggestion: "no white space may stand before the bracket of a reference or call",
    };
  }
  return { message: `A rule, \`import\` or \`default\` is expected here, not ${describeToken(state)}` };
}

/** `p+1` cannot be a head; said here, where it is plain, and not behind it. */
function refuseOperator(state: ParseState): void {
  const kind = peek(state);
  if (kind < TokenKind.plus || kind > TokenKind.greaterOrEqual) {
    return;
  }
  if (kind !== TokenKind.assign && kind !== TokenKind.equals) {
    const message = `${describeToken(state)} cannot stand in the head of a rule`;
    throw failure(state, {
      message,
      suggestion: HEAD_HINTS.get(kind) ?? "a condition stands in a body: `name if ...`",
    });
  }
}

const HEAD_HINTS: ReadonlyMap<TokenKind, string> = new Map<TokenKind, string>([
  [TokenKind.equal, "a value is given with `:=`"],
  [TokenKind.slash, "a comment starts with `#`"],
]);

function isBracketOrDot(kind: TokenKind): boolean {
  return kind === TokenKind.dot || kind === TokenKind.leftBracket || kind === TokenKind.leftParen;
}

/** The operands go to `operands`; the answer is the list of parameters, if there is one. */
function parseOperands(state: ParseState, operands: TermNode[]): readonly TermNode[] | undefined {
  let first = true;
  for (;;) {
    if (!first && !touches(state)) {
      return undefined;
    }
    first = false;
    switch (peek(state)) {
      case TokenKind.dot:
        operands.push(parseDotted(state));
        break;
      case TokenKind.leftBracket:
        operands.push(parseBracketed(state));
        break;
      case TokenKind.leftParen: {
        const opener = state.position;
        advance(state);
        const args = parseTermList(state, { opener, close: TokenKind.rightParen, items: [] });
        if (touches(state) && isBracketOrDot(peek(state))) {
          throw failure(state, {
            message: "The parameters end the head of a function",
            suggestion: "name what follows inside the function's value",
          });
        }
        return args;
      }
      default:
        return undefined;
    }
  }
}

function describeRef(state: ParseState, start: number): string {
  const { end } = spanFrom(state, start);
  const text = state.tokens.text.slice(start, end);
  return text.length > 40 || text.includes("\n") ? "p" : text;
}

function parseValue(state: ParseState, written: string): TermNode {
  const kind = peek(state);
  if (kind === TokenKind.if || kind === TokenKind.end || (isAfterNewline(state) && isDeclarationStart(state))) {
    throw failure(state, {
      message: `A value is expected here, not ${describeToken(state)}`,
      suggestion: `as in \`${written} := 1\``,
    });
  }
  return parseExpression(state);
}

function isDeclarationStart(state: ParseState): boolean {
  const kind = peek(state);
  return kind === TokenKind.default || kind === TokenKind.import || kind === TokenKind.package;
}

/** What is wrong where a head is followed by nothing that makes it a rule. */
export function incompleteHead(state: ParseState, head: HeadNode): Problem {
  const [name] = head.ref;
  const { span } = head;
  const next = peek(state);
  if (next === TokenKind.identifier && !isAfterNewline(state)) {
    const word = tokenText(state);
    const meant = suggestKeyword(word, ["if", "contains"]) ?? (word === "when" || word === "where" ? "if" : undefined);
    if (meant !== undefined) {
      return { message: `\`${word}\` is no keyword`, suggestion: `did you mean \`${meant}\`?` };
    }
    const start = suggestKeyword(name.name, ["default", "import", "package"]);
    if (start !== undefined) {
      return { span, message: `\`${name.name}\` is no keyword`, suggestion: `did you mean \`${start}\`?` };
    }
  }
  if (next === TokenKind.colon && peekAt(state, 1) === TokenKind.equals) {
    return { message: "`: =` is no operator", suggestion: "write `:=` without a gap" };
  }
  if (next === TokenKind.colon) {
    return { message: "`:` cannot stand behind the head of a rule", suggestion: "a value is given with `:=`" };
  }
  return {
    span,
    message: `The rule \`${name.name}\` has neither a value nor a body`,
    suggestion: `write \`${name.name} := ...\`, \`${name.name} if ...\` or \`${name.name} contains ...\``,
  };
}
