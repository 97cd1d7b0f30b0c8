import type { CommentNode, ImportNode } from "../syntax/nodes.ts";
import { FUTURE_KEYWORDS_V0 } from "../syntax/parse-state.ts";
import {
  blankLine,
  endLine,
  type FormatWriter,
  placeComments,
  sourceText,
  startLine,
  startRow,
  write,
} from "./format-writer.ts";
import { pathText } from "./path-text.ts";

/** Groups stay apart where the source has them apart; within one imports are sorted. A comment stays with its import. */
export function writeImports(writer: FormatWriter, imports: readonly ImportNode[]): void {
  const own = new Map(
    imports.map((node) => {
      const row = startRow(writer, node.span);
      return [node, writer.comments.find((comment) => startRow(writer, comment.span) === row)];
    }),
  );
  const taken = new Set(own.values());
  writer.comments = writer.comments.filter((comment) => !taken.has(comment));
  for (const group of groupImports(writer, imports)
    .map(dropImplied(imports, own))
    .filter(({ length }) => length > 0)) {
    const [first] = group;
    if (first !== undefined) {
      placeComments(writer, startRow(writer, first.span));
    }
    for (const node of group.toSorted(compareImports)) {
      startLine(writer);
      write(
        writer,
        `import ${pathText(node.path, sourceText(writer, node.span))}${node.alias === undefined ? "" : ` as ${node.alias}`}`,
      );
      writer.pending = own.get(node);
      endLine(writer);
    }
    blankLine(writer);
  }
}

/** With `import rego.v1` the older keyword imports say nothing more; one that has a comment stays for its sake. */
function dropImplied(
  all: readonly ImportNode[],
  comments: ReadonlyMap<ImportNode, CommentNode | undefined>,
): (group: readonly ImportNode[]) => readonly ImportNode[] {
  const isV1 = all.some(({ path }) => path.join(".") === "rego.v1");
  const isImplied = ({ path }: ImportNode): boolean =>
    path[0] === "future" && (FUTURE_KEYWORDS_V0 as readonly (string | undefined)[]).includes(path[2]);
  return (group) => (isV1 ? group.filter((node) => !isImplied(node) || comments.get(node) !== undefined) : group);
}

function groupImports(writer: FormatWriter, imports: readonly ImportNode[]): readonly (readonly ImportNode[])[] {
  const groups: ImportNode[][] = [];
  imports.forEach((node, index) => {
    const previous = imports[index - 1];
    const group = groups.at(-1);
    if (
      previous === undefined ||
      group === undefined ||
      startRow(writer, node.span) - startRow(writer, previous.span) > 1
    ) {
      groups.push([node]);
    } else {
      group.push(node);
    }
  });
  return groups;
}

function compareImports(a: ImportNode, b: ImportNode): number {
  for (let index = 0; index < Math.max(a.path.length, b.path.length); index += 1) {
    const left = a.path[index];
    const right = b.path[index];
    if (left !== right) {
      return left === undefined || (right !== undefined && left < right) ? -1 : 1;
    }
  }
  const [left, right] = [a.alias ?? "", b.alias ?? ""];
  return left < right ? -1 : left > right ? 1 : 0;
}
