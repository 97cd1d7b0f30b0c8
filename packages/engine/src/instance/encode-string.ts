/** Hot: strings of JavaScript to the ABI's UTF-8. */
import { invalid } from "../border/border-error.ts";
import type { PolicyMemory } from "./policy-memory.ts";

/** Up to this length a loop over the characters is faster than making a view for `encodeInto`. */
const SHORT = 48;

const encoder = new TextEncoder();

/** Writes a string to the heap and returns its address. Throws `BorderError` for surrogates without their other half. */
export function encodeString(memory: PolicyMemory, text: string): number {
  const { length } = text;
  if (length > SHORT) return encodeLong(memory, text);
  const address = memory.reserve(8 + length);
  const { u8, u32 } = memory;
  const start = address + 8;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) {
      memory.top = address;
      return encodeLong(memory, text);
    }
    u8[start + i] = unit;
  }
  u32[address >>> 2] = length;
  u32[(address >>> 2) + 1] = 0;
  return address;
}

function encodeLong(memory: PolicyMemory, text: string): number {
  if (!text.isWellFormed()) invalid("a text has a surrogate without its other half");
  const address = memory.reserve(8 + text.length);
  let end = address + 8;
  let read = 0;
  // A text of n UTF-16 units has at least n bytes; what the first pass leaves needs at most three a unit.
  let space = text.length;
  while (read < text.length) {
    const part = encoder.encodeInto(read === 0 ? text : text.slice(read), memory.u8.subarray(end, end + space));
    read += part.read;
    end += part.written;
    if (read < text.length) {
      space = 3 * (text.length - read);
      memory.top = address;
      memory.reserve(end - address + space);
    }
  }
  memory.top = address;
  memory.reserve(end - address);
  memory.u32[address >>> 2] = end - address - 8;
  memory.u32[(address >>> 2) + 1] = 0;
  return address;
}
