import type { BodyNode, StatementNode } from "../syntax/nodes.ts";
import {
  blankLine,
  endLine,
  endRow,
  type FormatWriter,
  placeComments,
  startLine,
  startRow,
  write,
} from "./format-writer.ts";
import { groupByRow } from "./write-sequence.ts";
import { writeStatement } from "./write-statement.ts";

/** Statements on lines of their own; a gap in the source stays, as one blank line. */
export function writeBody(writer: FormatWriter, body: BodyNode): void {
  body.forEach((statement, index) => {
    const previous = body[index - 1];
    const row = startRow(writer, statement.span);
    if (previous === undefined) {
      placeComments(writer, row);
    } else if (row > endRow(writer, previous.span) + 1) {
      blankLine(writer);
    }
    startLine(writer);
    writeStatement(writer, statement);
    endLine(writer);
  });
}

interface ClosedBody {
  readonly body: BodyNode;
  /** Row of what stands before the body. */
  readonly row: number;
  /** Row of the bracket that closes it. */
  readonly closeRow: number;
}

/** The body of a comprehension, `every` or `not`, behind `|` or `{`: on the same line, or on lines of its own. */
export function writeClosedBody(writer: FormatWriter, { body, row, closeRow }: ClosedBody): void {
  const [first] = body;
  if (first === undefined) {
    return;
  }
  if (opensLines(writer, body, row)) {
    endLine(writer);
    writer.level += 1;
    writeBody(writer, body);
    placeComments(writer, closeRow);
    writer.level -= 1;
    startLine(writer);
    return;
  }
  body.forEach((statement: StatementNode, index) => {
    write(writer, index === 0 ? " " : "; ");
    writeStatement(writer, statement);
  });
  placeComments(writer, closeRow);
}

/** Whether `writeClosedBody` writes lines. */
export function opensLines(writer: FormatWriter, body: BodyNode, row: number): boolean {
  const rows = body.map((statement) => ({ item: statement, row: startRow(writer, statement.span) }));
  return !writer.flat && ((rows[0]?.row ?? row) > row || groupByRow(writer, rows).length > 1);
}
