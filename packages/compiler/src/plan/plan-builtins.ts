import type { QueryPlan } from "./query-plan.ts";
import { visitStatements } from "./visit-statements.ts";

/** The Rego names of the built-ins that a plan calls, whether a module carries them itself or not. */
export function planBuiltins(plan: QueryPlan): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { body } of plan.functions) {
    visitStatements(body, (statement) => {
      if (statement.kind === "builtin") names.add(statement.name);
    });
  }
  return names;
}
