import { Tag } from "@flyball/engine/abi";
import { compareValues } from "@flyball/engine/values";
import { binary, call, choose, f64, i32, i64, not, unary } from "../function-ir/build-ops.ts";
import type { BinaryOperator, Op } from "../function-ir/ops.ts";
import type { ComparisonOperator } from "../plan/query-plan.ts";
import type { ReadOperand } from "./function-scope.ts";
import { BY_BITS, FALSE, Kind } from "./value-bits.ts";
import { bothHold, countOf, hasTag, isDouble } from "./value-ops.ts";

/** A condition, or what it is known to be. */
export type Condition = Op | boolean;

export function comparison(operator: ComparisonOperator, left: ReadOperand, right: ReadOperand): Condition {
  if (operator === "equal") return equality(left, right);
  if (operator === "not-equal") return negated(equality(left, right));
  return ordering(operator, left, right);
}

/** Whether the value is anything but `false`. */
export function truth(value: ReadOperand): Condition {
  if (value.constant !== undefined) return value.constant.value !== false;
  if ((value.kinds & Kind.boolean) === 0) return true;
  return binary("i64.ne", value.op, i64(FALSE));
}

export function negated(condition: Condition): Condition {
  return typeof condition === "boolean" ? !condition : not(condition);
}

function equality(left: ReadOperand, right: ReadOperand): Condition {
  // Equal constants have equal bits: the pool writes each once.
  if (left.constant !== undefined && right.constant !== undefined) return left.constant.bits === right.constant.bits;
  const common = left.kinds & right.kinds;
  if (common === 0) return false;
  const sameBits = binary("i64.eq", left.op, right.op);
  if ((common & ~BY_BITS) === 0) return sameBits;
  const slow = slowEquality(left, right) ?? slowEquality(right, left) ?? call("value_equal", left.op, right.op);
  return choose({ result: "i32", condition: sameBits, then: i32(1), else: slow });
}

/** A value with other bits than a constant string is equal to it only if it is a string of the same length. */
function slowEquality(value: ReadOperand, { constant, op }: ReadOperand): Op | undefined {
  if (typeof constant?.value !== "string") return undefined;
  const bytes = new TextEncoder().encode(constant.value).length;
  const candidate = choose({
    result: "i32",
    condition: binary("i32.eq", countOf(value.op), i32(bytes)),
    then: call("value_equal", value.op, op),
    else: i32(0),
  });
  if (value.kinds === Kind.string) return candidate;
  return choose({ result: "i32", condition: hasTag(value.op, Tag.string), then: candidate, else: i32(0) });
}

type Ordering = Exclude<ComparisonOperator, "equal" | "not-equal">;

const F64: Record<Ordering, BinaryOperator> = {
  less: "f64.lt",
  "less-or-equal": "f64.le",
  greater: "f64.gt",
  "greater-or-equal": "f64.ge",
};
/** Of the result of `value_compare` (-1, 0, 1) with 0. */
const SIGN: Record<Ordering, BinaryOperator> = {
  less: "i32.lt_s",
  "less-or-equal": "i32.le_s",
  greater: "i32.gt_s",
  "greater-or-equal": "i32.ge_s",
};

function ordering(operator: Ordering, left: ReadOperand, right: ReadOperand): Condition {
  if (left.constant !== undefined && right.constant !== undefined) {
    const sign = compareValues(left.constant.value, right.constant.value);
    return { less: sign < 0, "less-or-equal": sign <= 0, greater: sign > 0, "greater-or-equal": sign >= 0 }[operator];
  }
  const general = binary(SIGN[operator], call("value_compare", left.op, right.op), i32(0));
  if ((left.kinds & right.kinds & Kind.double) === 0) return general;
  const fast = binary(F64[operator], asDouble(left), asDouble(right));
  const unknown = [left, right].filter(({ kinds }) => kinds !== Kind.double).map(({ op }) => isDouble(op));
  if (unknown.length === 0) return fast;
  return choose({ result: "i32", condition: unknown.reduce(bothHold), then: fast, else: general });
}

function asDouble({ op, constant }: ReadOperand): Op {
  if (constant === undefined) return unary("f64.reinterpret_i64", op);
  return f64(Number(constant.value));
}
