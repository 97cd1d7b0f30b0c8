// Upper and lower case, code point by code point.

import { lowerOf, upperOf } from "../casing";
import { builtin_failed, spendBytes } from "../host";
import { bytesOf, stringNew, textOf } from "../string";
import { textBegin, textCodePoint, textEnd } from "../text";
import { codePointAt, widthOf } from "../utf8";
import { isString } from "../value";

// Per byte: 0x80 where the byte (below 0x80) lies in [low, low + 25].
// @ts-ignore: decorator
@inline
function letters(word: u64, low: u64): u64 {
  const ones: u64 = 0x0101010101010101;
  const heptets = word & (0x7f * ones);
  const atLeast = heptets + (0x80 - low) * ones;
  const above = heptets + (0x80 - low - 26) * ones;
  return atLeast & ~above & (0x80 * ones);
}

function convert(s: u64, toUpper: bool): u64 {
  const bytes = bytesOf(s);
  spendBytes(bytes);
  const from = textOf(s);
  const low: u64 = toUpper ? 97 : 65;
  let changes: u64 = 0;
  let other: u64 = 0;
  for (let i: u32 = 0; i < bytes; i += 8) {
    let word = load<u64>(from + i);
    if (bytes - i < 8) word &= ((<u64>1) << ((bytes - i) << 3)) - 1;
    changes |= letters(word, low);
    other |= word;
  }
  if (other & 0x8080808080808080) return convertAny(s, toUpper);
  if (!changes) return s;
  const result = stringNew(bytes);
  const to = textOf(result);
  // The room is a multiple of 8, so the last word may be written whole.
  for (let i: u32 = 0; i < bytes; i += 8) {
    const word = load<u64>(from + i);
    store<u64>(to + i, word ^ (letters(word, low) >> 2));
  }
  return result;
}

function convertAny(s: u64, toUpper: bool): u64 {
  const bytes = bytesOf(s);
  let p = textOf(s);
  const end = p + bytes;
  textBegin(bytes);
  while (p < end) {
    const c = codePointAt(p);
    textCodePoint(toUpper ? upperOf(c) : lowerOf(c));
    p += widthOf(<u32>load<u8>(p));
  }
  return textEnd();
}

export function b_upper(s: u64): u64 {
  return isString(s) ? convert(s, true) : builtin_failed();
}

export function b_lower(s: u64): u64 {
  return isString(s) ? convert(s, false) : builtin_failed();
}
