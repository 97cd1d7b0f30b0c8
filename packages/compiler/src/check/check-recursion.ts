import type { BoundClause, BoundPolicy } from "../bind/bound.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { type ConstantValues, constantValues } from "./constant-values.ts";
import { buildClauseTree, type ClauseTree, referencedClauses } from "./referenced-clauses.ts";
import { visitClause } from "./visit-bound.ts";

/** Reports each rule that depends on itself, with the shortest way back to it. Rego has no recursion: evaluation could not end. */
export function checkRecursion({ clauses }: BoundPolicy): readonly Diagnostic[] {
  const tree = buildClauseTree(clauses);
  const values = constantValues(clauses);
  const needs = new Map(clauses.map((clause) => [clause, neededClauses(clause, { tree, values })]));
  const diagnostics: Diagnostic[] = [];
  const reported = new Set<string>();
  for (const clause of possiblyCyclic(needs)) {
    const name = clauseName(clause);
    if (reported.has(name)) continue;
    const cycle = shortestCycle(clause, needs);
    if (cycle === undefined) continue;
    reported.add(name);
    const names = cycle.map(clauseName);
    const message = `rule ${name} is recursive: ${names.join(" -> ")}`;
    const suggestion =
      "Rules cannot depend on themselves; walk, graph.reachable or a comprehension may do what is wanted.";
    diagnostics.push({ code: "rego_recursion_error", severity: "error", span: clause.headSpan, message, suggestion });
  }
  return diagnostics;
}

/** What is left when clauses that need nothing, or only what cannot be in a cycle, are taken away until none is left of them. */
function possiblyCyclic(needs: ReadonlyMap<BoundClause, ReadonlySet<BoundClause>>): readonly BoundClause[] {
  const open = new Map([...needs].map(([clause, needed]) => [clause, needed.size]));
  const neededBy = new Map<BoundClause, BoundClause[]>();
  for (const [clause, needed] of needs) {
    for (const each of needed) {
      const list = neededBy.get(each);
      if (list === undefined) neededBy.set(each, [clause]);
      else list.push(clause);
    }
  }
  const done = [...open].filter(([, count]) => count === 0).map(([clause]) => clause);
  for (let clause = done.pop(); clause !== undefined; clause = done.pop()) {
    open.delete(clause);
    for (const user of neededBy.get(clause) ?? []) {
      const left = (open.get(user) ?? 0) - 1;
      open.set(user, left);
      if (left === 0) done.push(user);
    }
  }
  return [...open.keys()];
}

function neededClauses(
  clause: BoundClause,
  { tree, values }: { readonly tree: ClauseTree; readonly values: ConstantValues },
): ReadonlySet<BoundClause> {
  const needed = new Set<BoundClause>();
  const reach = (path: readonly string[]): void => {
    const { span } = clause;
    for (const each of referencedClauses(
      tree,
      path.map((value) => ({ kind: "constant", value, span })),
      values,
    ))
      needed.add(each);
  };
  visitClause(clause, {
    term: (term) => {
      if (term.kind !== "ref" || term.root.kind !== "data") return;
      for (const each of referencedClauses(tree, term.operands, values)) needed.add(each);
    },
    statement: (statement) => {
      // As in OPA a replaced document counts as referred to.
      for (const { target } of statement.with)
        if (target.kind === "data" || target.kind === "function") reach(target.path);
    },
    callee: (callee) => {
      if (callee.kind === "function") reach(callee.path);
    },
  });
  return needed;
}

function shortestCycle(
  start: BoundClause,
  needs: ReadonlyMap<BoundClause, ReadonlySet<BoundClause>>,
): readonly BoundClause[] | undefined {
  const cameFrom = new Map<BoundClause, BoundClause>();
  const queue: BoundClause[] = [start];
  for (let clause = queue.shift(); clause !== undefined; clause = queue.shift()) {
    for (const next of needs.get(clause) ?? []) {
      if (next === start) return [...wayTo(clause, start, cameFrom), start];
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, clause);
      queue.push(next);
    }
  }
  return undefined;
}

function wayTo(
  end: BoundClause,
  start: BoundClause,
  cameFrom: ReadonlyMap<BoundClause, BoundClause>,
): readonly BoundClause[] {
  const way = [end];
  for (let step: BoundClause | undefined = end; step !== undefined && step !== start; ) {
    step = cameFrom.get(step);
    if (step !== undefined) way.unshift(step);
  }
  return way;
}

function clauseName({ path, keys }: BoundClause): string {
  return `data.${path.join(".")}${keys.map(() => "[...]").join("")}`;
}
