/**
 * Where formatted text grows: lines, indentation, and the comments that wait for their place. A comment belongs to a
 * row of the source. Before a node is written, `placeComments` writes the comments of earlier rows on lines of their
 * own and keeps the one of the node's own row for the end of the line that is being written.
 */
import type { SourceFile } from "../diagnostics/source-file.ts";
import type { CommentNode, Span, TermNode } from "../syntax/nodes.ts";

export interface FormatWriter {
  readonly source: SourceFile;
  readonly regoVersion: 0 | 1;
  /** Heads are written `a.b.c`; where no head of the module is that long, `a.b` is written `a["b"]`, as `opa fmt` does. */
  readonly longHeads: boolean;
  /** `contains` and `if` are written: always in v1, in v0 where they are imported. */
  readonly writesContains: boolean;
  readonly writesIf: boolean;
  text: string;
  level: number;
  /** A line has been started. */
  inline: boolean;
  /** For the end of the line. */
  pending: CommentNode | undefined;
  /** The pending comment waits one line longer: a bracket has been opened. */
  delayed: boolean;
  /** Not written yet, in order. */
  comments: readonly CommentNode[];
  /** Rows are not looked at: the text stands elsewhere than its source (the head of a further body). */
  flat: boolean;
  /** Terms that must be in parentheses where they are written: they would open a body or comprehension. */
  readonly parenthesised: Set<TermNode>;
}

/** Two comments of different rows came to stand on one line; the caller writes the source as it is instead. */
export class CommentClash extends Error {
  override readonly name = "CommentClash";
}

