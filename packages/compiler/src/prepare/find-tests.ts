import { createSourceFile, positionAt } from "../diagnostics/source-file.ts";
import type { Span } from "../diagnostics/span.ts";
import { dataPathText } from "../documents/data-path-text.ts";
import { entrypointName } from "../documents/entrypoint-path.ts";
import type { ModuleNode } from "../syntax/nodes.ts";
import { testName } from "./test-name.ts";

export interface TestRule {
  /** `data.finance.test_limits` */
  readonly name: string;
  readonly entrypoint: string;
  readonly file: string;
  readonly line: number;
  /** `todo_` rules are listed and not run. */
  readonly kind: "test" | "todo";
  /** The rule as written. */
  readonly span: Span;
  /** The rule names cases (`test_limits[name]`): each of its entries is a result of its own. */
  readonly hasCases: boolean;
}

/** Every rule that is a test by its name, in the order of files and places; functions are none. */
export function findTests(
  modules: readonly ModuleNode[],
  texts: Readonly<Record<string, string>>,
): readonly TestRule[] {
  const tests = new Map<string, TestRule>();
  for (const module of modules) {
    const source = createSourceFile(module.span.file, texts[module.span.file] ?? "");
    for (const { head, span } of module.rules) {
      const found = head.args === undefined ? testName(head) : undefined;
      if (found === undefined) continue;
      const path = [...module.package.path, ...found.path];
      const entrypoint = entrypointName(path);
      if (tests.has(entrypoint)) continue;
      const { line } = positionAt(source, span.start);
      // As OPA writes it: a test that is numbered (`test_x#01`) is not quoted.
      const name = `${dataPathText(path.slice(0, -1))}.${path.at(-1)}`;
      const hasCases = head.ref.length > found.path.length && head.contains === undefined;
      tests.set(entrypoint, { name, entrypoint, file: module.span.file, line, kind: found.kind, span, hasCases });
    }
  }
  return [...tests.values()];
}
