import { assertNever } from "../diagnostics/assert-never.ts";
import type {
  BodyNode,
  EveryNode,
  NotBodyNode,
  SomeDeclarationNode,
  StatementNode,
  TermNode,
  WithNode,
} from "../syntax/nodes.ts";
import {
  endLine,
  ensureLine,
  type FormatWriter,
  placeComments,
  rowOf,
  skipBlank,
  startLine,
  startRow,
  write,
  writeOrKeep,
} from "./format-writer.ts";
import {
  bindsLooser,
  infixOperator,
  isNegation,
  isParenthesisedInMembership,
  leadingUnion,
  leadsWithBrace,
} from "./infix-operator.ts";
import { opensLines, writeClosedBody } from "./write-body.ts";
import { writeLogical } from "./write-logical.ts";
import { writeInfix, writeOperand, writeTerm } from "./write-term.ts";

export function writeStatement(writer: FormatWriter, statement: StatementNode): void {
  writeOrKeep(writer, statement.span, () => {
    placeComments(writer, startRow(writer, statement.span));
    ensureLine(writer);
    writeBare(writer, statement);
    writeModifiers(writer, statement);
  });
}

function writeBare(writer: FormatWriter, statement: StatementNode): void {
  switch (statement.kind) {
    case "term-statement":
      writeStatementTerm(writer, statement.term);
      return;
    case "not-statement":
      write(writer, "not ");
      if (statement.scoped && statement.statement.kind === "term-statement") {
        guardBrace(writer, statement.statement.term);
      }
      writeStatement(writer, statement.statement);
      return;
    case "not-body":
      writeNotBody(writer, statement);
      return;
    case "logical":
      writeLogical(writer, statement);
      return;
    case "some-declaration":
      writeSome(writer, statement);
      return;
    case "some-in":
      write(writer, "some ");
      writeMembership(writer, statement);
      return;
    case "every":
      writeEvery(writer, statement);
      return;
    default:
      assertNever(statement);
  }
}

/** `a == b`: the outermost operator needs no parentheses, and its operands only where they would be read otherwise. */
function writeStatementTerm(writer: FormatWriter, term: TermNode): void {
  const operator = term.kind === "call" && !isNegation(term) ? infixOperator(term) : undefined;
  if (term.kind !== "call" || operator === undefined || writer.parenthesised.has(term)) {
    writeTerm(writer, term);
    return;
  }
  writeInfix(writer, term, (operand, side) =>
    operator === "in" ? isParenthesisedInMembership(operand, side) : bindsLooser(operand, operator, side),
  );
}

interface Membership {
  readonly key: TermNode | undefined;
  readonly value: TermNode;
  readonly domain: TermNode;
}

function writeMembership(writer: FormatWriter, { key, value, domain }: Membership): void {
  if (key !== undefined) {
    writeOperand(writer, key, true);
    write(writer, ", ");
  }
  writeOperand(writer, value, true);
  write(writer, " in ");
  writeOperand(writer, domain, true);
}

function writeSome(writer: FormatWriter, { names, span }: SomeDeclarationNode): void {
  write(writer, "some");
  let row = startRow(writer, span);
  names.forEach((name, index) => {
    const own = startRow(writer, name.span);
    write(writer, index > 0 ? "," : "");
    if (own > row) {
      endLine(writer);
      startLine(writer);
      write(writer, "\t");
      row = own;
    } else {
      write(writer, " ");
    }
    writeTerm(writer, name);
  });
}

function writeEvery(writer: FormatWriter, every: EveryNode): void {
  write(writer, "every ");
  if (every.key !== undefined) {
    writeOperand(writer, every.key, false);
    write(writer, ", ");
  }
  writeOperand(writer, every.value, false);
  write(writer, " in ");
  writeOperand(writer, every.domain, bindsLooser(every.domain, "in", "right"));
  write(writer, " {");
  writeBraced(writer, every);
}

/** Behind `{`, up to and with `}`. */
export function writeBraced(writer: FormatWriter, { body, span }: Pick<EveryNode, "body" | "span">): void {
  const row = startRow(writer, span);
  const lines = opensLines(writer, body, row);
  const last = body.at(-1);
  const closeRow = last === undefined ? row : rowOf(writer, skipBlank(writer, last.span.end));
  writeClosedBody(writer, { body, row, closeRow });
  write(writer, lines ? "}" : " }");
}

/** `{x} == y` behind `not`, `and` or `or` is put in parentheses: its brace would open a body. */
export function guardBrace(writer: FormatWriter, term: TermNode): void {
  if (leadsWithBrace(term)) {
    writer.parenthesised.add(term);
  }
}

/** `a | b` at the start of a body between braces is put in parentheses. */
export function guardUnion(writer: FormatWriter, body: BodyNode): void {
  const [first] = body;
  const union = first?.kind === "term-statement" ? leadingUnion(first.term) : undefined;
  if (union !== undefined) {
    writer.parenthesised.add(union);
  }
}

function writeNotBody(writer: FormatWriter, not: NotBodyNode): void {
  if (not.written === "braces") {
    guardUnion(writer, not.body);
    write(writer, "not {");
    writeBraced(writer, not);
    return;
  }
  const [first] = not.body;
  write(writer, "not (");
  if (first !== undefined) {
    writeStatement(writer, first);
  }
  write(writer, ")");
}

/** `with` stays on the line where it is; those on lines of their own are indented. */
function writeModifiers(writer: FormatWriter, { with: modifiers, span }: StatementNode): void {
  const [first, ...more] = modifiers;
  if (first === undefined) {
    return;
  }
  let row = termsEndRow(writer, first, span.start);
  let indented = false;
  for (const modifier of [first, ...more]) {
    const own = startRow(writer, modifier.span);
    if (own > row && !writer.flat) {
      writer.level += indented ? 0 : 1;
      indented = true;
      endLine(writer);
      startLine(writer);
      row = own;
    } else {
      write(writer, " ");
      row = modifier === first ? own : row;
    }
    writeModifier(writer, modifier);
  }
  writer.level -= indented ? 1 : 0;
}

function termsEndRow(writer: FormatWriter, first: WithNode, start: number): number {
  const before = writer.source.text.slice(start, first.span.start);
  return rowOf(writer, start + before.trimEnd().length - 1);
}

function writeModifier(writer: FormatWriter, { span, target, value }: WithNode): void {
  placeComments(writer, startRow(writer, span));
  write(writer, "with ");
  writeTerm(writer, target);
  write(writer, " as ");
  writeTerm(writer, value);
}
