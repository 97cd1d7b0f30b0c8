import { Tag } from "@flyball/engine/abi";
import type { FunctionIr, ModuleIr, Op } from "./ops.ts";

/** The module as text in the manner of WebAssembly's, for golden tests and for people. Values of the ABI are printed by their kind: `string@4096`. */
export function printModuleIr(module: ModuleIr): string {
  const parts = [
    ...module.imports.map(({ name, module: from, field }) => `(import ${from}.${field} $${name})`),
    ...module.globals.map(({ name, type, initial }) => `(global $${name} ${type} ${initial})`),
    ...module.tags.map((tag) => `(tag $${tag} i32)`),
    ...module.functions.map(printFunctionIr),
    ...module.exports.map(({ name, function: callee }) => `(export ${name} $${callee})`),
    ...module.data.map(({ address, bytes }) => `(data ${address} ${bytes.length} bytes)`),
  ];
  return `${parts.join("\n")}\n`;
}

function printFunctionIr(fn: FunctionIr): string {
  const head = [
    `$${fn.name}`,
    ...fn.params.map(({ name, type }) => `(param $${name} ${type})`),
    ...(fn.result === undefined ? [] : [`(result ${fn.result})`]),
  ].join(" ");
  const locals = fn.locals.map(({ name, type }) => `  (local $${name} ${type})\n`).join("");
  return `(func ${head}\n${locals}${printBody(fn.body, 1)})`;
}

function printBody(body: readonly Op[], depth: number): string {
  return body.map((op) => "  ".repeat(depth) + printOp(op, depth)).join("\n");
}

function printOp(op: Op, depth: number): string {
  const operand = (node: Op): string => ` ${printOp(node, depth)}`;
  switch (op.kind) {
    case "i32":
      return `(i32 ${op.value})`;
    case "i64":
      return `(i64 ${valueText(op.value)})`;
    case "f64":
      return `(f64 ${Object.is(op.value, -0) ? "-0" : op.value})`;
    case "local.get":
      return `$${op.local}`;
    case "local.set":
    case "local.tee":
      return `(${op.kind} $${op.local}${operand(op.value)})`;
    case "global.get":
      return `(global.get $${op.global})`;
    case "global.set":
      return `(global.set $${op.global}${operand(op.value)})`;
    case "load":
      return `(${op.operator}${offsetText(op.offset)}${operand(op.address)})`;
    case "store":
      return `(${op.operator}${offsetText(op.offset)}${operand(op.address)}${operand(op.value)})`;
    case "unary":
      return `(${op.operator}${operand(op.operand)})`;
    case "binary":
      return `(${op.operator}${operand(op.left)}${operand(op.right)})`;
    case "select":
      return `(select${operand(op.whenTrue)}${operand(op.whenFalse)}${operand(op.condition)})`;
    case "call":
      return `(call $${op.callee}${op.args.map(operand).join("")})`;
    case "drop":
      return `(drop${operand(op.value)})`;
    case "clear-memory":
      return `(clear-memory${operand(op.address)}${operand(op.bytes)})`;
    case "block":
    case "loop":
      return `(${op.kind} $${op.label}\n${printBody(op.body, depth + 1)})`;
    case "if": {
      const result = op.result === undefined ? "" : ` ${op.result}`;
      const otherwise = op.else.length === 0 ? "" : `\n${"  ".repeat(depth)}else\n${printBody(op.else, depth + 1)}`;
      return `(if${result}${operand(op.condition)}\n${printBody(op.then, depth + 1)}${otherwise})`;
    }
    case "br":
      return `(br $${op.label})`;
    case "br-if":
      return `(br-if $${op.label}${operand(op.condition)})`;
    case "return":
      return op.value === undefined ? "(return)" : `(return${operand(op.value)})`;
    case "unreachable":
      return "(unreachable)";
    case "throw":
      return `(throw $${op.tag}${operand(op.value)})`;
    case "try":
      return `(try\n${printBody(op.body, depth + 1)}\n${"  ".repeat(depth)}catch $${op.tag} $${op.caught}\n${printBody(op.handler, depth + 1)})`;
  }
}

function offsetText(offset: number): string {
  return offset === 0 ? "" : ` offset=${offset}`;
}

const TAG_NAMES: ReadonlyMap<number, string> = new Map(Object.entries(Tag).map(([name, tag]) => [tag, name]));

function valueText(value: bigint): string {
  const tag = TAG_NAMES.get(Number(value >> 48n));
  const payload = Number(value & 0xffff_ffffn);
  if (tag !== undefined && (value >> 32n) % 0x1_0000n === 0n) {
    if (tag === "undefined" || tag === "null") return payload === 0 ? tag : `${tag}:${payload}`;
    if (tag === "boolean") return payload === 0 ? "false" : payload === 1 ? "true" : `boolean:${payload}`;
    return `${tag}@${payload}`;
  }
  // No number of the ABI is that small: these are masks and shifts.
  if (value > 0n && value < 1n << 32n) return String(value);
  const bits = new DataView(new ArrayBuffer(8));
  bits.setBigUint64(0, value);
  return Number.isNaN(bits.getFloat64(0)) ? `0x${value.toString(16)}` : `number:${bits.getFloat64(0)}`;
}
