/** Rules with their bodies and `else` branches. */
import type { BodyNode, ElseNode, LogicalNode, RuleNode, StatementNode } from "../syntax/nodes.ts";
import {
  blankLine,
  endLine,
  endRow,
  type FormatWriter,
  placeComments,
  rowOf,
  skipBlank,
  startLine,
  startRow,
  write,
} from "./format-writer.ts";
import { writeBody } from "./write-body.ts";
import { writeHead } from "./write-head.ts";
import { guardUnion, writeStatement } from "./write-statement.ts";
import { writeTerm } from "./write-term.ts";

export function writeRule(writer: FormatWriter, rule: RuleNode, isFurther: boolean): void {
  startLine(writer);
  write(writer, rule.isDefault ? "default " : "");
  const isConstant = isTrueBody(rule.body) && rule.elses.length === 0;
  const { flat } = writer;
  writer.flat ||= isFurther;
  writeHead(writer, rule, isConstant);
  writer.flat = flat;
  if (rule.body === undefined || isConstant) {
    endLine(writer);
    return;
  }
  const headRow = endRow(writer, isFurther ? rule.span : rule.head.span);
  const inline = writeRuleBody(writer, { body: rule.body, headRow, usesIf: usesIf(writer, rule), isElse: false });
  writeElses(writer, rule, inline);
}

/** No body, or one that says `true` and nothing else. */
function isTrueBody(body: BodyNode | undefined): boolean {
  const [first, ...more] = body ?? [];
  return (
    first === undefined ||
    (more.length === 0 &&
      first.kind === "term-statement" &&
      first.with.length === 0 &&
      first.term.kind === "boolean" &&
      first.term.value)
  );
}

function usesIf({ writesIf, writesContains }: FormatWriter, { head }: RuleNode): boolean {
  return writesIf && (head.contains === undefined || writesContains);
}

interface RuleBody {
  readonly body: BodyNode;
  /** Row on which the head ends: one statement on that row stays there. */
  readonly headRow: number;
  readonly usesIf: boolean;
  readonly isElse: boolean;
}

/** Whether the body was written behind the head, without braces. */
function writeRuleBody(writer: FormatWriter, { body, headRow, usesIf: withIf, isElse }: RuleBody): boolean {
  const [first] = body;
  if (first === undefined) {
    return true;
  }
  if (withIf) {
    write(writer, " if");
    if (body.length === 1 && startRow(writer, first.span) === headRow && !readsAsBody(first)) {
      write(writer, " ");
      writeStatement(writer, first);
      endLine(writer);
      return true;
    }
  }
  write(writer, " {");
  endLine(writer);
  writer.level += 1;
  if (withIf && !isElse) {
    guardBody(writer, body);
  }
  writeBody(writer, body);
  placeComments(writer, closingRow(writer, body));
  writer.level -= 1;
  startLine(writer);
  write(writer, "}");
  return false;
}

/** `if {x}` is a body and `else if {"a": 1}` too; a set stays inside the body's braces. */
function readsAsBody(statement: StatementNode): boolean {
  return statement.kind === "term-statement" && statement.term.kind === "set";
}

/** `{ a | b }` behind `if` reads as a comprehension, so a union that leads a body is put in parentheses. */
function guardBody(writer: FormatWriter, body: BodyNode): void {
  const [first] = body;
  guardUnion(writer, first?.kind === "logical" ? leadOperand(first) : body);
}

function leadOperand({ left }: LogicalNode): BodyNode {
  const [first] = left.body;
  if (left.written !== "plain") {
    return [];
  }
  return first?.kind === "logical" ? leadOperand(first) : left.body;
}

/** Row of the closing brace; -1 where there is none. */
function closingRow(writer: FormatWriter, body: BodyNode): number {
  const last = body.at(-1);
  let offset = last === undefined ? -1 : skipBlank(writer, last.span.end);
  while (writer.source.text[offset] === ";") {
    offset = skipBlank(writer, offset + 1);
  }
  return writer.source.text[offset] === "}" ? rowOf(writer, offset) : -1;
}

function writeElses(writer: FormatWriter, rule: RuleNode, bodyIsInline: boolean): void {
  let previous = rule.span.start;
  let inline = bodyIsInline;
  rule.elses.forEach((branch, index) => {
    inline = writeElse(writer, branch, {
      inline,
      previous,
      usesIf: writer.writesIf,
      isLast: index === rule.elses.length - 1,
    });
    previous = branch.span.start;
  });
}

interface ElsePlace {
  /** The body before was written without braces: the branch cannot follow on its line. */
  readonly inline: boolean;
  /** Where the branch before starts. */
  readonly previous: number;
  readonly usesIf: boolean;
  readonly isLast: boolean;
}

/** `} else` where the source has it so, else behind a blank line. */
function writeElse(
  writer: FormatWriter,
  branch: ElseNode,
  { inline, previous, usesIf: withIf, isLast }: ElsePlace,
): boolean {
  const row = startRow(writer, branch.span);
  const lineStart = writer.source.lineStarts[row] ?? 0;
  const startsLine = writer.source.text.slice(lineStart, branch.span.start).trim() === "";
  const sameLine = !startsLine && row > rowOf(writer, previous) && !inline;
  const [next] = writer.comments;
  const commentAbove = writer.pending !== undefined || (next !== undefined && startRow(writer, next.span) < row);
  if (sameLine && !commentAbove) {
    write(writer, " ");
  } else {
    blankLine(writer);
    startLine(writer);
  }
  placeElseComments(writer, row);
  write(writer, "else");
  const isConstant = isTrueBody(branch.body) && isLast;
  const isTrue = branch.value === undefined || (branch.value.kind === "boolean" && branch.value.value);
  if (!isTrue || isConstant) {
    write(writer, writer.regoVersion === 1 || branch.assignment === ":=" ? " := " : " = ");
    writeElseValue(writer, branch);
  }
  if (branch.body === undefined || isConstant) {
    endLine(writer);
    return true;
  }
  const headRow = branch.value === undefined ? row : endRow(writer, branch.value.span);
  return writeRuleBody(writer, { body: branch.body, headRow, usesIf: withIf, isElse: true });
}

/** A comment between `else` and its value waits for the body. */
function writeElseValue(writer: FormatWriter, { value, span }: ElseNode): void {
  if (value === undefined) {
    write(writer, "true");
    return;
  }
  const { flat } = writer;
  writer.flat ||= writer.comments.some(
    (comment) => comment.span.start > span.start && comment.span.end < value.span.start,
  );
  writeTerm(writer, value);
  writer.flat = flat;
}

/** Comments above an `else` stand on lines of their own; the line that was started for it becomes theirs. */
function placeElseComments(writer: FormatWriter, row: number): void {
  const before = writer.comments.length;
  placeComments(writer, row);
  if (writer.comments.length < before && !writer.inline) {
    startLine(writer);
  }
}
