/** Terms. Nested infix calls are put in parentheses, as `opa fmt` does, whatever their precedence. */
import { assertNever } from "../diagnostics/assert-never.ts";
import type { CallNode, ComprehensionNode, RefNode, SetNode, TermNode } from "../syntax/nodes.ts";
import { KEYWORDS } from "../syntax/token-kind.ts";
import {
  endLine,
  endRow,
  ensureLine,
  type FormatWriter,
  placeComments,
  sourceText,
  startLine,
  startRow,
  write,
  writeOrKeep,
} from "./format-writer.ts";
import { infixOperator, isNegation, isParenthesisedInMembership, isUnion } from "./infix-operator.ts";
import { writeClosedBody } from "./write-body.ts";
import { writeSequence } from "./write-sequence.ts";
import { writeTemplate } from "./write-template.ts";

export function writeTerm(writer: FormatWriter, term: TermNode): void {
  writeOrKeep(writer, term.span, () => writeOperand(writer, term, false));
}

/** `parenthesise` says what happens to an infix call here. */
export function writeOperand(writer: FormatWriter, term: TermNode, parenthesise: boolean): void {
  if (writer.parenthesised.delete(term)) {
    writeParenthesised(writer, term);
    return;
  }
  placeComments(writer, startRow(writer, term.span));
  ensureLine(writer);
  switch (term.kind) {
    case "null":
    case "boolean":
    case "var":
    case "string":
      write(writer, sourceText(writer, term.span));
      return;
    case "number":
      write(writer, sourceText(writer, term.span).replaceAll(/\s+/g, ""));
      return;
    case "ref":
      writeRef(writer, term);
      return;
    case "call":
      writeCall(writer, term, parenthesise);
      return;
    case "array":
      writeItems(writer, term, ["[", "]"]);
      return;
    case "set":
      writeSet(writer, term);
      return;
    case "object":
      writeObject(writer, term);
      return;
    case "comprehension":
      writeComprehension(writer, term);
      return;
    case "template":
      writeTemplate(writer, term);
      return;
    default:
      assertNever(term);
  }
}

function writeParenthesised(writer: FormatWriter, term: TermNode): void {
  placeComments(writer, startRow(writer, term.span));
  ensureLine(writer);
  write(writer, "(");
  writeOperand(writer, term, false);
  write(writer, ")");
}

function writeRef(writer: FormatWriter, { head, operands }: RefNode): void {
  writeOperand(writer, head, head.kind === "call" && head.written === "parenthesised");
  for (const operand of operands) {
    writeRefOperand(writer, operand);
  }
}

/** `.name` where that says the same; a quoted keyword stays quoted. */
export function writeRefOperand(writer: FormatWriter, operand: TermNode): void {
  if (operand.kind !== "string") {
    write(writer, "[");
    writeTerm(writer, operand);
    write(writer, "]");
    return;
  }
  const written = sourceText(writer, operand.span);
  const quoted = written.startsWith('"') || written.startsWith("`");
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(operand.value) && !(quoted && KEYWORDS.has(operand.value))) {
    write(writer, `.${operand.value}`);
  } else {
    write(writer, `[${quoted ? written : JSON.stringify(operand.value)}]`);
  }
}

function writeCall(writer: FormatWriter, call: CallNode, parenthesise: boolean): void {
  const operator = infixOperator(call);
  const [, operand, domain] = call.args;
  if (operator === undefined) {
    writePlainCall(writer, call);
  } else if (isNegation(call) && operand !== undefined) {
    write(writer, "-");
    writeOperand(writer, operand, true);
  } else {
    // `k, v in m` is one term only between parentheses.
    const parens = parenthesise || domain !== undefined;
    write(writer, parens ? "(" : "");
    writeInfix(writer, call, (nested, side) => operator !== "in" || isParenthesisedInMembership(nested, side));
    write(writer, parens ? ")" : "");
  }
}

/** Operands and operator; `parenthesise` says which operands that are infix calls get parentheses. */
export function writeInfix(
  writer: FormatWriter,
  call: CallNode,
  parenthesise: (operand: TermNode, side: "left" | "right") => boolean,
): void {
  const [first, second, third] = call.args;
  if (first === undefined || second === undefined) {
    return;
  }
  const side = (operand: TermNode, at: "left" | "right"): void =>
    writeOrKeep(writer, operand.span, () => writeOperand(writer, operand, parenthesise(operand, at)));
  side(first, third === undefined ? "left" : "right");
  if (third !== undefined) {
    write(writer, ", ");
    side(second, "right");
  }
  write(writer, ` ${infixOperator(call) ?? ""} `);
  side(third ?? second, "right");
}

function writePlainCall(writer: FormatWriter, call: CallNode): void {
  write(writer, sourceText(writer, call.operatorSpan).replaceAll(/\s+/g, ""));
  write(writer, "(");
  writeSequence(writer, {
    items: call.args,
    spanOf: ({ span }) => span,
    writeItem: (item) => writeItem(writer, item, false),
    row: startRow(writer, call.span),
    closeRow: -1,
    openEnd: undefined,
  });
  write(writer, ")");
}

/** A union among items is put in parentheses: `[a | b]` would be a comprehension. */
export function writeItem(writer: FormatWriter, item: TermNode, parenthesise: boolean): void {
  const isParenthesised = item.kind === "call" && item.written === "parenthesised";
  const parens = isUnion(item) && (parenthesise || isParenthesised);
  write(writer, parens ? "(" : "");
  writeTerm(writer, item);
  write(writer, parens ? ")" : "");
}

interface Items {
  readonly span: TermNode["span"];
  readonly items: readonly TermNode[];
}

function writeItems(writer: FormatWriter, { span, items }: Items, [open, close]: readonly [string, string]): void {
  write(writer, open);
  writeSequence(writer, {
    items,
    spanOf: (item) => item.span,
    writeItem: (item) => writeItem(writer, item, true),
    row: startRow(writer, span),
    closeRow: endRow(writer, span),
    openEnd: span.start + 1,
  });
  write(writer, close);
}

function writeSet(writer: FormatWriter, set: SetNode): void {
  if (set.items.length === 0) {
    write(writer, "set()");
    placeComments(writer, endRow(writer, set.span));
  } else {
    writeItems(writer, set, ["{", "}"]);
  }
}

function writeObject(writer: FormatWriter, { span, entries }: Extract<TermNode, { kind: "object" }>): void {
  write(writer, "{");
  writeSequence(writer, {
    items: entries,
    spanOf: ({ key }) => key.span,
    writeItem: ({ key, value }) => {
      writeItem(writer, key, true);
      write(writer, ": ");
      writeItem(writer, value, true);
    },
    row: startRow(writer, span),
    closeRow: endRow(writer, span),
    openEnd: span.start + 1,
  });
  write(writer, "}");
}

function writeComprehension(writer: FormatWriter, { span, form, key, head, body }: ComprehensionNode): void {
  const [open, close] = form === "array" ? ["[", "]"] : ["{", "}"];
  write(writer, open);
  if (key !== undefined) {
    writeItem(writer, key, true);
    write(writer, ": ");
  } else if (startRow(writer, head.span) > startRow(writer, span) && !writer.flat) {
    endLine(writer);
    startLine(writer);
  }
  writeOperand(writer, head, isUnion(head) || (head.kind === "call" && head.written === "parenthesised"));
  write(writer, " |");
  const row = key === undefined ? startRow(writer, head.span) : startRow(writer, span);
  writeClosedBody(writer, { body, row, closeRow: endRow(writer, span) });
  write(writer, close);
}
