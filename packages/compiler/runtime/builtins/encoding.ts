// Base64 and hexadecimal text. What decodes to other bytes than UTF-8 becomes a string with U+FFFD in the place of each malformed byte.

import { MEMORY_EXHAUSTED, builtin_failed, fault, spendBytes } from "../host";
import { bytesOf, stringNew, textOf } from "../string";
import { FALSE, UNDEFINED, fromBool, isString, isUndefined } from "../value";
import { repaired } from "../utf8-repair";

const PAD: u32 = 61;

// @ts-ignore: decorator
@inline
function digitOf(n: u32, url: bool): u32 {
  n &= 63;
  return n < 26 ? 65 + n : n < 52 ? 71 + n : n < 62 ? n - 4 : n == 62 ? (url ? 45 : 43) : url ? 95 : 47;
}

function valueOf(c: u32, url: bool): u32 {
  if (c - 65 < 26) return c - 65;
  if (c - 97 < 26) return c - 71;
  if (c - 48 < 10) return c + 4;
  if (c == (url ? 45 : 43)) return 62;
  return c == (url ? 95 : 47) ? 63 : 64;
}

function encoded(s: u64, url: bool, padded: bool): u64 {
  if (!isString(s)) return builtin_failed();
  const bytes = bytesOf(s);
  spendBytes(bytes << 1);
  const rest = bytes % 3;
  const length = (bytes / 3) * 4 + (rest ? (padded ? 4 : rest + 1) : 0);
  const result = stringNew(length);
  let from = textOf(s);
  let to = textOf(result);
  for (const end = from + bytes - rest; from < end; from += 3) {
    const word = (<u32>load<u8>(from) << 16) | (<u32>load<u8>(from, 1) << 8) | <u32>load<u8>(from, 2);
    store<u8>(to, digitOf(word >> 18, url));
    store<u8>(to, digitOf(word >> 12, url), 1);
    store<u8>(to, digitOf(word >> 6, url), 2);
    store<u8>(to, digitOf(word, url), 3);
    to += 4;
  }
  if (rest) {
    const word = (<u32>load<u8>(from) << 16) | (rest == 2 ? <u32>load<u8>(from, 1) << 8 : 0);
    store<u8>(to, digitOf(word >> 18, url));
    store<u8>(to, digitOf(word >> 12, url), 1);
    if (rest == 2) store<u8>(to, digitOf(word >> 6, url), 2);
    else if (padded) store<u8>(to, PAD, 2);
    if (padded) store<u8>(to, PAD, 3);
  }
  return result;
}

/** The bytes of a padded text, or undefined when it is malformed. Line breaks are skipped, as Go does. `missing`: padding that the text left away. */
function decoded(s: u64, url: bool, missing: u32): u64 {
  const bytes = bytesOf(s);
  spendBytes(bytes << 1);
  const result = stringNew(((bytes + 3) / 4) * 3);
  let from = textOf(s);
  const end = from + bytes;
  let to = textOf(result);
  let word: u32 = 0;
  let digits: u32 = 0;
  let pads = 0;
  for (; from < end + missing; from++) {
    const c = from < end ? <u32>load<u8>(from) : PAD;
    if (c == 10 || c == 13) continue;
    if (c == PAD) {
      pads++;
      // Two digits and two signs, or three and one, at the end.
      if (digits < 2 || digits + pads > 4) return UNDEFINED;
      continue;
    }
    const value = valueOf(c, url);
    if (value == 64 || pads) return UNDEFINED;
    word = (word << 6) | value;
    if (++digits == 4) {
      store<u8>(to, word >> 16);
      store<u8>(to, word >> 8, 1);
      store<u8>(to, word, 2);
      to += 3;
      digits = 0;
      word = 0;
    }
  }
  if (digits) {
    if (digits + pads != 4) return UNDEFINED;
    word <<= (4 - digits) * 6;
    store<u8>(to++, word >> 16);
    if (digits == 3) store<u8>(to++, word >> 8);
  }
  store<u32>(<u32>result, to - textOf(result));
  return result;
}

export function b_base64_encode(s: u64): u64 {
  return encoded(s, false, true);
}

export function b_base64url_encode(s: u64): u64 {
  return encoded(s, true, true);
}

export function b_base64url_encode_no_pad(s: u64): u64 {
  return encoded(s, true, false);
}

export function b_base64_decode(s: u64): u64 {
  if (!isString(s)) return builtin_failed();
  const result = decoded(s, false, 0);
  return isUndefined(result) ? builtin_failed() : repaired(result);
}

export function b_base64_is_valid(s: u64): u64 {
  return isString(s) ? fromBool(!isUndefined(decoded(s, false, 0))) : FALSE;
}

export function b_base64url_decode(s: u64): u64 {
  if (!isString(s)) return builtin_failed();
  const bytes = bytesOf(s);
  let missing: u32 = 0;
  if (!bytes || load<u8>(textOf(s) + bytes - 1) != PAD) {
    if ((bytes & 3) == 1) return builtin_failed();
    missing = (4 - (bytes & 3)) & 3;
  }
  const result = decoded(s, true, missing);
  return isUndefined(result) ? builtin_failed() : repaired(result);
}

function hexValue(c: u32): u32 {
  if (c - 48 < 10) return c - 48;
  c |= 32;
  return c - 97 < 6 ? c - 87 : 16;
}

export function b_hex_encode(s: u64): u64 {
  if (!isString(s)) return builtin_failed();
  const bytes = bytesOf(s);
  spendBytes(bytes << 1);
  if (bytes >= 0x7ffffff0) fault(MEMORY_EXHAUSTED);
  const result = stringNew(bytes << 1);
  for (let i: u32 = 0; i < bytes; i++) {
    const byte = <u32>load<u8>(textOf(s) + i);
    const high = byte >> 4;
    const low = byte & 15;
    store<u8>(textOf(result) + (i << 1), high < 10 ? 48 + high : 87 + high);
    store<u8>(textOf(result) + (i << 1), low < 10 ? 48 + low : 87 + low, 1);
  }
  return result;
}

export function b_hex_decode(s: u64): u64 {
  if (!isString(s) || bytesOf(s) & 1) return builtin_failed();
  const bytes = bytesOf(s) >> 1;
  spendBytes(bytes << 1);
  const result = stringNew(bytes);
  for (let i: u32 = 0; i < bytes; i++) {
    const high = hexValue(<u32>load<u8>(textOf(s) + (i << 1)));
    const low = hexValue(<u32>load<u8>(textOf(s) + (i << 1), 1));
    if (high == 16 || low == 16) return builtin_failed();
    store<u8>(textOf(result) + i, (high << 4) | low);
  }
  return repaired(result);
}
