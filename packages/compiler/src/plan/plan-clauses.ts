import { makeObject, type RegoValue, structuralKey } from "@flyball/engine/values";
import type { BoundStatement } from "../bind/bound.ts";
import { type IndexTest, indexTests } from "./leading-tests.ts";
import { localOperand, type PlanScope } from "./plan-scope.ts";
import type { Operand } from "./query-plan.ts";
import type { GroupedClause } from "./rule-tree.ts";

/** With fewer constants, testing one after the other is as good. */
const LEAST_CONSTANTS = 8;

/** Plans one clause; the statement `decided`, if any, is known to hold. */
type PlanClause = (clause: GroupedClause, decided: BoundStatement | undefined) => void;

/**
 * Plans the clauses of a rule, of which any number may hold. Where many compare one part of the input with constants, its value is looked up among them, and only the clauses of that constant are tried: a
 * hundred times as many clauses cost the same. The order of clauses means nothing to a rule's value.
 */
export function planClauses(scope: PlanScope, clauses: readonly GroupedClause[], planClause: PlanClause): void {
  // Who observes wants to see each clause begin.
  const index = scope.state.observed ? undefined : findIndex(clauses);
  if (index === undefined) {
    for (const clause of clauses) planClause(clause, undefined);
    return;
  }
  for (const clause of index.others) planClause(clause, undefined);
  const { builder, state } = scope;
  builder.block(() => {
    const value = builder.document("input", index.path);
    const position = builder.local();
    const positions = makeObject(index.groups.map(({ constant }, n) => [constant, n] as const));
    builder.emit({ kind: "dot", target: position, source: state.constant(positions), key: value });
    planGroups(scope, { groups: index.groups, first: 0, position: localOperand(position), planClause });
  });
}

interface Selection {
  readonly groups: readonly ClauseGroup[];
  /** The position of the first of these groups. */
  readonly first: number;
  readonly position: Operand;
  readonly planClause: PlanClause;
}

/** By halves: the position is that of one of the groups. */
function planGroups(scope: PlanScope, selection: Selection): void {
  const { builder, state } = scope;
  const { groups, first, position, planClause } = selection;
  const [group] = groups;
  if (group === undefined) return;
  if (groups.length === 1) {
    for (const { clause, test } of group.members) planClause(clause, test);
    return;
  }
  const half = groups.length >>> 1;
  builder.block((done) => {
    builder.block(() => {
      builder.emit({ kind: "compare", operator: "less", left: position, right: state.constant(first + half) });
      planGroups(scope, { ...selection, groups: groups.slice(0, half) });
      builder.emit({ kind: "break", label: done });
    });
    planGroups(scope, { ...selection, groups: groups.slice(half), first: first + half });
  });
}

interface ClauseGroup {
  readonly constant: RegoValue;
  readonly members: readonly { readonly clause: GroupedClause; readonly test: BoundStatement }[];
}

interface ClauseIndex {
  readonly path: readonly string[];
  readonly groups: readonly ClauseGroup[];
  readonly others: readonly GroupedClause[];
}

/** By the part of the input that is compared with the most constants. */
function findIndex(clauses: readonly GroupedClause[]): ClauseIndex | undefined {
  if (clauses.length < LEAST_CONSTANTS) return undefined;
  const tests = new Map(clauses.map((clause) => [clause, testsOf(clause)]));
  const constants = new Map<string, Set<string>>();
  for (const each of tests.values()) {
    for (const { path, constant } of each) {
      const key = JSON.stringify(path);
      const known = constants.get(key) ?? new Set();
      constants.set(key, known.add(structuralKey(constant)));
    }
  }
  const [best] = [...constants].sort(([, a], [, b]) => b.size - a.size);
  if (best === undefined || best[1].size < LEAST_CONSTANTS) return undefined;
  const [key] = best;
  const groups = new Map<
    string,
    { readonly constant: RegoValue; readonly members: ClauseGroup["members"][number][] }
  >();
  const others: GroupedClause[] = [];
  for (const [clause, each] of tests) {
    const found = each.find(({ path }) => JSON.stringify(path) === key);
    if (found === undefined) {
      others.push(clause);
      continue;
    }
    const { constant, statement } = found;
    const group = groups.get(structuralKey(constant)) ?? { constant, members: [] };
    groups.set(structuralKey(constant), group);
    group.members.push({ clause, test: statement });
  }
  return { path: JSON.parse(key) as string[], groups: [...groups.values()], others };
}

/** An `else` is tried when a test fails: its clause cannot be left out. */
function testsOf({ clause }: GroupedClause): readonly IndexTest[] {
  const [first, ...others] = clause.branches;
  return others.length === 0 ? indexTests(first.body) : [];
}
