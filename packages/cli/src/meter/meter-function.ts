import { type ByteCursor, byteAt, positive, readUnsigned, skipNumber, unsigned } from "./byte-cursor.ts";
import { Opcode, skipInstruction } from "./skip-instruction.ts";

/** So many instructions cost one step. */
const INSTRUCTIONS_PER_STEP = 16;

/** Code that runs from its beginning at most once without passing another charge: a function without its loops, or a loop's body without the loops in it. */
interface Region {
  /** Where its charge goes. */
  readonly at: number;
  instructions: number;
}

/**
 * The body of a function with charges: one at its beginning and one at the beginning of each of its loops, for all instructions up to the next charge, whether they are reached or not. What runs
 * without passing a charge has no way back, so it is at most what was charged. In: a function body of a valid module, as in its code section. Throws `UnknownInstruction`.
 */
export function meterFunction(body: Uint8Array, fuelGlobal: number): number[] {
  const cursor: ByteCursor = { bytes: body, at: 0 };
  for (let groups = readUnsigned(cursor); groups > 0; groups--) {
    skipNumber(cursor);
    byteAt(cursor);
  }
  const regions: Region[] = [{ at: cursor.at, instructions: 0 }];
  const open: Region[] = [regions[0] as Region];
  while (cursor.at < body.length) {
    const region = open.at(-1) as Region;
    region.instructions++;
    const opcode = skipInstruction(cursor);
    if (opcode === Opcode.block || opcode === Opcode.if) open.push(region);
    else if (opcode === Opcode.end) open.pop();
    else if (opcode === Opcode.loop) {
      const inner = { at: cursor.at, instructions: 0 };
      regions.push(inner);
      open.push(inner);
    }
  }
  const metered: number[] = [];
  let copied = 0;
  for (const { at, instructions } of regions) {
    for (; copied < at; copied++) metered.push(body[copied] as number);
    metered.push(...charge(Math.ceil(instructions / INSTRUCTIONS_PER_STEP), fuelGlobal));
  }
  for (; copied < body.length; copied++) metered.push(body[copied] as number);
  return metered;
}

/** fuel = fuel - steps; if (fuel < 0) unreachable. The counter is never below zero before, and no function has 2^31 instructions, so it cannot wrap round. */
function charge(steps: number, fuelGlobal: number): number[] {
  const global = unsigned(fuelGlobal);
  const subtract = [0x23, ...global, 0x41, ...positive(steps), 0x6b, 0x24, ...global];
  const trapBelowZero = [0x23, ...global, 0x41, 0, 0x48, 0x04, 0x40, 0x00, 0x0b];
  return [...subtract, ...trapBelowZero];
}
