/** Items between brackets: on one line, or on the lines that the source has them on, each group indented. */
import type { Span } from "../syntax/nodes.ts";
import {
  CommentClash,
  endLine,
  type FormatWriter,
  hasCommentBetween,
  placeComments,
  rowOf,
  startLine,
  startRow,
  write,
} from "./format-writer.ts";

interface SequenceOptions<Item> {
  readonly items: readonly Item[];
  readonly spanOf: (item: Item) => Span;
  readonly writeItem: (item: Item) => void;
  /** Row on which the text before the bracket starts: the first item is compared with it. */
  readonly row: number;
  /** Row of the closing bracket. */
  readonly closeRow: number;
  /** A line feed between the bracket and the first item keeps the sequence on lines of its own. */
  readonly openEnd: number | undefined;
}

export function writeSequence<Item>(writer: FormatWriter, options: SequenceOptions<Item>): void {
  const { items, spanOf, row, closeRow, openEnd } = options;
  const lines = groupByRow(
    writer,
    items.map((item) => ({ item, row: startRow(writer, spanOf(item)) })),
  );
  const [first] = items;
  if (first === undefined) {
    return;
  }
  const opens = openEnd !== undefined && rowOf(writer, openEnd - 1) < startRow(writer, spanOf(first));
  const isMultiline = !writer.flat && (lines.length > 1 || opens);
  if (lines.length === 1 && !writer.flat && hasCommentBetween(writer, row, closeRow)) {
    throw new CommentClash();
  }
  if (isMultiline) {
    writer.delayed = true;
    endLine(writer);
    writer.level += 1;
    startLine(writer);
  }
  lines.forEach((line, index) => {
    if (index > 0) {
      write(writer, ",");
      endLine(writer);
      startLine(writer);
    }
    writeLineOf(writer, line, options);
  });
  if (isMultiline) {
    write(writer, ",");
    endLine(writer);
    placeComments(writer, closeRow);
    writer.level -= 1;
    startLine(writer);
  }
}

function writeLineOf<Item>(writer: FormatWriter, line: readonly Item[], { writeItem }: SequenceOptions<Item>): void {
  line.forEach((item, index) => {
    if (index > 0) {
      write(writer, ", ");
    }
    writeItem(item);
  });
}

interface Placed<Item> {
  readonly item: Item;
  readonly row: number;
}

/** Items of one row together; a row is where an item starts. */
export function groupByRow<Item>(
  { flat }: FormatWriter,
  placed: readonly Placed<Item>[],
): readonly (readonly Item[])[] {
  const lines: Item[][] = [];
  placed.forEach(({ item, row }, index) => {
    const previous = placed[index - 1];
    const line = lines.at(-1);
    if (previous === undefined || line === undefined || (row > previous.row && !flat)) {
      lines.push([item]);
    } else {
      line.push(item);
    }
  });
  return lines;
}
