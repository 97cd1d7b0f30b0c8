// Finding text in text.

import { spend, spendBytes } from "./host";
import { equalBytes } from "./string";

/** Address of the first occurrence of `bytes` (at least 1) bytes at `needle` in [from, end), or 0. The scan is charged by the caller, long partial matches here. */
export function findText(from: u32, end: u32, needle: u32, bytes: u32): u32 {
  if (end - from < bytes) return 0;
  const last = end - bytes;
  const first = load<u8>(needle);
  for (let p = from; p <= last; p++) {
    if (load<u8>(p) != first) continue;
    if (bytes >= 16) spend(<i32>(bytes >>> 3));
    if (equalBytes(p, needle, bytes)) return p;
  }
  return 0;
}

export function startsWith(p: u32, bytes: u32, prefix: u32, prefixBytes: u32): bool {
  if (prefixBytes > bytes) return false;
  spendBytes(prefixBytes);
  return equalBytes(p, prefix, prefixBytes);
}

export function endsWith(p: u32, bytes: u32, suffix: u32, suffixBytes: u32): bool {
  if (suffixBytes > bytes) return false;
  spendBytes(suffixBytes);
  return equalBytes(p + bytes - suffixBytes, suffix, suffixBytes);
}

/** How often a text occurs, without overlap. */
export function countText(from: u32, end: u32, needle: u32, bytes: u32): u32 {
  let count: u32 = 0;
  let p = findText(from, end, needle, bytes);
  while (p) {
    count++;
    p = findText(p + bytes, end, needle, bytes);
  }
  return count;
}
