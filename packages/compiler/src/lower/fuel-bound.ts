import { MAX_DIGITS, Tag } from "@flyball/engine/abi";
import { namesUsed } from "../function-ir/names-used.ts";
import type { FunctionIr, Op } from "../function-ir/ops.ts";
import type { ConstantPool } from "./constant-pool.ts";

/** Fuel that no evaluation of a function can exceed, whatever the input; undefined where there is no such number. */
export interface FuelBounds {
  of(name: string): number | undefined;
}

/** Host built-ins may set limits from here on; code that never needs as much is not metered. */
export const SMALLEST_LIMIT = 1024;

/** Two numbers of the most digits: once their limbs of nine digits, and once more to bring them to one scale. */
const NUMBER_COMPARISON = 2 * (Math.ceil(MAX_DIGITS / 9) + 2);

/** Beyond this the sum of all paths says nothing any more. */
const LARGEST = 1_000_000;

/** Library functions that charge nothing. */
const FREE: ReadonlySet<string> = new Set([
  "alloc",
  "array_new",
  "b_is_array",
  "b_is_boolean",
  "b_is_null",
  "b_is_number",
  "b_is_object",
  "b_is_set",
  "b_is_string",
  "b_type_name",
  "builtin_failed",
  "conflict",
  "fault",
  "out_of_fuel",
]);

/**
 * Adds up the dearest path through each function, of functions that count their steps. Loops, and library functions whose cost depends on the input, have no bound; comparing with a constant string or with
 * a number has.
 */
export function fuelBounds(functions: readonly FunctionIr[], pool: Pick<ConstantPool, "byteLength">): FuelBounds {
  const byName = new Map(functions.map((fn) => [fn.name, fn]));
  const known = new Map<string, number>();

  function boundOf(name: string): number {
    const fn = byName.get(name);
    if (fn === undefined) return Number.POSITIVE_INFINITY;
    const found = known.get(name);
    if (found !== undefined) return found;
    const sum = costOfAll(fn.body);
    const bound = sum > LARGEST ? Number.POSITIVE_INFINITY : sum;
    known.set(name, bound);
    return bound;
  }

  function costOfAll(ops: readonly Op[]): number {
    let sum = 0;
    for (const op of ops) sum += costOf(op);
    return sum;
  }

  function costOf(op: Op): number {
    switch (op.kind) {
      case "i32":
      case "i64":
      case "f64":
      case "local.get":
      case "global.get":
      case "br":
      case "unreachable":
        return 0;
      case "local.set":
      case "local.tee":
      case "drop":
      case "throw":
        return costOf(op.value);
      case "global.set":
        return costOf(op.value) + (op.global === "fuel" ? 1 : 0);
      case "load":
        return costOf(op.address);
      case "store":
        return costOf(op.address) + costOf(op.value);
      case "unary":
        return costOf(op.operand);
      case "binary":
        return costOf(op.left) + costOf(op.right);
      case "select":
        return costOf(op.whenTrue) + costOf(op.whenFalse) + costOf(op.condition);
      case "call":
        return costOfAll(op.args) + costOfCall(op.callee, op.args);
      case "clear-memory":
        return costOf(op.address) + costOf(op.bytes);
      case "block":
        return costOfAll(op.body);
      case "if":
        return costOf(op.condition) + Math.max(costOfAll(op.then), costOfAll(op.else));
      case "br-if":
        return costOf(op.condition);
      case "return":
        return op.value === undefined ? 0 : costOf(op.value);
      case "loop":
      case "try":
        return Number.POSITIVE_INFINITY;
    }
  }

  function costOfCall(callee: string, args: readonly Op[]): number {
    if (FREE.has(callee)) return 0;
    if (callee === "number_compare") return NUMBER_COMPARISON;
    if (callee === "string_equal") return Math.min(...args.map(textCost));
    return boundOf(callee);
  }

  /** What it costs at most to compare with this string. */
  function textCost(op: Op): number {
    if (op.kind !== "i64" || Number(op.value >> 48n) !== Tag.string) return Number.POSITIVE_INFINITY;
    return pool.byteLength(Number(op.value & 0xffff_ffffn)) >>> 3;
  }

  /** Callees first, without recursion: chains of rules can be long. */
  function settle(name: string): void {
    const open = [{ name, entered: false }];
    const seen = new Set<string>();
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (next.entered) boundOf(next.name);
      const fn = next.entered || seen.has(next.name) || known.has(next.name) ? undefined : byName.get(next.name);
      if (fn === undefined) continue;
      seen.add(next.name);
      open.push({ name: next.name, entered: true });
      for (const callee of namesUsed(fn).callees) open.push({ name: callee, entered: false });
    }
  }

  return {
    of(name) {
      settle(name);
      const bound = boundOf(name);
      return Number.isFinite(bound) ? bound : undefined;
    },
  };
}
