// Strings: u32 bytes, u32 hash (0: not computed), UTF-8. The bytes are followed by padding up to a multiple of 8, which may hold anything.

import { allocMany, spendBytes } from "./host";
import { STRING } from "./value";

export const STRING_HEADER: u32 = 8;

// @ts-ignore: decorator
@inline
export function bytesOf(v: u64): u32 {
  return load<u32>(<u32>v);
}

// @ts-ignore: decorator
@inline
export function textOf(v: u64): u32 {
  return <u32>v + STRING_HEADER;
}

// @ts-ignore: decorator
@inline
export function stringAt(address: u32): u64 {
  return STRING | <u64>address;
}

/** Room for a string of `bytes` bytes; the caller writes them. */
export function stringNew(bytes: u32): u64 {
  const address = allocMany(bytes, 0, STRING_HEADER);
  store<u32>(address, bytes);
  store<u32>(address, 0, 4);
  return stringAt(address);
}

/** A new string with a copy of the bytes at `from`. */
export function stringFrom(from: u32, bytes: u32): u64 {
  spendBytes(bytes);
  const s = stringNew(bytes);
  memory.copy(textOf(s), from, bytes);
  return s;
}

/** -1, 0, 1 by bytes; both texts must be readable up to a multiple of 8. */
export function compareText(a: u32, aBytes: u32, b: u32, bBytes: u32): i32 {
  const common = min(aBytes, bBytes);
  const whole = common & ~7;
  let i: u32 = 0;
  for (; i < whole; i += 8) {
    const x = load<u64>(a + i);
    const y = load<u64>(b + i);
    if (x != y) return bswap<u64>(x) < bswap<u64>(y) ? -1 : 1;
  }
  const rest = common - whole;
  if (rest) {
    const drop = (8 - rest) << 3;
    const x = bswap<u64>(load<u64>(a + i)) >> drop;
    const y = bswap<u64>(load<u64>(b + i)) >> drop;
    if (x != y) return x < y ? -1 : 1;
  }
  return i32(aBytes > bBytes) - i32(aBytes < bBytes);
}

/** Whether the bytes are the same; places need not be aligned, and nothing past the end is read. */
export function equalBytes(a: u32, b: u32, bytes: u32): bool {
  const end = a + bytes;
  while (a + 8 <= end) {
    if (load<u64>(a) != load<u64>(b)) return false;
    a += 8;
    b += 8;
  }
  while (a < end) {
    if (load<u8>(a) != load<u8>(b)) return false;
    a++;
    b++;
  }
  return true;
}

export function stringEqual(a: u32, b: u32): bool {
  const bytes = load<u32>(a);
  if (bytes != load<u32>(b)) return false;
  // Before the hashes are looked at: whether a constant's is known depends on earlier evaluations, and fuel must not.
  spendBytes(bytes);
  const ha = load<u32>(a, 4);
  const hb = load<u32>(b, 4);
  if (ha != hb && ha != 0 && hb != 0) return false;
  return equalPadded(a + STRING_HEADER, b + STRING_HEADER, bytes);
}

/** The same for texts of strings, which may be read up to a multiple of 8. */
function equalPadded(a: u32, b: u32, bytes: u32): bool {
  const end = a + (bytes & ~7);
  for (; a < end; a += 8, b += 8) if (load<u64>(a) != load<u64>(b)) return false;
  const rest = bytes & 7;
  return rest == 0 || (load<u64>(a) ^ load<u64>(b)) << ((8 - rest) << 3) == 0;
}

export function stringCompare(a: u32, b: u32): i32 {
  const aBytes = load<u32>(a);
  const bBytes = load<u32>(b);
  spendBytes(min(aBytes, bBytes));
  return compareText(a + STRING_HEADER, aBytes, b + STRING_HEADER, bBytes);
}
