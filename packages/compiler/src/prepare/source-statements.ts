import { createSourceFile, positionAt } from "../diagnostics/source-file.ts";
import type { Span } from "../diagnostics/span.ts";
import type { PlacePlan } from "../plan/query-plan.ts";
import type { ModuleNode } from "../syntax/nodes.ts";

/** The statements and rules of a policy as written: what `observe` places of a plan belong to. */
export interface SourceStatements {
  /** By file, in order: the lines on which a rule, an `else` or a statement begins. */
  readonly lines: ReadonlyMap<string, readonly number[]>;
  /** The line that a place covers when evaluation comes to it; undefined for places that cover none. */
  lineOf(place: PlacePlan): number | undefined;
  /** The statement of a rule's own body that a span lies in; `nested`: it lies in the body of something in that statement, as of an `every`. */
  statementAt(span: Span): { readonly span: Span; readonly nested: boolean } | undefined;
}

interface Entry {
  readonly span: Span;
  readonly line: number;
  /** Index of the statement around it, -1 for those of a rule's own body. */
  readonly parent: number;
}

const STATEMENT_KINDS: ReadonlySet<unknown> = new Set([
  "term-statement",
  "not-statement",
  "not-body",
  "logical",
  "some-in",
  "every",
]);

export function sourceStatements(
  modules: readonly ModuleNode[],
  texts: Readonly<Record<string, string>>,
): SourceStatements {
  const files = new Map(modules.map((module) => [module.span.file, indexFile(module, texts[module.span.file] ?? "")]));
  return {
    lines: new Map([...files].map(([file, { lines }]) => [file, lines])),
    lineOf({ of, span }) {
      const file = files.get(span.file);
      if (of === "rule") return file?.rules.get(`${span.start}:${span.end}`);
      return file === undefined ? undefined : innermost(file.statements, span)?.line;
    },
    statementAt(span) {
      const statements = files.get(span.file)?.statements ?? [];
      const inner = innermost(statements, span);
      let found = inner;
      while (found !== undefined && found.parent >= 0) found = statements[found.parent];
      return found === undefined ? undefined : { span: found.span, nested: found !== inner };
    },
  };
}

interface FileIndex {
  readonly lines: readonly number[];
  /** In order of their starts, outer before inner. */
  readonly statements: readonly Entry[];
  /** Lines of rules and `else` branches by start and end. */
  readonly rules: ReadonlyMap<string, number>;
}

function indexFile(module: ModuleNode, text: string): FileIndex {
  const source = createSourceFile(module.span.file, text);
  const lineOf = (span: Span): number => positionAt(source, span.start).line;
  const statements: Entry[] = [];
  const rules = new Map<string, number>();
  for (const rule of module.rules) {
    for (const { span } of [rule, ...rule.elses]) rules.set(`${span.start}:${span.end}`, lineOf(span));
    collect(rule, -1, (span, parent) => statements.push({ span, parent, line: lineOf(span) }) - 1);
  }
  const lines = new Set([...rules.values(), ...statements.map(({ line }) => line)]);
  return { statements, rules, lines: [...lines].sort((a, b) => a - b) };
}

/** Nodes are plain data: whatever has the kind of a statement is one, wherever it stands. The statement inside a `not` is no statement of its own. */
function collect(node: object, parent: number, add: (span: Span, parent: number) => number): void {
  let around = parent;
  if ("kind" in node && "span" in node && STATEMENT_KINDS.has(node.kind)) around = add(node.span as Span, parent);
  const parts: readonly unknown[] =
    "kind" in node && node.kind === "not-statement" && "statement" in node
      ? Object.values(node.statement as object)
      : Object.values(node);
  for (const part of parts) if (typeof part === "object" && part !== null) collect(part, around, add);
}

/** The smallest statement that holds the span. */
function innermost(statements: readonly Entry[], { start, end }: Span): Entry | undefined {
  let low = 0;
  let high = statements.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((statements[middle]?.span.start ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  let found = statements[low - 1];
  while (found !== undefined && found.span.end < end) found = statements[found.parent];
  return found;
}
