import { type ByteCursor, byteAt, readUnsigned, skipNumber } from "./byte-cursor.ts";

/** The instructions that open and close blocks. */
export const Opcode = { block: 0x02, loop: 0x03, if: 0x04, else: 0x05, end: 0x0b } as const;

/** An instruction that OPA's compiler does not write, and whose cost nobody has thought about here. */
export class UnknownInstruction extends Error {
  override readonly name = "UnknownInstruction";
}

/**
 * Steps over one instruction and answers its opcode: WebAssembly 1.0 with sign extension, saturating conversions, reference types and tail calls. Instructions whose work grows with an operand
 * (`memory.copy`, `table.fill`) are not among them: a constant price would be no bound for them.
 */
export function skipInstruction(cursor: ByteCursor): number {
  const opcode = byteAt(cursor);
  switch (opcode) {
    case Opcode.block:
    case Opcode.loop:
    case Opcode.if: // block type
    case 0x0c: // br
    case 0x0d: // br_if
    case 0x10: // call
    case 0x12: // return_call
    case 0x3f: // memory.size
    case 0x40: // memory.grow
    case 0x41: // i32.const
    case 0x42: // i64.const
    case 0xd0: // ref.null
    case 0xd2: // ref.func
      skipNumber(cursor);
      return opcode;
    case 0x11: // call_indirect
    case 0x13: // return_call_indirect
      skipNumber(cursor);
      skipNumber(cursor);
      return opcode;
    case 0x0e: // br_table
      for (let labels = readUnsigned(cursor) + 1; labels > 0; labels--) skipNumber(cursor);
      return opcode;
    case 0x1c: // select with types
      for (let types = readUnsigned(cursor); types > 0; types--) byteAt(cursor);
      return opcode;
    case 0x43: // f32.const
      cursor.at += 4;
      return opcode;
    case 0x44: // f64.const
      cursor.at += 8;
      return opcode;
    case 0xfc:
      if (readUnsigned(cursor) <= 7) return opcode; // saturating conversions
      throw new UnknownInstruction("an instruction of bulk memory or tables");
    default:
      if (opcode >= 0x28 && opcode <= 0x3e) return skipMemoryAccess(cursor, opcode);
      if (opcode >= 0x20 && opcode <= 0x26) {
        // Locals, globals, tables.
        skipNumber(cursor);
        return opcode;
      }
      if (isPlain(opcode)) return opcode;
      throw new UnknownInstruction(`the instruction 0x${opcode.toString(16)}`);
  }
}

/** Alignment and offset. A module with several memories names one of them by a bit of the alignment; OPA's have one. */
function skipMemoryAccess(cursor: ByteCursor, opcode: number): number {
  if (readUnsigned(cursor) >= 0x40) throw new UnknownInstruction("an access to a second memory");
  skipNumber(cursor);
  return opcode;
}

/** Instructions without immediates: unreachable, nop, else, end, return, drop, select, ref.is_null, comparisons, arithmetic, conversions. */
function isPlain(opcode: number): boolean {
  return (
    [0x00, 0x01, Opcode.else, Opcode.end, 0x0f, 0x1a, 0x1b, 0xd1].includes(opcode) || (opcode >= 0x45 && opcode <= 0xc4)
  );
}
