import { type BodyState, report } from "./bind-state.ts";

/** Reports what a finished scope declares and nothing in it uses; `:=` only in strict mode. */
export function checkUnused({ policy, locals }: BodyState): void {
  for (const [name, { id, occurrence, uses }] of locals.names) {
    const span = policy.vars[id]?.span;
    if (uses > 0 || span === undefined || name.startsWith("__local")) continue;
    if (occurrence === "declared") {
      const suggestion = "Use it, or write `_` in its place.";
      report(policy, { code: "rego_compile_error", span, message: `declared var ${name} unused`, suggestion });
    } else if (occurrence === "assigned" && policy.strict) {
      const suggestion = "Use it, or leave the assignment out.";
      report(policy, { code: "rego_compile_error", span, message: `assigned var ${name} unused`, suggestion });
    }
  }
}
