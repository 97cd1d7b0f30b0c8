import type { BoundBody } from "../bind/bound.ts";
import { isClosed } from "./free-variables.ts";
import { localOperand, observe, type PlanScope } from "./plan-scope.ts";
import { planTerm } from "./plan-term.ts";
import { planUnify } from "./plan-unify.ts";
import type { GroupedClause } from "./rule-tree.ts";

/**
 * In a plan made to be observed: tells the keys of a partial rule's entry as soon as they are known, so that an entry whose body then fails is known by
 * name. Answers what is to be called at each statement of the body, with the statements still to come.
 */
export function observeKeys(scope: PlanScope, { clause, place }: GroupedClause): (rest: BoundBody) => void {
  const { builder } = scope;
  const variables = new Set(place.flatMap((key) => (key.kind === "var" ? [key.id] : [])));
  let told = false;
  return (rest) => {
    if (told) return;
    const isKnown = () => [...variables].every((variable) => builder.isBound(variable));
    // What an author computes in the head, as `p[case.name]`, stands at the end of the body: here it is computed ahead, for who watches only.
    const computed = rest.filter(
      (statement) =>
        statement.kind === "unify" &&
        statement.with.length === 0 &&
        statement.left.kind === "var" &&
        variables.has(statement.left.id) &&
        isClosed(statement.right, builder),
    );
    if (!isKnown() && computed.length === 0) return;
    builder.block(() => {
      for (const statement of computed)
        if (statement.kind === "unify") planUnify(scope, statement.left, statement.right);
      if (!isKnown()) return;
      told = true;
      const keys = builder.local();
      builder.emit({ kind: "make-array", target: keys, items: place.map((key) => planTerm(scope, key)) });
      observe(scope, { of: "keys", span: clause.span }, localOperand(keys));
    });
  };
}
