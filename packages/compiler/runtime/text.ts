// One growing text at a time, written at the heap's end and turned into a string value at the end. Not reentrant: whoever writes a text calls nothing that begins another.

import { alloc, allocMany, heap, spendBytes } from "./host";
import { STRING_HEADER, stringAt } from "./string";

let block: u32 = 0;
let at: u32 = 0;
let limit: u32 = 0;

export function textBegin(capacity: u32): void {
  block = allocMany(capacity, 0, STRING_HEADER);
  at = block + STRING_HEADER;
  limit = at + ((capacity + 7) & ~7);
}

/** Makes room for `bytes` more and charges for them. */
export function textRoom(bytes: u32): void {
  spendBytes(bytes);
  if (<u64>at + <u64>bytes <= <u64>limit) return;
  const used = at - block;
  spendBytes(used);
  const extra = max<u32>(bytes, used);
  if (limit == heap) {
    // The newest block grows where it stands.
    alloc(extra);
    limit = heap;
    return;
  }
  const larger = allocMany(extra, 0, used);
  memory.copy(larger, block, used);
  block = larger;
  at = larger + used;
  limit = heap;
}

// @ts-ignore: decorator
@inline
export function textByte(byte: u32): void {
  if (at == limit) textRoom(1);
  store<u8>(at++, byte);
}

export function textBytes(from: u32, bytes: u32): void {
  textRoom(bytes);
  memory.copy(at, from, bytes);
  at += bytes;
}

/** A string value. */
export function textString(v: u64): void {
  textBytes(<u32>v + STRING_HEADER, load<u32>(<u32>v));
}

/** An ASCII literal of the source (static data in UTF-16). */
export function textLiteral(s: string): void {
  const from = changetype<usize>(s);
  const units = load<u32>(from - 4) >> 1;
  for (let i: u32 = 0; i < units; i++) textByte(load<u16>(from + (i << 1)));
}

export function textFill(byte: u32, count: u32): void {
  textRoom(count);
  memory.fill(at, <u8>byte, count);
  at += count;
}

/** UTF-8 of a code point; what is none becomes U+FFFD. */
export function textCodePoint(c: u32): void {
  if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) c = 0xfffd;
  if (c < 0x80) {
    textByte(c);
  } else if (c < 0x800) {
    textByte(0xc0 | (c >> 6));
    textByte(0x80 | (c & 63));
  } else if (c < 0x10000) {
    textByte(0xe0 | (c >> 12));
    textByte(0x80 | ((c >> 6) & 63));
    textByte(0x80 | (c & 63));
  } else {
    textByte(0xf0 | (c >> 18));
    textByte(0x80 | ((c >> 12) & 63));
    textByte(0x80 | ((c >> 6) & 63));
    textByte(0x80 | (c & 63));
  }
}

/** Bytes written so far. */
export function textLength(): u32 {
  return at - block - STRING_HEADER;
}

/** Address of the byte at `position`; good until the next write. */
export function textAt(position: u32): u32 {
  return block + STRING_HEADER + position;
}

/** Cuts the text to `length` bytes. */
export function textCut(length: u32): void {
  at = block + STRING_HEADER + length;
}

/** Moves what was written since `position` to the right and puts `count` bytes before it. */
export function textInsertFill(position: u32, byte: u32, count: u32): void {
  const length = textLength() - position;
  textRoom(count);
  const from = textAt(position);
  memory.copy(from + count, from, length);
  memory.fill(from, <u8>byte, count);
  at += count;
}

export function textEnd(): u64 {
  store<u32>(block, textLength());
  store<u32>(block, 0, 4);
  return stringAt(block);
}
