import type { CommentNode, ModuleNode, Span } from "../../syntax/nodes.ts";

/** A `# METADATA` comment at the margin, and the comment lines right below it. */
export interface MetadataBlock {
  /** What stands in the lines, without `#` and the space after it. */
  readonly yaml: string;
  readonly span: Span;
}

export function findMetadataBlocks({ comments }: ModuleNode): readonly MetadataBlock[] {
  const blocks: MetadataBlock[] = [];
  for (const [index, first] of comments.entries()) {
    if (!isMetadata(first)) continue;
    const lines: string[] = [];
    let last = first;
    for (const next of comments.slice(index + 1)) {
      if (!isNextLine(last, next) || isMetadata(next)) break;
      lines.push(next.text.replace(/^ /, "").trimEnd());
      last = next;
    }
    blocks.push({ yaml: lines.join("\n"), span: { ...first.span, end: last.span.end } });
  }
  return blocks;
}

export function hasMetadata({ comments }: ModuleNode): boolean {
  return comments.some(isMetadata);
}

function isMetadata({ text, atMargin }: CommentNode): boolean {
  return atMargin && text.trimStart().startsWith("METADATA");
}

/** Only a line break is between them. */
function isNextLine(before: CommentNode, next: CommentNode): boolean {
  const between = next.span.start - before.span.end;
  return between === 1 || (between === 2 && before.text.endsWith("\r"));
}
