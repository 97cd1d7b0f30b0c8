import type { HeadNode, ModuleNode, RuleNode, TermNode, VarNode } from "../syntax/nodes.ts";
import { testName } from "./test-name.ts";

/**
 * As `opa test`: rules that share a test's name are tests of their own, the second named `test_x#01`. Modules must come in the order of their names.
 */
export function numberDuplicateTests(modules: readonly ModuleNode[]): readonly ModuleNode[] {
  const counts = new Map<string, number>();
  return modules.map((module) => {
    const rules = module.rules.map((rule): RuleNode => {
      const found = rule.isDefault || rule.head.args !== undefined ? undefined : testName(rule.head);
      if (found?.kind !== "test") return rule;
      const key = JSON.stringify([...module.package.path, ...found.path]);
      const count = counts.get(key) ?? 0;
      counts.set(key, count + 1);
      return count === 0 ? rule : { ...rule, head: renamed(rule.head, found.path.length - 1, count) };
    });
    return { ...module, rules };
  });
}

function renamed(head: HeadNode, step: number, count: number): HeadNode {
  const [first, ...rest] = head.ref;
  const suffix = `#${String(count).padStart(2, "0")}`;
  if (step === 0) return { ...head, ref: [{ ...first, name: first.name + suffix } satisfies VarNode, ...rest] };
  const steps = rest.map(
    (term, index): TermNode =>
      index === step - 1 && term.kind === "string" ? { ...term, value: term.value + suffix } : term,
  );
  return { ...head, ref: [first, ...steps] };
}