/** Row of an offset, counted from 0. */
export function rowOf({ source: { lineStarts } }: FormatWriter, offset: number): number {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((lineStarts[middle] ?? 0) <= offset) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

export function startRow(writer: FormatWriter, { start }: Span): number {
  return rowOf(writer, start);
}

export function endRow(writer: FormatWriter, { end }: Span): number {
  return rowOf(writer, end - 1);
}

export function sourceText({ source }: FormatWriter, { start, end }: Span): string {
  return source.text.slice(start, end);
}

export function write(writer: FormatWriter, text: string): void {
  writer.text += text;
}

export function startLine(writer: FormatWriter): void {
  writer.inline = true;
  writer.text += "\t".repeat(writer.level);
}

export function endLine(writer: FormatWriter): void {
  writer.inline = false;
  if (writer.pending !== undefined && !writer.delayed) {
    writer.text += ` ${commentText(writer.pending)}`;
    writer.pending = undefined;
  }
  writer.delayed = false;
  writer.text += "\n";
}

export function blankLine(writer: FormatWriter): void {
  if (writer.inline) {
    endLine(writer);
  }
  writer.text += "\n";
}

export function ensureLine(writer: FormatWriter): void {
  if (!writer.inline) {
    startLine(writer);
  }
}

function commentText({ text }: CommentNode): string {
  return `#${text.trimEnd()}`;
}

/** Before what stands on `row` is written. Throws `CommentClash`. */
export function placeComments(writer: FormatWriter, row: number): void {
  const [first] = writer.comments;
  if (first === undefined || writer.flat || startRow(writer, first.span) > row) {
    return;
  }
  const isAfter = (comment: CommentNode): boolean => startRow(writer, comment.span) > row;
  const split = writer.comments.findIndex(isAfter);
  const due = split < 0 ? writer.comments : writer.comments.slice(0, split);
  writer.comments = split < 0 ? [] : writer.comments.slice(split);
  const last = due.at(-1);
  const own = last !== undefined && startRow(writer, last.span) === row ? last : undefined;
  const before = own === undefined ? due : due.slice(0, -1);
  if (before.length > 0 && isMidLine(writer)) {
    throw new CommentClash();
  }
  writeComments(writer, before);
  const lastBefore = before.at(-1);
  if (lastBefore !== undefined && row - startRow(writer, lastBefore.span) > 1) {
    blankLine(writer);
  }
  if (own !== undefined) {
    if (writer.pending !== undefined) {
      throw new CommentClash();
    }
    writer.pending = own;
  }
}

function isMidLine({ text, inline }: FormatWriter): boolean {
  return inline && /\S/.test(text.slice(text.lastIndexOf("\n") + 1));
}

/** Each on a line of its own; gaps between them stay, as one blank line. */
export function writeComments(writer: FormatWriter, comments: readonly CommentNode[]): void {
  let inMetadata = false;
  comments.forEach((comment, index) => {
    const previous = comments[index - 1];
    const isMetadata = isMetadataComment(writer, comment);
    if (previous !== undefined) {
      const gap = startRow(writer, comment.span) - startRow(writer, previous.span);
      if (gap > 1 || (inMetadata && isMetadata)) {
        blankLine(writer);
        inMetadata = false;
      }
    }
    inMetadata ||= isMetadata;
    ensureLine(writer);
    write(writer, commentText(comment));
    endLine(writer);
  });
}

/** The first line of an annotation, at the start of a line. */
function isMetadataComment({ source }: FormatWriter, { span, text }: CommentNode): boolean {
  return source.lineStarts.includes(span.start) && text.trimStart().startsWith("METADATA");
}

/** Whether a comment that has not been written stands between two rows, both excluded. */
export function hasCommentBetween(writer: FormatWriter, after: number, before: number): boolean {
  return writer.comments.some(({ span }) => {
    const row = startRow(writer, span);
    return row > after && row < before;
  });
}

/**
 * Writes something; where its comments find no place, the source of `span` is written as it is, comments included.
 * The comment behind it on its last row goes to the end of the line, as always.
 */
export function writeOrKeep(writer: FormatWriter, span: Span, writeIt: () => void): void {
  const { text, level, inline, pending, delayed, comments } = writer;
  try {
    writeIt();
  } catch (error) {
    if (!(error instanceof CommentClash)) {
      throw error;
    }
    Object.assign(writer, { text, level, inline, pending, delayed, comments });
    keep(writer, span);
  }
}

/** The source of a span is written as it is, with the comments in it. */
export function dropCommentsWithin(writer: FormatWriter, { start, end }: Span): void {
  const isWithin = ({ span }: CommentNode): boolean => span.start >= start && span.end <= end;
  if (writer.pending !== undefined && isWithin(writer.pending)) {
    writer.pending = undefined;
  }
  writer.comments = writer.comments.filter((comment) => !isWithin(comment));
}

function keep(writer: FormatWriter, span: Span): void {
  placeCommentsBefore(writer, span.start);
  ensureLine(writer);
  dropCommentsWithin(writer, span);
  write(writer, sourceText(writer, span));
  const [next] = writer.comments;
  if (next !== undefined && startRow(writer, next.span) === endRow(writer, span)) {
    if (writer.pending !== undefined) {
      // Both stand behind the same line now; the earlier one goes before it.
      const moved = `#${writer.pending.text.trimEnd()}`;
      const lineStart = writer.text.lastIndexOf("\n", writer.text.length - sourceText(writer, span).length) + 1;
      writer.text = `${writer.text.slice(0, lineStart)}${"\t".repeat(writer.level)}${moved}\n${writer.text.slice(lineStart)}`;
    }
    writer.pending = next;
    writer.comments = writer.comments.slice(1);
  }
}

function placeCommentsBefore(writer: FormatWriter, offset: number): void {
  const row = rowOf(writer, offset);
  const before = writer.comments.filter(({ span }) => startRow(writer, span) < row);
  if (before.length > 0 && isMidLine(writer)) {
    // No line is free for them here; what is around can keep its source with them in it.
    throw new CommentClash();
  }
  writer.comments = writer.comments.slice(before.length);
  writeComments(writer, before);
}

/** Where white space and comments from `offset` on end. */
export function skipBlank({ source: { text } }: FormatWriter, offset: number): number {
  for (;;) {
    const character = text[offset];
    if (character === "#") {
      const newline = text.indexOf("\n", offset);
      offset = newline < 0 ? text.length : newline;
    } else if (character === " " || character === "\t" || character === "\n" || character === "\r") {
      offset += 1;
    } else {
      return offset;
    }
  }
}
