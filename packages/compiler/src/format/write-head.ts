import type { RuleNode } from "../syntax/nodes.ts";
import { type FormatWriter, startRow, write } from "./format-writer.ts";
import { writeSequence } from "./write-sequence.ts";
import { writeItem, writeRefOperand, writeTerm } from "./write-term.ts";

/** `isConstant`: no body is written, so a value has to be. */
export function writeHead(writer: FormatWriter, rule: RuleNode, isConstant: boolean): void {
  const { head } = rule;
  writeHeadRef(writer, head);
  if (head.args !== undefined && head.args.length > 0) {
    const open = openingParen(writer, head);
    write(writer, "(");
    writeSequence(writer, {
      items: head.args,
      spanOf: ({ span }) => span,
      writeItem: (item) => writeItem(writer, item, false),
      row: startRow(writer, head.span),
      closeRow: -1,
      openEnd: open,
    });
    write(writer, ")");
  } else if (head.args !== undefined) {
    write(writer, "()");
  }
  if (head.contains !== undefined) {
    writeKey(writer, head.contains);
    return;
  }
  writeValue(writer, rule, isConstant);
}

/** `opa fmt` writes `a["b"]` for heads of two parts, where no head of the module is longer. */
function writeHeadRef(writer: FormatWriter, { ref, contains }: RuleNode["head"]): void {
  const [name, ...operands] = ref;
  write(writer, name.name);
  const [only, ...more] = operands;
  if (only?.kind === "string" && more.length === 0 && contains === undefined && !writer.longHeads) {
    write(writer, `[${JSON.stringify(only.value)}]`);
    return;
  }
  for (const operand of operands) {
    writeRefOperand(writer, operand);
  }
}

function openingParen({ source: { text } }: FormatWriter, { args, ref }: RuleNode["head"]): number | undefined {
  const [first] = args ?? [];
  const from = ref.at(-1)?.span.end ?? 0;
  const open = first === undefined ? -1 : text.indexOf("(", from);
  return open < 0 ? undefined : open + 1;
}

function writeKey(writer: FormatWriter, key: NonNullable<RuleNode["head"]["contains"]>): void {
  write(writer, writer.writesContains ? " contains " : "[");
  writeTerm(writer, key);
  write(writer, writer.writesContains ? "" : "]");
}

/** `true` is left out where a body says it all, and behind a function that has neither. */
function writeValue(writer: FormatWriter, { head, isDefault, body }: RuleNode, isConstant: boolean): void {
  const { value, assignment, ref, args } = head;
  const isTrue = value === undefined || (value.kind === "boolean" && value.value);
  const hasKey = value !== undefined && ref.length === 2 && args === undefined && ref[1]?.kind !== "string";
  const isImplied = isConstant ? value === undefined && body === undefined : !hasKey;
  if (isTrue && !isDefault && isImplied) {
    return;
  }
  write(writer, writer.regoVersion === 1 || assignment === ":=" ? " := " : " = ");
  if (value === undefined) {
    write(writer, "true");
  } else {
    writeTerm(writer, value);
  }
}
