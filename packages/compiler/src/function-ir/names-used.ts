import type { FunctionIr, Op } from "./ops.ts";

/** What a function names outside itself, each once, in the order of its first use. */
export interface NamesUsed {
  readonly callees: readonly string[];
  readonly globals: readonly string[];
}

// Functions are frozen data, and linking asks about the same ones several times.
const known = new WeakMap<FunctionIr, NamesUsed>();

export function namesUsed(fn: FunctionIr): NamesUsed {
  const found = known.get(fn);
  if (found !== undefined) return found;
  const callees = new Set<string>();
  const globals = new Set<string>();
  visitAll(fn.body);
  const names = { callees: [...callees], globals: [...globals] };
  known.set(fn, names);
  return names;

  function visitAll(ops: readonly Op[]): void {
    for (const op of ops) visit(op);
  }

  function visit(op: Op): void {
    switch (op.kind) {
      case "i32":
      case "i64":
      case "f64":
      case "local.get":
      case "br":
      case "unreachable":
        return;
      case "global.get":
        globals.add(op.global);
        return;
      case "global.set":
        visit(op.value);
        globals.add(op.global);
        return;
      case "local.set":
      case "local.tee":
      case "drop":
      case "throw":
        visit(op.value);
        return;
      case "load":
        visit(op.address);
        return;
      case "store":
        visit(op.address);
        visit(op.value);
        return;
      case "unary":
        visit(op.operand);
        return;
      case "binary":
        visit(op.left);
        visit(op.right);
        return;
      case "select":
        visit(op.whenTrue);
        visit(op.whenFalse);
        visit(op.condition);
        return;
      case "call":
        visitAll(op.args);
        callees.add(op.callee);
        return;
      case "clear-memory":
        visit(op.address);
        visit(op.bytes);
        return;
      case "block":
      case "loop":
        visitAll(op.body);
        return;
      case "if":
        visit(op.condition);
        visitAll(op.then);
        visitAll(op.else);
        return;
      case "br-if":
        visit(op.condition);
        return;
      case "return":
        if (op.value !== undefined) visit(op.value);
        return;
      case "try":
        visitAll(op.body);
        visitAll(op.handler);
        return;
    }
  }
}
