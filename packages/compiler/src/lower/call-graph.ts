import type { FunctionId, FunctionPlan, PlanStatement, QueryPlan } from "../plan/query-plan.ts";
import { visitStatements } from "../plan/visit-statements.ts";

/** Who calls whom in a plan. */
export interface CallGraph {
  /** Functions that the entrypoints reach, in the plan's order. */
  readonly reached: readonly FunctionPlan[];
  /** Functions whose result must be kept, because they may be asked for it more than once in one evaluation. */
  readonly memoized: ReadonlySet<FunctionId>;
  /** The same, callees before their callers. */
  readonly calleesFirst: readonly FunctionPlan[];
  /** These functions and those that they call, directly or not. */
  closure(roots: Iterable<FunctionId>): ReadonlySet<FunctionId>;
}

export function callGraph(plan: QueryPlan): CallGraph {
  const callees = new Map<FunctionId, readonly FunctionId[]>();
  const functionOf = (id: FunctionId): FunctionPlan => {
    const fn = plan.functions[id];
    if (fn === undefined) throw new RangeError(`the plan has no function ${id}`);
    return fn;
  };
  const calleesOf = (id: FunctionId): readonly FunctionId[] => {
    const known = callees.get(id) ?? directCalls(functionOf(id).body);
    callees.set(id, known);
    return known;
  };

  function closure(roots: Iterable<FunctionId>): Set<FunctionId> {
    const found = new Set<FunctionId>();
    const open = [...roots];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (found.has(id)) continue;
      found.add(id);
      open.push(...calleesOf(id));
    }
    return found;
  }

  const ids = closure(plan.entrypoints.map((entrypoint) => entrypoint.function));
  const reached = plan.functions.filter(({ id }) => ids.has(id));

  /** Post-order, without recursion: chains of rules can be long. */
  function calleesFirst(): readonly FunctionPlan[] {
    const order: FunctionPlan[] = [];
    const seen = new Set<FunctionId>();
    const open = reached.map(({ id }) => ({ id, entered: false })).reverse();
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (next.entered) order.push(functionOf(next.id));
      else if (!seen.has(next.id)) {
        seen.add(next.id);
        open.push({ id: next.id, entered: true });
        for (const callee of calleesOf(next.id)) open.push({ id: callee, entered: false });
      }
    }
    return order;
  }

  return { reached, memoized: memoizedFunctions(plan, reached), calleesFirst: calleesFirst(), closure };
}

/** Functions called by a list of statements itself. */
export function directCalls(statements: readonly PlanStatement[]): readonly FunctionId[] {
  const calls = new Set<FunctionId>();
  visitStatements(statements, (statement) => {
    if (statement.kind === "call") calls.add(statement.function);
  });
  return [...calls];
}

/**
 * A function needs no memo when it is called from one place, outside loops, in a function that itself runs at most once in an evaluation (or in one `with` of it), or keeps its own result.
 */
function memoizedFunctions(plan: QueryPlan, reached: readonly FunctionPlan[]): ReadonlySet<FunctionId> {
  const sites = new Map<FunctionId, { count: number; caller: FunctionId; inLoop: boolean }>();
  for (const fn of reached) {
    visitStatements(fn.body, (statement, inLoop) => {
      if (statement.kind !== "call") return;
      const site = sites.get(statement.function);
      if (site === undefined) sites.set(statement.function, { count: 1, caller: fn.id, inLoop });
      else site.count++;
    });
  }
  // One evaluation runs one entrypoint.
  const starts = new Set(plan.entrypoints.map((entrypoint) => entrypoint.function));
  const once = new Map<FunctionId, boolean>();

  function runsOnce(id: FunctionId): boolean {
    const known = once.get(id);
    if (known !== undefined) return known;
    const site = sites.get(id);
    const answer =
      site === undefined ||
      (!starts.has(id) &&
        site.count === 1 &&
        !site.inLoop &&
        (plan.functions[site.caller]?.memoized === true || runsOnce(site.caller)));
    once.set(id, answer);
    return answer;
  }

  return new Set(reached.filter((fn) => fn.memoized && !runsOnce(fn.id)).map(({ id }) => id));
}
