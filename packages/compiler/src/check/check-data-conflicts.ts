import { getKey, isObject, type RegoValue } from "@flyball/engine/values";
import type { BoundPolicy } from "../bind/bound.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";

/** Reports rules in whose place a base document already is: the one would hide the other. */
export function checkDataConflicts({ clauses }: BoundPolicy, data: RegoValue | undefined): readonly Diagnostic[] {
  if (data === undefined) return [];
  const diagnostics: Diagnostic[] = [];
  const reported = new Set<string>();
  for (const { path, headSpan } of clauses) {
    const name = `data.${path.join(".")}`;
    if (reported.has(name) || !exists(data, path)) continue;
    reported.add(name);
    diagnostics.push({
      code: "rego_compile_error",
      severity: "error",
      span: headSpan,
      message: `rule ${name} conflicts with a base document at the same path`,
      suggestion: "Rename the rule, or take the document out of the data.",
    });
  }
  return diagnostics;
}

function exists(data: RegoValue, path: readonly string[]): boolean {
  let current: RegoValue | undefined = data;
  for (const step of path) {
    if (current === undefined || !isObject(current)) return false;
    current = getKey(current, step);
  }
  return current !== undefined;
}
