import type { VarId } from "../bind/bound.ts";
import type { DraftStatement, DraftTerm } from "../bind/draft.ts";
import { addTermVariables, ownTerms, PATTERN, type Skipping, termVariables } from "./draft-variables.ts";
import { isRefReady, isSubset, type KnownVariables } from "./ref-ready.ts";
import { unifiedVariables } from "./unified-variables.ts";

const NONE: ReadonlySet<VarId> = new Set();
const INPUTS: Skipping = { ...PATTERN, sets: true };

/** The variables that a statement binds when those in `safe` are bound, after OPA's rules for safety. */
export function outputVariables(statement: DraftStatement, safe: KnownVariables): ReadonlySet<VarId> {
  for (const { replacement } of statement.with) {
    if (replacement.kind === "value" && !isSubset(termVariables(replacement.term, { closures: true }), safe))
      return NONE;
  }
  switch (statement.kind) {
    case "not":
    case "not-body":
    case "logical":
      return NONE;
    case "holds":
    case "every":
      return iterated(ownTerms(statement), safe);
    case "unify": {
      const { left, right, assignment } = statement;
      const found = iterated([left, right], safe);
      // The target of `:=` only receives: the value must not become known through it.
      const receiving = assignment ? termVariables(left, { closures: true }) : NONE;
      const known: KnownVariables = { has: (id) => !receiving.has(id) && (safe.has(id) || found.has(id)) };
      const unified = unifiedVariables(left, right, known);
      return new Set([...found, ...unified].filter((id) => !safe.has(id)));
    }
    case "call": {
      const { args, output } = statement;
      const found = iterated(ownTerms(statement), safe);
      if (output === undefined) return found;
      for (const arg of args) {
        for (const id of termVariables(arg, { closures: true })) if (!safe.has(id) && !found.has(id)) return NONE;
      }
      addTermVariables(output, INPUTS, found);
      return found;
    }
  }
}

/** The variables over which references iterate. */
function iterated(terms: readonly DraftTerm[], safe: KnownVariables): Set<VarId> {
  const found = new Set<VarId>();
  for (const term of terms) addIterated(term, safe, found);
  return found;
}

function addIterated(term: DraftTerm, safe: KnownVariables, found: Set<VarId>): void {
  switch (term.kind) {
    case "ref":
      if (!isRefReady(term, safe)) return;
      for (const operand of term.operands) {
        addTermVariables(operand, { closures: true, refRoots: true }, found);
        addIterated(operand, safe, found);
      }
      return;
    case "array":
    case "set":
      for (const item of term.items) addIterated(item, safe, found);
      return;
    case "object":
      for (const { key, value } of term.entries) {
        addIterated(key, safe, found);
        addIterated(value, safe, found);
      }
      return;
    case "call":
      for (const arg of term.args) addIterated(arg, safe, found);
      return;
    case "constant":
    case "var":
    case "comprehension":
    case "template":
  }
}
