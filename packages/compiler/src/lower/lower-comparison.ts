import {
  compareValues,
  isArray,
  isObject,
  isSet,
  objectEntries,
  objectSize,
  type RegoValue,
} from "@flyball/engine/values";
import { binary, call, choose, f64, i32, i64, not, unary } from "../function-ir/build-ops.ts";
import type { BinaryOperator, Op } from "../function-ir/ops.ts";
import type { ComparisonOperator } from "../plan/query-plan.ts";
import type { StaticValue } from "./constant-pool.ts";
import type { ReadOperand } from "./function-scope.ts";
import { MAX_CHOICES } from "./kind-flow.ts";
import type { ModuleScope } from "./module-scope.ts";
import { whenString } from "./string-tests.ts";
import { BY_BITS, FALSE, Kind, NUMBER } from "./value-bits.ts";
import { bothHold, isDouble } from "./value-ops.ts";

/** A condition (0 or 1), or what it is known to be. */
export type Condition = Op | boolean;

export interface Comparison {
  readonly operator: ComparisonOperator;
  readonly left: ReadOperand;
  readonly right: ReadOperand;
}

export function comparison({ operator, left, right }: Comparison): Condition {
  if (operator === "equal") return equality(left, right);
  if (operator === "not-equal") return negated(equality(left, right));
  return ordering({ operator, left, right });
}

/** Whether the value is anything but `false`. */
export function truth(value: ReadOperand): Condition {
  if (value.constant !== undefined) return value.constant.value !== false;
  if ((value.kinds & Kind.boolean) === 0) return true;
  return binary("i64.ne", value.op, i64(FALSE));
}

export function negated(condition: Condition): Condition {
  if (typeof condition === "boolean") return !condition;
  return condition.kind === "unary" && condition.operator === "i32.eqz" ? condition.operand : not(condition);
}

function equality(left: ReadOperand, right: ReadOperand): Condition {
  // Equal constants have equal bits: the pool writes each once.
  if (left.constant !== undefined && right.constant !== undefined) return left.constant.bits === right.constant.bits;
  const common = left.kinds & right.kinds;
  if (common === 0) return false;
  const sameBits = binary("i64.eq", left.op, right.op);
  if ((common & ~BY_BITS) === 0) return sameBits;
  if (left.choices !== undefined && right.choices !== undefined) return sameBits;
  if (comparesBits(left, right) || comparesBits(right, left)) return sameBits;
  return choose({ result: "i32", condition: sameBits, then: i32(1), else: slowEquality(left, right) });
}

/** A constant scalar against a value whose strings are those of the constants, or equal to none. */
function comparesBits({ interned }: ReadOperand, { constant }: ReadOperand): boolean {
  return interned && constant?.kind === Kind.string;
}

/** Of values with different bits. */
function slowEquality(left: ReadOperand, right: ReadOperand): Op {
  for (const [value, { constant }] of [
    [left, right],
    [right, left],
  ] as const) {
    if (constant?.kind !== Kind.string) continue;
    return whenString({ value, cases: [{ text: constant, then: i32(1) }], otherwise: i32(0), result: "i32" });
  }
  const strings = left.kinds === Kind.string && right.kinds === Kind.string;
  return call(strings ? "string_equal" : "value_equal", left.op, right.op);
}

/** `value in collection` for a small constant collection of scalars; undefined for others. */
export function membership(
  module: Pick<ModuleScope, "pool">,
  value: ReadOperand,
  collection: ReadOperand,
): Condition | undefined {
  const elements = elementsOf(collection.constant?.value)?.map((element) => module.pool(element));
  if (elements === undefined || elements.some(({ kind }) => (kind & SCALAR) === 0)) return undefined;
  const possible = elements.filter(({ kind }) => (kind & value.kinds) !== 0);
  if (value.constant !== undefined) return possible.some(({ bits }) => bits === value.constant?.bits);
  const sameBits = possible.map(({ bits }) => binary("i64.eq", value.op, i64(bits)));
  if (sameBits.length === 0) return false;
  const strings = possible.filter(({ kind }) => kind === Kind.string);
  const slow = whenString({
    value,
    cases: strings.map((text: StaticValue) => ({ text, then: i32(1) })),
    otherwise: i32(0),
    result: "i32",
  });
  const fast = sameBits.reduce((any, each) => binary("i32.or", any, each));
  return slow.kind === "i32" ? fast : choose({ result: "i32", condition: fast, then: i32(1), else: slow });
}

const SCALAR: number = Kind.null | Kind.boolean | Kind.double | Kind.string;

function elementsOf(value: RegoValue | undefined): readonly RegoValue[] | undefined {
  if (value === undefined) return undefined;
  if (isArray(value)) return value.length > MAX_CHOICES ? undefined : value;
  if (isSet(value)) return value.size > MAX_CHOICES ? undefined : [...value];
  if (!isObject(value)) return [];
  return objectSize(value) > MAX_CHOICES ? undefined : [...objectEntries(value)].map(([, element]) => element);
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
/** The same with the operands exchanged. */
const EXCHANGED: Record<Ordering, Ordering> = {
  less: "greater",
  "less-or-equal": "greater-or-equal",
  greater: "less",
  "greater-or-equal": "less-or-equal",
};

function ordering({ operator, left, right }: Comparison & { readonly operator: Ordering }): Condition {
  if (left.constant !== undefined && right.constant !== undefined) {
    const sign = compareValues(left.constant.value, right.constant.value);
    return { less: sign < 0, "less-or-equal": sign <= 0, greater: sign > 0, "greater-or-equal": sign >= 0 }[operator];
  }
  const general = generalOrdering({ operator, left, right });
  if ((left.kinds & right.kinds & Kind.double) === 0) return general;
  const fast = binary(F64[operator], asDouble(left), asDouble(right));
  const unknown = [left, right].filter(({ kinds }) => kinds !== Kind.double).map(({ op }) => isDouble(op));
  if (unknown.length === 0) return fast;
  return choose({ result: "i32", condition: unknown.reduce(bothHold), then: fast, else: general });
}

function generalOrdering({ operator, left, right }: Comparison & { readonly operator: Ordering }): Op {
  const isNumber = ({ kinds }: ReadOperand): boolean => (kinds & ~NUMBER) === 0;
  if (isNumber(right)) return binary(SIGN[operator], call("number_compare", left.op, right.op), i32(0));
  if (isNumber(left)) return binary(SIGN[EXCHANGED[operator]], call("number_compare", right.op, left.op), i32(0));
  return binary(SIGN[operator], call("value_compare", left.op, right.op), i32(0));
}

function asDouble({ op, constant }: ReadOperand): Op {
  if (constant === undefined) return unary("f64.reinterpret_i64", op);
  return f64(Number(constant.value));
}
