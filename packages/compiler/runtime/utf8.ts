// UTF-8 text. Strings hold no surrogates and nothing malformed, so a lead byte tells the length.

import { spendBytes } from "./host";
import { bytesOf, textOf } from "./string";

/** Bytes of the code point that begins with `lead`. */
// @ts-ignore: decorator
@inline
export function widthOf(lead: u32): u32 {
  return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

export function codePointAt(p: u32): u32 {
  const lead = <u32>load<u8>(p);
  if (lead < 0x80) return lead;
  const second = <u32>load<u8>(p, 1) & 63;
  if (lead < 0xe0) return ((lead & 31) << 6) | second;
  const third = <u32>load<u8>(p, 2) & 63;
  if (lead < 0xf0) return ((lead & 15) << 12) | (second << 6) | third;
  return ((lead & 7) << 18) | (second << 12) | (third << 6) | (<u32>load<u8>(p, 3) & 63);
}

/** Whether a byte continues a code point. */
// @ts-ignore: decorator
@inline
export function isContinuation(byte: u32): bool {
  return (byte & 0xc0) == 0x80;
}

/** Code points in `bytes` bytes; charged by the caller. */
export function codePointsIn(p: u32, bytes: u32): u32 {
  const end = p + bytes;
  let count = bytes;
  while (p + 8 <= end) {
    const word = load<u64>(p);
    // Continuation bytes: bit 7 set, bit 6 clear.
    const marks = (word >> 7) & (~word >> 6) & 0x0101010101010101;
    count -= <u32>popcnt<u64>(marks);
    p += 8;
  }
  while (p < end) {
    count -= u32(isContinuation(<u32>load<u8>(p)));
    p++;
  }
  return count;
}

export function countCodePoints(s: u64): u32 {
  spendBytes(bytesOf(s));
  return codePointsIn(textOf(s), bytesOf(s));
}

/** Address `n` code points after `p`, at most `end`. */
export function skipCodePoints(p: u32, end: u32, n: u32): u32 {
  while (n > 0 && p < end) {
    p += widthOf(<u32>load<u8>(p));
    n--;
  }
  return p;
}
