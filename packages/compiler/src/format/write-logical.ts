import type { LogicalNode, LogicalOperand, StatementNode } from "../syntax/nodes.ts";
import { endLine, endRow, type FormatWriter, rowOf, skipBlank, startLine, startRow, write } from "./format-writer.ts";
import { guardBrace, guardUnion, writeBraced, writeStatement } from "./write-statement.ts";

interface Step {
  readonly operator: "and" | "or";
  readonly left: LogicalOperand;
  readonly right: LogicalOperand;
}

/** A chain of `and` and `or`: operands stay on the lines where they are, those on later lines indented once. */
export function writeLogical(writer: FormatWriter, node: LogicalNode): void {
  const steps = stepsOf(node);
  const [first] = steps;
  if (first === undefined) {
    return;
  }
  writeOperand(writer, first.left, node.span.start);
  let indented = false;
  for (const { operator, left, right } of steps) {
    write(writer, ` ${operator}`);
    if (operandRow(writer, right) > operandEndRow(writer, left)) {
      writer.level += indented ? 0 : 1;
      indented = true;
      endLine(writer);
      startLine(writer);
    } else {
      write(writer, " ");
    }
    writeOperand(writer, right, undefined);
  }
  writer.level -= indented ? 1 : 0;
}

/** `a and b or c` is (a and b) or c: the chain from the left, without the groups that are in parentheses. */
function stepsOf({ operator, left, right }: LogicalNode): readonly Step[] {
  const [inner] = left.body;
  const step = { operator, left, right };
  const continues = left.written === "plain" && inner?.kind === "logical" && inner.with.length === 0;
  return continues ? [...stepsOf(inner), step] : [step];
}

function writeOperand(writer: FormatWriter, { body, written }: LogicalOperand, start: number | undefined): void {
  const [first] = body;
  if (first === undefined) {
    return;
  }
  if (written === "braces") {
    const open = openingBrace(writer, first);
    guardUnion(writer, body);
    write(writer, "{");
    writeBraced(writer, { body, span: { ...first.span, start: start ?? open } });
    return;
  }
  if (written === "plain" && first.kind === "term-statement") {
    guardBrace(writer, first.term);
  }
  write(writer, written === "parentheses" ? "(" : "");
  writeStatement(writer, first);
  write(writer, written === "parentheses" ? ")" : "");
}

function openingBrace({ source: { text } }: FormatWriter, first: StatementNode): number {
  const open = text.lastIndexOf("{", first.span.start - 1);
  return open < 0 ? first.span.start : open;
}

function operandRow(writer: FormatWriter, { body, written }: LogicalOperand): number {
  const [first] = body;
  if (first === undefined) {
    return 0;
  }
  return written === "braces" ? rowOf(writer, openingBrace(writer, first)) : startRow(writer, first.span);
}

function operandEndRow(writer: FormatWriter, { body, written }: LogicalOperand): number {
  const last = body.at(-1);
  if (last === undefined) {
    return 0;
  }
  return written === "braces" ? rowOf(writer, skipBlank(writer, last.span.end)) : endRow(writer, last.span);
}
