import { type ByteWriter, createByteWriter } from "./byte-writer.ts";
import { ExternalKind, FUNCTION_TYPE, Opcode, Section, ValueTypeCode } from "./opcodes.ts";
import type { WasmGlobal, WasmModule } from "./wasm-module.ts";

const MAGIC = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** The bytes of a module. Sections stand in the order of the specification, custom sections last; empty ones are left out. */
export function writeModule(module: WasmModule): Uint8Array<ArrayBuffer> {
  const out = createByteWriter();
  out.bytes(MAGIC);
  vector(out, Section.type, module.types, (section, type) => {
    section.u8(FUNCTION_TYPE);
    for (const list of [type.params, type.results]) {
      section.u32(list.length);
      for (const item of list) section.u8(ValueTypeCode[item]);
    }
  });
  vector(out, Section.import, module.imports, (section, { module: from, field, external }) => {
    section.name(from);
    section.name(field);
    section.u8(ExternalKind[external.kind]);
    if (external.kind === "function") section.u32(external.type);
    else limits(section, external);
  });
  vector(out, Section.function, module.functions, (section, { type }) => section.u32(type));
  vector(out, Section.memory, module.memory === undefined ? [] : [module.memory], limits);
  vector(out, Section.tag, module.tags, (section, type) => {
    section.u8(0);
    section.u32(type);
  });
  vector(out, Section.global, module.globals, global);
  vector(out, Section.export, module.exports, (section, { name, kind, index }) => {
    section.name(name);
    section.u8(ExternalKind[kind]);
    section.u32(index);
  });
  vector(out, Section.code, module.functions, (section, { code }) => section.sized(code));
  vector(out, Section.data, module.data, (section, { address, bytes }) => {
    section.u32(0);
    section.u8(Opcode.i32Const);
    section.s32(address);
    section.u8(Opcode.end);
    section.sized(bytes);
  });
  for (const { name, bytes } of module.customSections) {
    const section = createByteWriter();
    section.name(name);
    section.bytes(bytes);
    out.u8(Section.custom);
    out.sized(section.take());
  }
  return out.take();
}

function vector<T>(
  out: ByteWriter,
  id: number,
  items: readonly T[],
  write: (section: ByteWriter, item: T) => void,
): void {
  if (items.length === 0) return;
  const section = createByteWriter();
  section.u32(items.length);
  for (const item of items) write(section, item);
  out.u8(id);
  out.sized(section.take());
}

function limits(out: ByteWriter, { minPages, maxPages }: { minPages: number; maxPages: number | undefined }): void {
  out.u8(maxPages === undefined ? 0 : 1);
  out.u32(minPages);
  if (maxPages !== undefined) out.u32(maxPages);
}

function global(out: ByteWriter, { type, mutable, initial }: WasmGlobal): void {
  out.u8(ValueTypeCode[type]);
  out.u8(mutable ? 1 : 0);
  if (type === "i64") {
    out.u8(Opcode.i64Const);
    out.s64(BigInt(initial));
  } else {
    out.u8(Opcode.i32Const);
    out.s32(Number(initial));
  }
  out.u8(Opcode.end);
}
