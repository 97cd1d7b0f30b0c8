import { Tag } from "@flyball/engine/abi";
import { binary, call, choose, i32 } from "../function-ir/build-ops.ts";
import type { NumericType, Op } from "../function-ir/ops.ts";
import type { StaticValue } from "./constant-pool.ts";
import type { ReadOperand } from "./function-scope.ts";
import { Kind } from "./value-bits.ts";
import { countOf, hasTag } from "./value-ops.ts";

const encoder = new TextEncoder();

/**
 * The first case whose constant string the value is equal to, where its bits are known to be those of none: only a string of the same length can be, and then only one that does not come from the constants.
 */
export function whenString(parts: {
  readonly value: ReadOperand;
  readonly cases: readonly { readonly text: StaticValue; readonly then: Op }[];
  readonly otherwise: Op;
  readonly result: NumericType;
}): Op {
  const { value, cases, otherwise, result } = parts;
  if (cases.length === 0 || value.interned || (value.kinds & Kind.string) === 0) return otherwise;
  const found = cases.reduceRight((rest, { text, then }) => {
    const sameLength = binary("i32.eq", countOf(value.op), i32(byteLength(text)));
    const sameText = call("string_equal", value.op, { kind: "i64", value: text.bits });
    const condition = choose({ result: "i32", condition: sameLength, then: sameText, else: i32(0) });
    if (result === "i32" && isConstant(then, 1) && isConstant(rest, 0)) return condition;
    return choose({ result, condition, then, else: rest });
  }, otherwise);
  if (value.kinds === Kind.string) return found;
  return choose({ result, condition: hasTag(value.op, Tag.string), then: found, else: otherwise });
}

function isConstant(op: Op, value: number): boolean {
  return op.kind === "i32" && op.value === value;
}

function byteLength({ value }: StaticValue): number {
  return typeof value === "string" ? encoder.encode(value).length : -1;
}
