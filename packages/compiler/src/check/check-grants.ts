import { neededGrant } from "@flyball/builtins";
import type { BoundPolicy } from "../bind/bound.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { visitClause } from "./visit-bound.ts";

/** The names of what an application grants (`http`, `randomBytes`, ...); `"unknown"`: whoever loads the module will say. */
export type DeclaredGrants = readonly string[] | "unknown";

/**
 * Built-ins that reach outside need a grant of the application, without which the module is not loaded. Where it is known what will be granted, a call of any other is an error; where it is not, a warning for each of them,
 * at its first call.
 */
export function checkGrants({ clauses }: BoundPolicy, granted: DeclaredGrants): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const warned = new Set<string>();
  for (const clause of clauses) {
    visitClause(clause, {
      callee: (callee, { span }) => {
        const grant = callee.kind === "builtin" ? neededGrant(callee.name) : undefined;
        if (callee.kind !== "builtin" || grant === undefined) return;
        const { name } = callee;
        if (granted === "unknown") {
          if (warned.has(name)) return;
          warned.add(name);
          const message = `${name} reaches outside: the module loads only where the application grants ${grant}`;
          diagnostics.push({ code: "rego_type_error", severity: "warning", span, message });
        } else if (!granted.includes(grant)) {
          const message = `undefined function ${name}: it needs ${grant}, which is not granted`;
          diagnostics.push({ code: "rego_type_error", severity: "error", span, message });
        }
      },
    });
  }
  return diagnostics;
}
