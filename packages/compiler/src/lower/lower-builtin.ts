import { Control } from "@flyball/engine/abi";
import { call, i32, i64, load, store } from "../function-ir/build-ops.ts";
import type { ComparisonOperator, PlanStatement } from "../plan/query-plan.ts";
import { assign, emit, type FunctionScope, type ReadOperand, readAll } from "./function-scope.ts";
import { type Condition, comparison, membership } from "./lower-comparison.ts";
import { ANY, FALSE, Kind, TRUE } from "./value-bits.ts";
import { booleanOf } from "./value-ops.ts";

type BuiltinStatement = Extract<PlanStatement, { kind: "builtin" }>;

/** Comparisons used as values: `x := a < b`. */
const COMPARISONS: ReadonlyMap<string, ComparisonOperator> = new Map([
  ["eq", "equal"],
  ["equal", "equal"],
  ["neq", "not-equal"],
  ["lt", "less"],
  ["lte", "less-or-equal"],
  ["gt", "greater"],
  ["gte", "greater-or-equal"],
]);

export const CLOCK_BUILTIN = "time.now_ns";

export function lowerBuiltin(scope: FunctionScope, statement: BuiltinStatement): void {
  const args = readAll(scope, statement.args);
  if (args === undefined) return;
  const condition = conditionOf(scope, statement.name, args);
  if (condition !== undefined) {
    const op = typeof condition === "boolean" ? i64(condition ? TRUE : FALSE) : booleanOf(condition);
    assign(scope, statement.target, { op, kinds: Kind.boolean });
    return;
  }
  if (statement.name === CLOCK_BUILTIN) {
    assign(scope, statement.target, { op: load("i64.load", i32(Control.clock)), kinds: ANY | Kind.undefined });
    return;
  }
  const { callee, kinds } = scope.module.builtin(statement.name, args.length);
  if ((kinds & Kind.undefined) !== 0) {
    const site = i32(scope.module.site(statement.site));
    emit(scope, store({ operator: "i32.store", address: i32(Control.faultSite), value: site }));
  }
  assign(scope, statement.target, { op: call(callee, ...args.map(({ op }) => op)), kinds });
}

/** Built-ins that are computed in line. */
function conditionOf(scope: FunctionScope, name: string, args: readonly ReadOperand[]): Condition | undefined {
  const [left, right] = args;
  if (left === undefined || right === undefined) return undefined;
  const operator = COMPARISONS.get(name);
  if (operator !== undefined) return comparison({ operator, left, right });
  return name === "internal.member_2" ? membership(scope.module, left, right) : undefined;
}
