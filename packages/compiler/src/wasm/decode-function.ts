import { InternalError } from "../diagnostics/internal-error.ts";
import { createByteReader } from "./byte-reader.ts";
import { EMPTY_BLOCK_TYPE, Opcode } from "./opcodes.ts";

/** A piece of a function's code: bytes to copy, or an index to write anew. */
export type CodePiece =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "function" | "global"; readonly index: number };

export interface DecodedFunction {
  readonly pieces: readonly CodePiece[];
  /** What may be an address of static data: constants, lower halves of 64-bit constants, offsets of loads and stores. */
  readonly constants: readonly number[];
}

/** Decodes all instructions of a function of the run-time library: WebAssembly 1.0 with sign extension, saturating conversions and bulk memory. */
export function decodeFunction(code: Uint8Array): DecodedFunction {
  const reader = createByteReader(code);
  const pieces: CodePiece[] = [];
  const constants: number[] = [];
  let copied = 0;

  function index(kind: "function" | "global"): void {
    pieces.push({ kind: "bytes", bytes: code.subarray(copied, reader.position) });
    pieces.push({ kind, index: reader.u32() });
    copied = reader.position;
  }

  for (let groups = reader.u32(); groups > 0; groups--) {
    reader.u32();
    reader.u8();
  }
  while (!reader.done) {
    const opcode = reader.u8();
    if (opcode === Opcode.call) index("function");
    else if (opcode === Opcode.globalGet || opcode === Opcode.globalSet) index("global");
    else if (opcode === Opcode.i32Const) constants.push(reader.s32() >>> 0);
    else if (opcode === Opcode.i64Const) constants.push(Number(BigInt.asUintN(32, reader.s64())));
    else if (opcode === Opcode.f64Const) reader.bytes(8);
    else if (opcode === Opcode.f32Const) reader.bytes(4);
    else if (opcode >= 0x28 && opcode <= 0x3e) {
      reader.u32();
      constants.push(reader.u32());
    } else if (opcode === Opcode.block || opcode === Opcode.loop || opcode === Opcode.if) blockType(reader.u8());
    else if (opcode === Opcode.br || opcode === Opcode.brIf) reader.u32();
    else if (opcode === Opcode.brTable) for (let count = reader.u32() + 1; count > 0; count--) reader.u32();
    else if (opcode >= Opcode.localGet && opcode <= Opcode.localTee) reader.u32();
    else if (opcode === Opcode.memorySize || opcode === Opcode.memoryGrow) reader.u8();
    else if (opcode === Opcode.bulk) bulk(reader.u32());
    else if (!isPlain(opcode))
      throw new InternalError(`the run-time library has an instruction 0x${opcode.toString(16)}`);
  }
  pieces.push({ kind: "bytes", bytes: code.subarray(copied) });
  return { pieces, constants };

  function blockType(type: number): void {
    // Indices of function types (blocks with several results) are not negative.
    if (type !== EMPTY_BLOCK_TYPE && type < 0x7c)
      throw new InternalError("the run-time library has a block with several results");
  }

  function bulk(sub: number): void {
    if (sub <= 7) return; // saturating conversions
    if (sub === 10)
      reader.bytes(2); // memory.copy
    else if (sub === 11)
      reader.bytes(1); // memory.fill
    else throw new InternalError(`the run-time library has an instruction 0xfc ${sub}`);
  }
}

/** Instructions without immediates. */
function isPlain(opcode: number): boolean {
  return (
    opcode === Opcode.unreachable ||
    opcode === Opcode.nop ||
    opcode === Opcode.else ||
    opcode === Opcode.end ||
    opcode === Opcode.return ||
    opcode === Opcode.drop ||
    opcode === Opcode.select ||
    (opcode >= 0x45 && opcode <= 0xc4)
  );
}
