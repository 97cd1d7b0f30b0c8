import { Control, Tag } from "@flyball/engine/abi";
import { binary, call, choose, i32, i64, load, store } from "../function-ir/build-ops.ts";
import type { Op } from "../function-ir/ops.ts";
import type { ComparisonOperator, PlanStatement } from "../plan/query-plan.ts";
import { assign, emit, type FunctionScope, type ReadOperand, readAll } from "./function-scope.ts";
import { type Condition, comparison, membership } from "./lower-comparison.ts";
import { ANY, FALSE, Kind, TRUE } from "./value-bits.ts";
import { addressOf, booleanOf, hasTag } from "./value-ops.ts";

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
  const result = call(callee, ...args.map(({ op }) => op));
  const [operand] = statement.args;
  const [only] = args;
  const through = operand?.kind === "local" && only !== undefined && scope.isThrough(operand.id);
  assign(scope, statement.target, { op: through ? unlessMade(only.op, result) : result, kinds });
}

/** A text below the heap is what the host made of one: see `through` in docs/reference/abi.md. */
function unlessMade(value: Op, result: Op): Op {
  const isMade = binary("i32.lt_u", addressOf(value), load("i32.load", i32(Control.heapBase)));
  return choose({
    result: "i64",
    condition: choose({ result: "i32", condition: hasTag(value, Tag.string), then: isMade, else: i32(0) }),
    then: value,
    else: result,
  });
}

/** Built-ins that are computed in line. */
function conditionOf(scope: FunctionScope, name: string, args: readonly ReadOperand[]): Condition | undefined {
  const [left, right] = args;
  if (left === undefined || right === undefined) return undefined;
  const operator = COMPARISONS.get(name);
  if (operator !== undefined) return comparison({ operator, left, right });
  return name === "internal.member_2" ? membership(scope.module, left, right) : undefined;
}
