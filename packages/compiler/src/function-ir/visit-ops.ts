import type { Op } from "./ops.ts";

/** Calls `visit` for an operation and all inside it, operands first. */
export function visitOps(ops: readonly Op[], visit: (op: Op) => void): void {
  for (const op of ops) {
    visitOps(operandsOf(op), visit);
    visit(op);
  }
}

const NONE: readonly Op[] = [];

export function operandsOf(op: Op): readonly Op[] {
  switch (op.kind) {
    case "i32":
    case "i64":
    case "f64":
    case "local.get":
    case "global.get":
    case "br":
    case "unreachable":
      return NONE;
    case "local.set":
    case "local.tee":
    case "global.set":
    case "drop":
    case "throw":
      return [op.value];
    case "load":
      return [op.address];
    case "store":
      return [op.address, op.value];
    case "unary":
      return [op.operand];
    case "binary":
      return [op.left, op.right];
    case "select":
      return [op.whenTrue, op.whenFalse, op.condition];
    case "call":
      return op.args;
    case "clear-memory":
      return [op.address, op.bytes];
    case "block":
    case "loop":
      return op.body;
    case "if":
      return [op.condition, ...op.then, ...op.else];
    case "br-if":
      return [op.condition];
    case "return":
      return op.value === undefined ? NONE : [op.value];
    case "try":
      return [...op.body, ...op.handler];
  }
}
