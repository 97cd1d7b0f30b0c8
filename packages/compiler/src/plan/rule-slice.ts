import { structuralKey } from "@flyball/engine/values";
import type { BoundTerm } from "../bind/bound.ts";
import type { GroupedClause, RuleGroup } from "./rule-tree.ts";

/**
 * The part of a document that a reference below it can reach: the clauses whose heads agree with its operands where both are constant. A document
 * whose clauses need other clauses of its own (`config.url` that needs `config.region`, beside `config[name]`) can only be had in such parts; whole it
 * would need itself.
 */
export function sliceOf(rule: RuleGroup, operands: readonly BoundTerm[]): RuleGroup {
  const clauses = rule.clauses.filter(({ place }) => mayMeet(place, operands));
  return clauses.length === rule.clauses.length ? rule : { ...rule, clauses };
}

/** Equal for slices of one rule that have the same clauses. */
export function sliceKey(rule: RuleGroup, slice: RuleGroup): string {
  if (slice === rule) return "";
  const chosen = new Set(slice.clauses);
  return rule.clauses.flatMap((clause, index) => (chosen.has(clause) ? [index] : [])).join(",");
}

function mayMeet(place: GroupedClause["place"], operands: readonly BoundTerm[]): boolean {
  return place.every((step, index) => {
    const operand = operands[index];
    if (step.kind !== "constant" || operand?.kind !== "constant") return true;
    return structuralKey(step.value) === structuralKey(operand.value);
  });
}
