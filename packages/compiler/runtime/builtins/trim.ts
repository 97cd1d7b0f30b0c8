// Trimming. A cut set is a set of code points.

import { builtin_failed, spend } from "../host";
import { endsWith, startsWith } from "../search";
import { bytesOf, stringFrom, textOf } from "../string";
import { codePointAt, isContinuation, widthOf } from "../utf8";
import { isString } from "../value";

const LEFT: i32 = 1;
const RIGHT: i32 = 2;

function inCutSet(c: u32, from: u32, end: u32): bool {
  for (let p = from; p < end; p += widthOf(<u32>load<u8>(p))) if (codePointAt(p) == c) return true;
  return false;
}

/** Unicode's White_Space. */
export function isSpace(c: u32): bool {
  if (c < 0x100) return c == 32 || c - 9 < 5 || c == 0x85 || c == 0xa0;
  return c == 0x1680 || c - 0x2000 < 11 || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

/** Without the code points at the ends that are in the cut set [cut, cutEnd), or that are white space when `cut` is 0. */
function trimmed(s: u64, cut: u32, cutEnd: u32, sides: i32): u64 {
  let from = textOf(s);
  let end = from + bytesOf(s);
  const cost = <i32>((cutEnd - cut) >>> 3) + 1;
  if (sides & LEFT) {
    while (from < end) {
      const c = codePointAt(from);
      spend(cost);
      if (cut ? !inCutSet(c, cut, cutEnd) : !isSpace(c)) break;
      from += widthOf(<u32>load<u8>(from));
    }
  }
  if (sides & RIGHT) {
    while (from < end) {
      let last = end - 1;
      while (isContinuation(<u32>load<u8>(last))) last--;
      const c = codePointAt(last);
      spend(cost);
      if (cut ? !inCutSet(c, cut, cutEnd) : !isSpace(c)) break;
      end = last;
    }
  }
  return end - from == bytesOf(s) ? s : stringFrom(from, end - from);
}

function trimCut(s: u64, cut: u64, sides: i32): u64 {
  if (!isString(s) || !isString(cut)) return builtin_failed();
  return trimmed(s, textOf(cut), textOf(cut) + bytesOf(cut), sides);
}

export function b_trim(s: u64, cut: u64): u64 {
  return trimCut(s, cut, LEFT | RIGHT);
}

export function b_trim_left(s: u64, cut: u64): u64 {
  return trimCut(s, cut, LEFT);
}

export function b_trim_right(s: u64, cut: u64): u64 {
  return trimCut(s, cut, RIGHT);
}

export function b_trim_space(s: u64): u64 {
  return isString(s) ? trimmed(s, 0, 0, LEFT | RIGHT) : builtin_failed();
}

export function b_trim_prefix(s: u64, prefix: u64): u64 {
  if (!isString(s) || !isString(prefix)) return builtin_failed();
  const bytes = bytesOf(prefix);
  if (!bytes || !startsWith(textOf(s), bytesOf(s), textOf(prefix), bytes)) return s;
  return stringFrom(textOf(s) + bytes, bytesOf(s) - bytes);
}

export function b_trim_suffix(s: u64, suffix: u64): u64 {
  if (!isString(s) || !isString(suffix)) return builtin_failed();
  const bytes = bytesOf(suffix);
  if (!bytes || !endsWith(textOf(s), bytesOf(s), textOf(suffix), bytes)) return s;
  return stringFrom(textOf(s), bytesOf(s) - bytes);
}
