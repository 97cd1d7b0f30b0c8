// Simple case mappings of code points, as Go's unicode package has them.

import { ALTERNATING, CASE_MAPPINGS, CASE_ROWS, CASE_TABLE, PLANE_ZERO_ROWS, TO_LOWER, TO_UPPER } from "./case-table";

function mapped(c: u32, toUpper: bool): u32 {
  if (c >= 0x20000) return c;
  let low: u32 = c < 0x10000 ? 0 : PLANE_ZERO_ROWS;
  let high = c < 0x10000 ? PLANE_ZERO_ROWS : CASE_ROWS;
  const inPlane = c & 0xffff;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = load<u32>(<u32>CASE_TABLE + (middle << 2));
    const first = row & 0xffff;
    if (inPlane < first) {
      high = middle;
    } else if (inPlane > first + ((row >> 16) & 0xff)) {
      low = middle + 1;
    } else {
      const mapping = load<i32>(<u32>CASE_MAPPINGS + ((row >> 24) << 2));
      const delta = mapping >> 2;
      switch (mapping & 3) {
        case ALTERNATING:
          return c - ((inPlane - first) & 1) + u32(!toUpper);
        case TO_UPPER:
          return toUpper ? c + delta : c;
        case TO_LOWER:
          return toUpper ? c : c + delta;
        default:
          return toUpper ? c - delta : c + delta;
      }
    }
  }
  return c;
}

export function upperOf(c: u32): u32 {
  if (c < 0x80) return c - 97 < 26 ? c - 32 : c;
  return mapped(c, true);
}

export function lowerOf(c: u32): u32 {
  if (c < 0x80) return c - 65 < 26 ? c + 32 : c;
  return mapped(c, false);
}
