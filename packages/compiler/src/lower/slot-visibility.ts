import type { FunctionId, FunctionPlan, PathKey, PlanStatement, QueryPlan } from "../plan/query-plan.ts";
import { visitStatements } from "../plan/visit-statements.ts";
import { type CallGraph, directCalls } from "./call-graph.ts";
import type { ReadSet } from "./read-set.ts";

/** Slot numbers, by document. */
export interface SeenSlots {
  readonly input: ReadonlySet<number>;
  readonly data: ReadonlySet<number>;
}

/** Which slots are read by statements and by the functions that they call, and by functions. */
export interface SlotVisibility {
  ofStatements(statements: readonly PlanStatement[]): SeenSlots;
  ofFunctions(ids: Iterable<FunctionId>): SeenSlots;
}

export function slotVisibility(options: {
  readonly plan: QueryPlan;
  readonly graph: CallGraph;
  readonly input: ReadSet;
  readonly data: ReadSet;
  /** Whether a read of base documents goes to a slot, and not to a constant. */
  readonly inSlot: (path: readonly PathKey[]) => boolean;
}): SlotVisibility {
  const { plan, graph, input, data, inSlot } = options;
  const own = new Map<FunctionId, SeenSlots>();

  function readBy(statements: readonly PlanStatement[]): { input: Set<number>; data: Set<number> } {
    const seen = { input: new Set<number>(), data: new Set<number>() };
    visitStatements(statements, (statement) => {
      if (statement.kind === "input") seen.input.add(input.find(statement.path).slot);
      if (statement.kind === "data" && inSlot(statement.path)) seen.data.add(data.find(statement.path).slot);
    });
    return seen;
  }

  function addFunctions(ids: Iterable<FunctionId>, seen: { input: Set<number>; data: Set<number> }): SeenSlots {
    for (const id of graph.closure(ids)) {
      const fn: FunctionPlan | undefined = plan.functions[id];
      const known = own.get(id) ?? readBy(fn?.body ?? []);
      own.set(id, known);
      for (const slot of known.input) seen.input.add(slot);
      for (const slot of known.data) seen.data.add(slot);
    }
    return seen;
  }

  return {
    ofStatements: (statements) => addFunctions(directCalls(statements), readBy(statements)),
    ofFunctions: (ids) => addFunctions(ids, { input: new Set(), data: new Set() }),
  };
}
