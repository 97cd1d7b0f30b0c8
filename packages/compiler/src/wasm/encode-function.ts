import { InternalError } from "../diagnostics/internal-error.ts";
import type { FunctionIr, NumericType, Op } from "../function-ir/ops.ts";
import { typeOf } from "../function-ir/type-of.ts";
import { type ByteWriter, createByteWriter } from "./byte-writer.ts";
import { BINARY, EMPTY_BLOCK_TYPE, LOADS, Opcode, STORES, UNARY, ValueTypeCode } from "./opcodes.ts";

/** Indices and result types of what a function names. */
export interface NameTable {
  functionIndex(name: string): number;
  functionResult(name: string): NumericType | undefined;
  globalIndex(name: string): number;
  tagIndex(name: string): number;
}

/** The body of a function as in the code section, without its size: declarations of locals, instructions, `end`. */
export function encodeFunction(fn: FunctionIr, names: NameTable): Uint8Array {
  const out = createByteWriter();
  const locals = assignLocals(fn);
  writeLocals(out, locals.ordered);
  /** Enclosing labels, innermost last; undefined for an `if` or `try`, which nobody leaves by name. */
  const labels: (string | undefined)[] = [];
  const scope = { callee: (name: string) => names.functionResult(name), local: (name: string) => localOf(name).type };

  function localOf(name: string): { index: number; type: NumericType } {
    const local = locals.byName.get(name);
    if (local === undefined) throw new InternalError(`${fn.name}: no local ${name}`);
    return local;
  }

  function depthOf(label: string): number {
    const index = labels.lastIndexOf(label);
    if (index < 0) throw new InternalError(`${fn.name}: no label ${label} around`);
    return labels.length - 1 - index;
  }

  function writeAll(body: readonly Op[]): void {
    for (const op of body) write(op);
  }

  function nested(label: string | undefined, body: readonly Op[]): void {
    labels.push(label);
    writeAll(body);
    labels.pop();
  }

  function blockType(type: NumericType | "none" | "never" | undefined): void {
    out.u8(type === undefined || type === "none" || type === "never" ? EMPTY_BLOCK_TYPE : ValueTypeCode[type]);
  }

  function write(op: Op): void {
    switch (op.kind) {
      case "i32":
        out.u8(Opcode.i32Const);
        out.s32(op.value);
        return;
      case "i64":
        out.u8(Opcode.i64Const);
        out.s64(op.value);
        return;
      case "f64":
        out.u8(Opcode.f64Const);
        out.f64(op.value);
        return;
      case "local.get":
        out.u8(Opcode.localGet);
        out.u32(localOf(op.local).index);
        return;
      case "local.set":
      case "local.tee":
        write(op.value);
        out.u8(op.kind === "local.set" ? Opcode.localSet : Opcode.localTee);
        out.u32(localOf(op.local).index);
        return;
      case "global.get":
        out.u8(Opcode.globalGet);
        out.u32(names.globalIndex(op.global));
        return;
      case "global.set":
        write(op.value);
        out.u8(Opcode.globalSet);
        out.u32(names.globalIndex(op.global));
        return;
      case "load":
        write(op.address);
        access(LOADS[op.operator], op.offset);
        return;
      case "store":
        write(op.address);
        write(op.value);
        access(STORES[op.operator], op.offset);
        return;
      case "unary":
        write(op.operand);
        out.u8(UNARY[op.operator]);
        return;
      case "binary":
        write(op.left);
        write(op.right);
        out.u8(BINARY[op.operator]);
        return;
      case "select":
        writeAll([op.whenTrue, op.whenFalse, op.condition]);
        out.u8(Opcode.select);
        return;
      case "call":
        writeAll(op.args);
        out.u8(Opcode.call);
        out.u32(names.functionIndex(op.callee));
        return;
      case "drop":
        write(op.value);
        out.u8(Opcode.drop);
        return;
      case "clear-memory":
        writeAll([op.address, { kind: "i32", value: 0 }, op.bytes]);
        out.u8(Opcode.bulk);
        out.u32(11);
        out.u8(0);
        return;
      case "block":
      case "loop":
        out.u8(op.kind === "block" ? Opcode.block : Opcode.loop);
        blockType(typeOf(op, scope));
        nested(op.label, op.body);
        out.u8(Opcode.end);
        return;
      case "if":
        write(op.condition);
        out.u8(Opcode.if);
        blockType(op.result);
        nested(undefined, op.then);
        if (op.else.length > 0) {
          out.u8(Opcode.else);
          nested(undefined, op.else);
        }
        out.u8(Opcode.end);
        return;
      case "br":
        out.u8(Opcode.br);
        out.u32(depthOf(op.label));
        return;
      case "br-if":
        write(op.condition);
        out.u8(Opcode.brIf);
        out.u32(depthOf(op.label));
        return;
      case "return":
        if (op.value !== undefined) write(op.value);
        out.u8(Opcode.return);
        return;
      case "unreachable":
        out.u8(Opcode.unreachable);
        return;
      case "throw":
        write(op.value);
        out.u8(Opcode.throw);
        out.u32(names.tagIndex(op.tag));
        return;
      case "try":
        out.u8(Opcode.try);
        out.u8(EMPTY_BLOCK_TYPE);
        nested(undefined, op.body);
        out.u8(Opcode.catch);
        out.u32(names.tagIndex(op.tag));
        out.u8(Opcode.localSet);
        out.u32(localOf(op.caught).index);
        nested(undefined, op.handler);
        out.u8(Opcode.end);
        return;
    }
  }

  function access([opcode, alignment]: readonly [number, number], offset: number): void {
    out.u8(opcode);
    out.u32(alignment);
    out.u32(offset);
  }

  writeAll(fn.body);
  out.u8(Opcode.end);
  return out.take();
}

interface LocalSlot {
  readonly index: number;
  readonly type: NumericType;
}

/** Locals of one type stand together, so that their declaration is short. */
function assignLocals(fn: FunctionIr): { byName: ReadonlyMap<string, LocalSlot>; ordered: readonly NumericType[] } {
  const byName = new Map<string, LocalSlot>();
  for (const { name, type } of fn.params) byName.set(name, { index: byName.size, type });
  const ordered: NumericType[] = [];
  for (const type of ["i64", "i32", "f64"] as const) {
    for (const local of fn.locals) {
      if (local.type !== type) continue;
      byName.set(local.name, { index: byName.size, type });
      ordered.push(type);
    }
  }
  return { byName, ordered };
}

function writeLocals(out: ByteWriter, types: readonly NumericType[]): void {
  const groups: { count: number; type: NumericType }[] = [];
  for (const type of types) {
    const last = groups.at(-1);
    if (last?.type === type) last.count++;
    else groups.push({ count: 1, type });
  }
  out.u32(groups.length);
  for (const { count, type } of groups) {
    out.u32(count);
    out.u8(ValueTypeCode[type]);
  }
}
