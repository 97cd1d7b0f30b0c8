import { decodeRawTemplate, decodeString } from "./decode-string.ts";
import type { LogicalNode, StatementNode, TemplateNode, TermNode, TermStatementNode } from "./nodes.ts";
import {
  advance,
  describeToken,
  failure,
  type ParseState,
  peek,
  spanFrom,
  startOffset,
  tokenText,
} from "./parse-state.ts";
import { parseStatement } from "./parse-statement.ts";
import { TokenKind } from "./token-kind.ts";

/** `$"text {expression} text"`, from its first token to its last. */
export function parseTemplate(state: ParseState): TemplateNode {
  if (state.version === 0) {
    throw failure(state, {
      message: "There are no template strings in Rego v0",
      suggestion: "use `sprintf` or `concat`",
    });
  }
  const start = startOffset(state);
  const raw = isRaw(peek(state));
  const parts: (string | TermNode | TermStatementNode | LogicalNode)[] = [];
  for (;;) {
    const kind = peek(state);
    const text = decodeText(tokenText(state), raw);
    if (text !== "") {
      parts.push(text);
    }
    advance(state);
    if (kind === TokenKind.templateEnd || kind === TokenKind.rawTemplateEnd) {
      return { kind: "template", span: spanFrom(state, start), parts, raw };
    }
    parts.push(parseExpressionPart(state));
    if (!continuesTemplate(state, raw)) {
      throw failure(state, {
        message: `\`}\` is expected behind the expression of a template string, not ${describeToken(state)}`,
      });
    }
  }
}

function isRaw(kind: TokenKind): boolean {
  return kind === TokenKind.rawTemplatePart || kind === TokenKind.rawTemplateEnd;
}

/** Cuts the `$"` or `}` before the text and the `{` or quote behind it. */
function decodeText(token: string, raw: boolean): string {
  const inner = token.slice(token.startsWith("$") ? 2 : 1, -1);
  return raw ? decodeRawTemplate(inner) : decodeString(inner);
}

function continuesTemplate(state: ParseState, raw: boolean): boolean {
  const kind = peek(state);
  const fits = raw
    ? kind === TokenKind.rawTemplatePart || kind === TokenKind.rawTemplateEnd
    : kind === TokenKind.templatePart || kind === TokenKind.templateEnd;
  return fits && tokenText(state).startsWith("}");
}

function parseExpressionPart(state: ParseState): TermNode | TermStatementNode | LogicalNode {
  const statement = parseStatement(state);
  if (statement.kind === "logical") {
    return statement;
  }
  if (statement.kind !== "term-statement") {
    throw failure(state, {
      span: statement.span,
      message: `${NOT_ALLOWED[statement.kind]} cannot stand in a template string`,
    });
  }
  const { term } = statement;
  if (
    term.kind === "call" &&
    (term.operator[0] === "assign" || term.operator[0] === "eq") &&
    term.written === "infix"
  ) {
    throw failure(state, {
      span: term.operatorSpan,
      message: `\`${term.operator[0] === "eq" ? "=" : ":="}\` cannot stand in a template string`,
      suggestion: "compare with `==`, or name the value in a statement before",
    });
  }
  return statement.with.length === 0 ? term : statement;
}

const NOT_ALLOWED: Readonly<Record<Exclude<StatementNode["kind"], "term-statement" | "logical">, string>> = {
  "not-statement": "`not`",
  "not-body": "`not`",
  "some-declaration": "`some`",
  "some-in": "`some`",
  every: "`every`",
};
