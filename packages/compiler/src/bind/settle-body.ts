import { orderBody } from "../check/order-body.ts";
import type { BoundStatement, VarId } from "./bound.ts";
import type { DraftBody } from "./draft.ts";
import { noteUnsafe, type Safety, type SettledBody } from "./settle-state.ts";
import { settleStatement } from "./settle-statement.ts";

/**
 * In: a draft body and the variables that are bound around it. Out: the bound body, its statements in an order in which they are safe to run, and all
 * variables that are bound at its end. On the way terms get the form that the planner relies on:
 * - in a call, a composite and an operand there are only terms with one value: a reference that iterates stands in a `unify` or `holds` by itself;
 * - a pattern (a composite with unbound variables) holds only patterns, variables and constants;
 * - what OPA evaluates outside of a legacy negation stands before it.
 * What nothing binds is noted in `safety`.
 */
export function settleBody(
  draft: DraftBody,
  { bound, safety }: { readonly bound: ReadonlySet<VarId>; readonly safety: Safety },
): SettledBody {
  const { statements, unsafe } = orderBody({ body: draft, bound, vars: safety.vars });
  for (const [statement, ids] of unsafe) noteUnsafe(safety, statement, ids);
  const known = new Set(bound);
  const body: BoundStatement[] = [];
  for (const { statement, visible } of statements) {
    settleStatement(statement, { settleInner: settleBody, safety, statement, known, out: body, with: [] });
    for (const id of visible) known.add(id);
  }
  return { body, known, complete: unsafe.size === 0 };
}
