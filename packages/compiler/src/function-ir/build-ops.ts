import type { BinaryOperator, LoadOperator, NumericType, Op, StoreOperator, UnaryOperator } from "./ops.ts";

/** Makers of operations. Operations are frozen: passes build new ones. */

function op(node: Op): Op {
  return Object.freeze(node);
}

const SMALL: readonly Op[] = Array.from({ length: 64 }, (_, value) => op({ kind: "i32", value }));

export function i32(value: number): Op {
  return SMALL[value] ?? op({ kind: "i32", value: value | 0 });
}

export function i64(value: bigint): Op {
  return op({ kind: "i64", value: BigInt.asUintN(64, value) });
}

export function f64(value: number): Op {
  return op({ kind: "f64", value });
}

export function getLocal(local: string): Op {
  return op({ kind: "local.get", local });
}

export function setLocal(local: string, value: Op): Op {
  return op({ kind: "local.set", local, value });
}

export function teeLocal(local: string, value: Op): Op {
  return op({ kind: "local.tee", local, value });
}

export function getGlobal(global: string): Op {
  return op({ kind: "global.get", global });
}

export function setGlobal(global: string, value: Op): Op {
  return op({ kind: "global.set", global, value });
}

export function load(operator: LoadOperator, address: Op, offset = 0): Op {
  return op({ kind: "load", operator, offset, address });
}

export function store(node: { operator: StoreOperator; address: Op; value: Op; offset?: number }): Op {
  return op({
    kind: "store",
    operator: node.operator,
    offset: node.offset ?? 0,
    address: node.address,
    value: node.value,
  });
}

export function unary(operator: UnaryOperator, operand: Op): Op {
  return op({ kind: "unary", operator, operand });
}

export function binary(operator: BinaryOperator, left: Op, right: Op): Op {
  return op({ kind: "binary", operator, left, right });
}

export function not(condition: Op): Op {
  return unary("i32.eqz", condition);
}

export function select(node: { condition: Op; whenTrue: Op; whenFalse: Op }): Op {
  return op({ kind: "select", condition: node.condition, whenTrue: node.whenTrue, whenFalse: node.whenFalse });
}

export function call(callee: string, ...args: readonly Op[]): Op {
  return op({ kind: "call", callee, args: Object.freeze(args) });
}

export function drop(value: Op): Op {
  return op({ kind: "drop", value });
}

export function clearMemory(address: Op, bytes: Op): Op {
  return op({ kind: "clear-memory", address, bytes });
}

export function block(label: string, body: readonly Op[]): Op {
  return op({ kind: "block", label, body: Object.freeze(body) });
}

export function loop(label: string, body: readonly Op[]): Op {
  return op({ kind: "loop", label, body: Object.freeze(body) });
}

/** An `if` that leaves no value. */
export function when(condition: Op, then: readonly Op[], otherwise: readonly Op[] = []): Op {
  return op({ kind: "if", result: undefined, condition, then: Object.freeze(then), else: Object.freeze(otherwise) });
}

/** An `if` that leaves a value: only the chosen branch is evaluated. */
export function choose(node: { result: NumericType; condition: Op; then: Op; else: Op }): Op {
  return op({
    kind: "if",
    result: node.result,
    condition: node.condition,
    then: Object.freeze([node.then]),
    else: Object.freeze([node.else]),
  });
}

export function br(label: string): Op {
  return op({ kind: "br", label });
}

export function brIf(label: string, condition: Op): Op {
  return op({ kind: "br-if", label, condition });
}

export function returnOp(value?: Op): Op {
  return op({ kind: "return", value });
}

export function throwTag(tag: string, value: Op): Op {
  return op({ kind: "throw", tag, value });
}

export function tryCatch(node: { body: readonly Op[]; tag: string; caught: string; handler: readonly Op[] }): Op {
  return op({
    kind: "try",
    body: Object.freeze(node.body),
    tag: node.tag,
    caught: node.caught,
    handler: Object.freeze(node.handler),
  });
}
