import { createSourceFile, positionAt } from "../diagnostics/source-file.ts";
import type { Span } from "../diagnostics/span.ts";
import type { PlacePlan } from "../plan/query-plan.ts";
import type { ModuleNode } from "../syntax/nodes.ts";

/** The statements and rules of a policy as written: what `observe` places of a plan belong to. */
export interface SourceStatements {
  /** By file, in order: the lines that the head of a rule, an `else` or a statement is on. */
  readonly lines: ReadonlyMap<string, readonly number[]>;
  /** The lines that are covered when evaluation comes to a place: that on which its statement begins, and those that only this statement goes on over. */
  linesOf(place: PlacePlan): readonly number[];
  /** The statement of a rule's own body that a span lies in; `nested`: it lies in the body of something in that statement, as of an `every`. */
  statementAt(span: Span): { readonly span: Span; readonly nested: boolean } | undefined;
}

interface Entry {
  readonly span: Span;
  readonly lines: number[];
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
    linesOf({ of, span }) {
      const file = files.get(span.file);
      if (of === "rule") return file?.rules.get(`${span.start}:${span.end}`) ?? [];
      return file === undefined ? [] : (innermost(file.statements, span)?.lines ?? []);
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
  /** Lines of the heads of rules and `else` branches, by the start and end of the whole. */
  readonly rules: ReadonlyMap<string, readonly number[]>;
}

function indexFile(module: ModuleNode, text: string): FileIndex {
  const source = createSourceFile(module.span.file, text);
  const lineAt = (offset: number): number => positionAt(source, offset).line;
  const statements: Entry[] = [];
  const rules = new Map<string, readonly number[]>();
  const begun = new Set<number>();
  for (const rule of module.rules) {
    // A further body shares the head of the first.
    const head = rule.head.span.start >= rule.span.start ? rule.head.span : { ...rule.span, end: rule.span.start };
    const heads = [{ whole: rule.span, head: { ...head, start: rule.span.start } }];
    for (const { span, value } of rule.elses)
      heads.push({ whole: span, head: { ...span, end: value?.span.end ?? span.start } });
    for (const { whole, head: written } of heads) {
      const lines = range(lineAt(written.start), lineAt(written.end));
      rules.set(`${whole.start}:${whole.end}`, lines);
      for (const line of lines) begun.add(line);
    }
    collect(rule, -1, (span, parent) => {
      const line = lineAt(span.start);
      begun.add(line);
      return statements.push({ span, parent, lines: [line] }) - 1;
    });
  }
  const lines = new Set(begun);
  for (const [line, statement] of continued(statements, begun, lineAt)) {
    statement.lines.push(line);
    lines.add(line);
  }
  return { statements, rules, lines: [...lines].sort((a, b) => a - b) };
}

/** Lines on which nothing begins, each with the smallest statement that goes on over it. */
function continued(
  statements: readonly Entry[],
  begun: ReadonlySet<number>,
  lineAt: (offset: number) => number,
): ReadonlyMap<number, Entry> {
  const owners = new Map<number, Entry>();
  // Inner statements come after outer ones and take their lines.
  for (const statement of statements)
    for (const line of range(lineAt(statement.span.start), lineAt(statement.span.end)))
      if (!begun.has(line)) owners.set(line, statement);
  return owners;
}

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
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
