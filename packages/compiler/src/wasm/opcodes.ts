import type { BinaryOperator, LoadOperator, StoreOperator, UnaryOperator } from "../function-ir/ops.ts";

/** Opcodes of the WebAssembly binary format, by their names in the text format. */

export const ValueTypeCode = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c } as const;

export const EMPTY_BLOCK_TYPE = 0x40;
export const FUNCTION_TYPE = 0x60;

export const Section = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;

export const ExternalKind = { function: 0, table: 1, memory: 2, global: 3, tag: 4 } as const;

/** Control and other instructions with immediates. `try`, `catch`, `throw` are the legacy form, which every engine runs without a flag. */
export const Opcode = {
  unreachable: 0x00,
  nop: 0x01,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  try: 0x06,
  catch: 0x07,
  throw: 0x08,
  rethrow: 0x09,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  returnCall: 0x12,
  delegate: 0x18,
  catchAll: 0x19,
  drop: 0x1a,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
  f32Const: 0x43,
  f64Const: 0x44,
  bulk: 0xfc,
} as const;

/** Opcode and natural alignment (as a power of two). */
export const LOADS: Record<LoadOperator, readonly [opcode: number, alignment: number]> = {
  "i32.load": [0x28, 2],
  "i64.load": [0x29, 3],
  "f64.load": [0x2b, 3],
  "i32.load8_u": [0x2d, 0],
  "i64.load32_u": [0x35, 2],
};

export const STORES: Record<StoreOperator, readonly [opcode: number, alignment: number]> = {
  "i32.store": [0x36, 2],
  "i64.store": [0x37, 3],
  "f64.store": [0x39, 3],
  "i32.store8": [0x3a, 0],
};

export const UNARY: Record<UnaryOperator, number> = {
  "i32.eqz": 0x45,
  "i64.eqz": 0x50,
  "i32.wrap_i64": 0xa7,
  "i64.extend_i32_u": 0xad,
  "f64.convert_i32_u": 0xb8,
  "i64.reinterpret_f64": 0xbd,
  "f64.reinterpret_i64": 0xbf,
};

export const BINARY: Record<BinaryOperator, number> = {
  "i32.eq": 0x46,
  "i32.ne": 0x47,
  "i32.lt_s": 0x48,
  "i32.lt_u": 0x49,
  "i32.gt_s": 0x4a,
  "i32.gt_u": 0x4b,
  "i32.le_s": 0x4c,
  "i32.ge_s": 0x4e,
  "i32.ge_u": 0x4f,
  "i64.eq": 0x51,
  "i64.ne": 0x52,
  "i64.lt_u": 0x54,
  "i64.gt_u": 0x56,
  "i64.le_u": 0x58,
  "i64.ge_u": 0x5a,
  "f64.eq": 0x61,
  "f64.ne": 0x62,
  "f64.lt": 0x63,
  "f64.gt": 0x64,
  "f64.le": 0x65,
  "f64.ge": 0x66,
  "i32.add": 0x6a,
  "i32.sub": 0x6b,
  "i32.mul": 0x6c,
  "i32.and": 0x71,
  "i32.or": 0x72,
  "i32.shl": 0x74,
  "i32.shr_u": 0x76,
  "i64.add": 0x7c,
  "i64.and": 0x83,
  "i64.or": 0x84,
  "i64.shl": 0x86,
  "i64.shr_u": 0x88,
  "f64.add": 0xa0,
  "f64.sub": 0xa1,
  "f64.mul": 0xa2,
};
