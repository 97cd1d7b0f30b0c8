import { Tag } from "@flyball/engine/abi";
import { binary, i32, i64, load, unary } from "../function-ir/build-ops.ts";
import type { Op } from "../function-ir/ops.ts";
import { FALSE } from "./value-bits.ts";

/** Tests and parts of values of the ABI as operations. The values given are used more than once where it says so, so they must be locals or constants. */

/** Upper 16 bits as an i32. */
export function tagOf(value: Op): Op {
  return unary("i32.wrap_i64", binary("i64.shr_u", value, i64(48n)));
}

export function hasTag(value: Op, tag: (typeof Tag)[keyof typeof Tag]): Op {
  return binary("i32.eq", tagOf(value), i32(tag));
}

export function isDouble(value: Op): Op {
  return binary("i32.lt_u", tagOf(value), i32(Tag.bigNumber));
}

export function isCollection(value: Op): Op {
  return binary("i32.ge_u", tagOf(value), i32(Tag.array));
}

export function addressOf(value: Op): Op {
  return unary("i32.wrap_i64", value);
}

/** Elements of an array, object or set; bytes of a string. */
export function countOf(value: Op): Op {
  return load("i32.load", addressOf(value));
}

/** 0 or 1 as a boolean value. */
export function booleanOf(condition: Op): Op {
  return binary("i64.or", unary("i64.extend_i32_u", condition), i64(FALSE));
}

export function bothHold(left: Op, right: Op): Op {
  return binary("i32.and", left, right);
}
