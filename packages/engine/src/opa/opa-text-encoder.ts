/** Hot: strings of JavaScript as UTF-8 on the heap of a module made by OPA. */
import { invalid } from "../border/border-error.ts";
import type { PolicyMemory } from "../instance/policy-memory.ts";

/** Up to this length a loop over the characters is faster than making a view for `encodeInto`. */
const SHORT = 48;
const MOST_BYTES_PER_UNIT = 3;

const encoder = new TextEncoder();

/** Reserves `before` bytes and the text's behind them, and writes the text. Answers the address of the first, or -1 where the text is long or not ASCII and nothing was done. */
export function encodeShortText(memory: PolicyMemory, text: string, before: number): number {
  const { length } = text;
  if (length > SHORT) return -1;
  const address = memory.reserve(before + length);
  const { u8 } = memory;
  const start = address + before;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) {
      memory.top = address;
      return -1;
    }
    u8[start + i] = unit;
  }
  return address;
}

/** The same for any text. Throws `BorderError` for surrogates without their other half. */
export function encodeLongText(memory: PolicyMemory, text: string, before: number): { address: number; bytes: number } {
  if (!text.isWellFormed()) invalid("a text has a surrogate without its other half");
  const address = memory.reserve(before + text.length);
  let end = address + before;
  let read = 0;
  // A text of n UTF-16 units has at least n bytes; what the first pass leaves needs at most three a unit.
  let space = text.length;
  while (read < text.length) {
    const part = encoder.encodeInto(read === 0 ? text : text.slice(read), memory.u8.subarray(end, end + space));
    read += part.read;
    end += part.written;
    if (read < text.length) {
      space = MOST_BYTES_PER_UNIT * (text.length - read);
      memory.top = address;
      memory.reserve(end - address + space);
    }
  }
  memory.top = address;
  memory.reserve(end - address);
  return { address, bytes: end - address - before };
}
