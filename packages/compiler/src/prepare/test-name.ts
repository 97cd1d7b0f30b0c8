import type { HeadNode } from "../syntax/nodes.ts";

export interface TestName {
  /** `todo_...` is listed and not run. */
  readonly kind: "test" | "todo";
  /** The constant steps of the head up to the one that begins with `test_` or `todo_`. What follows names cases. */
  readonly path: readonly string[];
}

/** Whether a rule is a test by its name: `test_limits`, `group.test_limits`, `test_limits[case.name]`. */
export function testName({ ref }: HeadNode): TestName | undefined {
  const path: string[] = [];
  for (const [index, term] of ref.entries()) {
    const step = index === 0 && term.kind === "var" ? term.name : term.kind === "string" ? term.value : undefined;
    if (step === undefined) return undefined;
    path.push(step);
    if (step.startsWith("test_")) return { kind: "test", path };
    if (step.startsWith("todo_")) return { kind: "todo", path };
  }
  return undefined;
}
