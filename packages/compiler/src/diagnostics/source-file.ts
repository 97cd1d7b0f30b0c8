/**
 * A source text with its lines. Spans are UTF-16 offsets; people read lines and columns, counted from 1, columns by
 * code point. Lines end with a line feed; a carriage return before it is no part of the line.
 */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
  /** Offset of each line's first character. */
  readonly lineStarts: readonly number[];
}

export interface SourcePosition {
  readonly line: number;
  readonly column: number;
}

export function createSourceFile(name: string, text: string): SourceFile {
  const lineStarts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    lineStarts.push(at + 1);
  }
  return { name, text, lineStarts };
}

/** The place of an offset; one behind the end of the text is the end. */
export function positionAt(source: SourceFile, offset: number): SourcePosition {
  const { lineStarts, text } = source;
  const clamped = Math.max(0, Math.min(offset, text.length));
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((lineStarts[middle] ?? 0) <= clamped) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  const start = lineStarts[low] ?? 0;
  const byteOrderMark = start === 0 && text.charCodeAt(0) === 0xfeff && clamped > 0 ? 1 : 0;
  return { line: low + 1, column: countCodePoints(text, start, clamped) + 1 - byteOrderMark };
}

function countCodePoints(text: string, start: number, end: number): number {
  let count = 0;
  for (let offset = start; offset < end; offset += 1) {
    const code = text.charCodeAt(offset);
    const isLowHalf = code >= 0xdc00 && code <= 0xdfff && offset > start && isHighHalf(text.charCodeAt(offset - 1));
    count += isLowHalf ? 0 : 1;
  }
  return count;
}

function isHighHalf(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

/** The text of a line, counted from 1, without what ends it. */
export function lineText(source: SourceFile, line: number): string {
  const start = source.lineStarts[line - 1] ?? source.text.length;
  const next = source.lineStarts[line];
  const end = next === undefined ? source.text.length : next - 1;
  const text = source.text.slice(start, end);
  return text.endsWith("\r") ? text.slice(0, -1) : text;
}
