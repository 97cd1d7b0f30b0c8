// Quoted text as Go's strconv writes it.

import { spend, spendBytes } from "./host";
import { TURNS_HIGH, TURNS_HIGH_COUNT, TURNS_LOW, TURNS_LOW_COUNT, TURNS_ONE, TURNS_ONE_COUNT } from "./printable-table";
import { textByte, textBytes, textCodePoint } from "./text";
import { codePointAt, widthOf } from "./utf8";

const DOUBLE_QUOTE: u32 = 34;
const SINGLE_QUOTE: u32 = 39;

/** How many of the ascending 16-bit numbers are at most `c`. */
function turnsUpTo(table: usize, count: u32, c: u32): u32 {
  let low: u32 = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (<u32>load<u16>(table + (middle << 1)) <= c) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function isPrintable(c: u32): bool {
  if (c < 0x80) return c >= 32 && c < 127;
  if (c < 0x10000) return (turnsUpTo(TURNS_LOW, TURNS_LOW_COUNT, c) & 1) != 0;
  if (c < 0x20000) return ((TURNS_LOW_COUNT + turnsUpTo(TURNS_ONE, TURNS_ONE_COUNT, c - 0x10000)) & 1) != 0;
  let turns: u32 = TURNS_LOW_COUNT + TURNS_ONE_COUNT;
  for (let i: u32 = 0; i < TURNS_HIGH_COUNT && load<u32>(TURNS_HIGH + (i << 2)) <= c; i++) turns++;
  return (turns & 1) != 0;
}

function hex(c: u32, digits: u32): void {
  for (let i = digits; i > 0; i--) {
    const digit = (c >> ((i - 1) << 2)) & 15;
    textByte(digit < 10 ? 48 + digit : 87 + digit);
  }
}

function escape(c: u32, quote: u32, ascii: bool): void {
  if (c == quote || c == 92) {
    textByte(92);
    textByte(c);
    return;
  }
  if (c < 0x80 ? isPrintable(c) : !ascii && isPrintable(c)) {
    textCodePoint(c);
    return;
  }
  textByte(92);
  if (c >= 7 && c <= 13) {
    // a b t n v f r
    const letters: u64 = 0x72_66_76_6e_74_62_61;
    textByte(<u32>(letters >> ((c - 7) << 3)) & 0xff);
  } else if (c < 32 || c == 127) {
    textByte(120);
    hex(c, 2);
  } else if (c < 0x10000) {
    textByte(117);
    hex(c, 4);
  } else {
    textByte(85);
    hex(c, 8);
  }
}

/** The text at [p, p + bytes) in double quotes; `ascii` escapes all else. */
export function textQuoted(p: u32, bytes: u32, ascii: bool): void {
  const end = p + bytes;
  spendBytes(bytes);
  textByte(DOUBLE_QUOTE);
  while (p < end) {
    // Runs of plain ASCII are copied whole.
    let plain = p;
    while (plain < end) {
      const c = <u32>load<u8>(plain);
      if (c < 32 || c > 126 || c == DOUBLE_QUOTE || c == 92) break;
      plain++;
    }
    if (plain > p) textBytes(p, plain - p);
    p = plain;
    if (p == end) break;
    spend(1);
    escape(codePointAt(p), DOUBLE_QUOTE, ascii);
    p += widthOf(<u32>load<u8>(p));
  }
  textByte(DOUBLE_QUOTE);
}

/** A code point in single quotes. */
export function textQuotedCodePoint(c: u32, ascii: bool): void {
  if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) c = 0xfffd;
  textByte(SINGLE_QUOTE);
  escape(c, SINGLE_QUOTE, ascii);
  textByte(SINGLE_QUOTE);
}

/** Whether Go would write the text in backquotes: no control characters but tabs, no backquote, no byte order mark. */
export function canBackquote(p: u32, bytes: u32): bool {
  const end = p + bytes;
  spendBytes(bytes);
  while (p < end) {
    const c = codePointAt(p);
    if ((c < 32 && c != 9) || c == 96 || c == 127 || c == 0xfeff) return false;
    p += widthOf(<u32>load<u8>(p));
  }
  return true;
}
