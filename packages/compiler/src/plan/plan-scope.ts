import type { VarId } from "../bind/bound.ts";
import type { Dependencies } from "./dependencies.ts";
import type { FunctionBuilder } from "./function-builder.ts";
import type { PlanContext } from "./plan-context.ts";
import type { PlanState } from "./plan-state.ts";
import type { LocalId, Operand, PlacePlan } from "./query-plan.ts";

/** Where a piece of a function is planned: the plan, the function, and what `with` has replaced around it. */
export interface PlanScope {
  readonly state: PlanState;
  readonly dependencies: Dependencies;
  readonly builder: FunctionBuilder;
  readonly context: PlanContext;
}

export function localOperand(id: LocalId): Operand {
  return { kind: "local", id };
}

/** In a plan made to be observed: tells that evaluation has come to a place, with the value there if it has one. */
export function observe({ builder, state }: PlanScope, { of, span }: PlacePlan, value?: Operand): void {
  if (state.observed) builder.emit({ kind: "observe", place: state.place(of, span), value });
}

/** Brings solutions that were collected as arrays, the variables' values first, back as one iteration; answers the array. */
export function scanSolutions(scope: PlanScope, solutions: LocalId, variables: readonly VarId[]): Operand {
  const { builder, state } = scope;
  const row = builder.openScan(localOperand(solutions)).value;
  for (const [index, variable] of variables.entries()) {
    const target = builder.local();
    builder.emit({ kind: "dot", target, source: row, key: state.constant(index) });
    builder.bind(variable, localOperand(target));
  }
  return row;
}
