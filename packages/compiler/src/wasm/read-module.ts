import { InternalError } from "../diagnostics/internal-error.ts";
import { type ByteReader, createByteReader } from "./byte-reader.ts";
import { Opcode, Section, ValueTypeCode } from "./opcodes.ts";
import type {
  WasmData,
  WasmExport,
  WasmFunction,
  WasmFunctionType,
  WasmGlobal,
  WasmImport,
  WasmModule,
  WasmValueType,
} from "./wasm-module.ts";

/** Reads a module made for this compiler (the run-time library). Anything that `WasmModule` cannot say is refused with `InternalError`. */
export function readModule(bytes: Uint8Array): WasmModule {
  const reader = createByteReader(bytes);
  reader.bytes(8);
  const types: WasmFunctionType[] = [];
  const imports: WasmImport[] = [];
  const functionTypes: number[] = [];
  const functions: WasmFunction[] = [];
  const globals: WasmGlobal[] = [];
  const exports: WasmExport[] = [];
  const data: WasmData[] = [];
  let memory: WasmModule["memory"];

  while (!reader.done) {
    const id = reader.u8();
    const section = createByteReader(reader.bytes(reader.u32()));
    if (id === Section.custom || id === Section.dataCount) continue;
    for (let count = section.u32(); count > 0; count--) {
      if (id === Section.type) types.push(functionType(section));
      else if (id === Section.import) imports.push(imported(section));
      else if (id === Section.function) functionTypes.push(section.u32());
      else if (id === Section.memory) memory = limits(section);
      else if (id === Section.global) globals.push(global(section));
      else if (id === Section.export) exports.push(exported(section));
      else if (id === Section.code) {
        const type = functionTypes[functions.length];
        if (type === undefined) throw new InternalError("a function of the run-time library has no type");
        functions.push({ type, code: section.bytes(section.u32()) });
      } else if (id === Section.data) data.push(segment(section));
      else throw new InternalError(`the run-time library has a section ${id}`);
    }
  }
  return { types, imports, functions, memory, tags: [], globals, exports, data, customSections: [] };
}

const TYPE_NAMES: ReadonlyMap<number, WasmValueType> = new Map(
  (["i32", "i64", "f32", "f64"] as const).map((name) => [ValueTypeCode[name], name]),
);

function valueType(code: number): WasmValueType {
  const type = TYPE_NAMES.get(code);
  if (type === undefined) throw new InternalError(`the run-time library uses the type ${code}`);
  return type;
}

function functionType(section: ByteReader): WasmFunctionType {
  section.u8();
  const params = Array.from({ length: section.u32() }, () => valueType(section.u8()));
  const results = Array.from({ length: section.u32() }, () => valueType(section.u8()));
  return { params, results };
}

function limits(section: ByteReader): { minPages: number; maxPages: number | undefined } {
  const hasMax = section.u8() === 1;
  return { minPages: section.u32(), maxPages: hasMax ? section.u32() : undefined };
}

function imported(section: ByteReader): WasmImport {
  const module = section.name();
  const field = section.name();
  const kind = section.u8();
  if (kind === 0) return { module, field, external: { kind: "function", type: section.u32() } };
  if (kind === 2) return { module, field, external: { kind: "memory", ...limits(section) } };
  throw new InternalError(`the run-time library imports ${module}.${field}`);
}

/** `i32.const n end` or `i64.const n end`. */
function constant(section: ByteReader): number | bigint {
  const opcode = section.u8();
  const value = opcode === Opcode.i64Const ? section.s64() : section.s32();
  if ((opcode !== Opcode.i32Const && opcode !== Opcode.i64Const) || section.u8() !== Opcode.end) {
    throw new InternalError("an initial value of the run-time library is no constant");
  }
  return value;
}

function global(section: ByteReader): WasmGlobal {
  const type = valueType(section.u8());
  const mutable = section.u8() === 1;
  return { type, mutable, initial: constant(section) };
}

function exported(section: ByteReader): WasmExport {
  const name = section.name();
  const kind = (["function", undefined, "memory", "global"] as const)[section.u8()];
  if (kind === undefined) throw new InternalError(`the run-time library exports ${name}`);
  return { name, kind, index: section.u32() };
}

function segment(section: ByteReader): WasmData {
  if (section.u32() !== 0) throw new InternalError("the run-time library has passive data");
  const address = Number(constant(section)) >>> 0;
  return { address, bytes: section.bytes(section.u32()) };
}
