import type { TemplateNode, TermNode } from "../syntax/nodes.ts";
import { dropCommentsWithin, endRow, type FormatWriter, sourceText, startRow, write } from "./format-writer.ts";
import { writeStatement } from "./write-statement.ts";
import { writeTerm } from "./write-term.ts";

/** Texts stay as they are written, expressions are formatted; a template with line feeds inside an expression stays whole. */
export function writeTemplate(writer: FormatWriter, template: TemplateNode): void {
  const { span, parts } = template;
  const expressions = parts.filter((part) => typeof part !== "string");
  let from = span.start;
  const texts = expressions.map((part) => {
    const text = writer.source.text.slice(from, part.span.start);
    from = part.span.end;
    return text;
  });
  const tail = writer.source.text.slice(from, span.end);
  const isPlain = texts.every((text, index) => !/\n\s*$/.test(text) && (index === 0 || /^[ \t]*\}/.test(text)));
  if (
    !isPlain ||
    !(expressions.length === 0 || /^[ \t]*\}/.test(tail)) ||
    !expressions.every((part) => isOneRow(writer, part))
  ) {
    keepWhole(writer, template);
    return;
  }
  expressions.forEach((part, index) => {
    write(writer, trimEdges(texts[index] ?? "", index > 0, true));
    if ("with" in part) {
      writeStatement(writer, part);
    } else {
      writeTerm(writer, part);
    }
  });
  write(writer, trimEdges(tail, expressions.length > 0, false));
}

function isOneRow(writer: FormatWriter, { span }: Pick<TermNode, "span">): boolean {
  return startRow(writer, span) === endRow(writer, span);
}

/** Cuts the white space inside the braces at either end of a text. */
function trimEdges(text: string, start: boolean, end: boolean): string {
  const left = start ? text.replace(/^[ \t]*\}/, "}") : text;
  return end ? left.replace(/\{[ \t]*$/, "{") : left;
}

function keepWhole(writer: FormatWriter, { span }: TemplateNode): void {
  dropCommentsWithin(writer, span);
  write(writer, sourceText(writer, span));
}
