import { termVariables } from "../check/draft-variables.ts";
import { type BodyState, type PolicyState, report } from "./bind-state.ts";
import type { VarId } from "./bound.ts";
import type { DraftStatement } from "./draft.ts";
import type { Safety } from "./settle-state.ts";
import { suggestName } from "./suggest-name.ts";

/** One diagnostic for each of the author's variables that nothing binds; for each expression where the variables are the binder's own. */
export function reportUnsafe(state: BodyState, { unsafe, undeclared }: Safety): void {
  const { policy } = state;
  for (const id of undeclared) {
    const variable = policy.vars[id];
    if (variable === undefined) continue;
    const suggestion = "Bind it before: an expression in a template has exactly one value.";
    const message = `var ${variable.name} is undeclared`;
    report(policy, { code: "rego_compile_error", span: variable.span, message, suggestion });
  }
  if ([...unsafe.values()].every((ids) => ids.size === 0)) return;
  const statements = [...unsafe].sort(([a], [b]) => a.span.start - b.span.start);
  const targets = new Set(statements.flatMap(([statement]) => assignmentTargets(statement)));
  const named = new Set(statements.flatMap(([, ids]) => [...ids]).filter((id) => !isMade(policy, id)));
  // `y := f(x)` with an unknown x: that y has no value either is no news.
  const causes = [...named].filter((id) => !targets.has(id));
  const reported = new Set<string>();
  for (const id of causes.length > 0 ? causes : named) {
    const variable = policy.vars[id];
    if (variable === undefined || reported.has(`${variable.name} ${variable.span.start}`)) continue;
    reported.add(`${variable.name} ${variable.span.start}`);
    const { name, span } = variable;
    const suggestion =
      name === "_"
        ? "A wildcard cannot be used where a value is needed."
        : (suggestName(name, state) ??
          `Nothing gives ${name} a value: assign it (${name} := ...) or bind it (some ${name} in ...).`);
    report(policy, { code: "rego_unsafe_var_error", span, message: `var ${name} is unsafe`, suggestion });
  }
  if (named.size > 0) return;
  for (const [{ span }] of statements) {
    report(policy, { code: "rego_unsafe_var_error", span, message: "expression is unsafe" });
  }
}

function assignmentTargets(statement: DraftStatement): readonly VarId[] {
  if (statement.kind !== "unify" || !statement.assignment) return [];
  return [...termVariables(statement.left, { closures: true })];
}

export function isMade({ vars }: PolicyState, id: VarId): boolean {
  return vars[id]?.name.startsWith("$") === true;
}
