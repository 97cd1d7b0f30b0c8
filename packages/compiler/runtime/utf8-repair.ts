// Bytes from outside made a string.

import { spendBytes } from "./host";
import { bytesOf, textOf } from "./string";
import { textBegin, textBytes, textCodePoint, textEnd } from "./text";

/** Bytes of the well-formed code point at `p`, or 0. */
function wellFormed(p: u32, end: u32): u32 {
  const lead = <u32>load<u8>(p);
  if (lead < 0x80) return 1;
  const width: u32 = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (width == 0 || end - p < width) return 0;
  const second = <u32>load<u8>(p, 1);
  // No surrogates, nothing longer than need be, nothing past U+10FFFF.
  const low: u32 = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const high: u32 = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let i: u32 = 2; i < width; i++) if ((load<u8>(p + i) & 0xc0) != 0x80) return 0;
  return width;
}

/** The same string when its bytes are UTF-8; otherwise one with U+FFFD for each byte that is not. */
export function repaired(s: u64): u64 {
  const end = textOf(s) + bytesOf(s);
  spendBytes(bytesOf(s));
  let p = textOf(s);
  while (p < end) {
    const width = wellFormed(p, end);
    if (!width) break;
    p += width;
  }
  if (p == end) return s;
  textBegin(bytesOf(s) + 16);
  p = textOf(s);
  while (p < end) {
    const width = wellFormed(p, end);
    if (width) textBytes(p, width);
    else textCodePoint(0xfffd);
    p += max(width, 1);
  }
  return textEnd();
}
