// Simple case mappings of code points, as Go's unicode package has them.

import { ALTERNATING, CASE_RANGES, CASE_TABLE } from "./case-table";

const ROW: u32 = 12;

function mapped(c: u32, toUpper: bool): u32 {
  let low: u32 = 0;
  let high = CASE_RANGES;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = <u32>CASE_TABLE + middle * ROW;
    const head = load<u32>(row);
    const first = head & 0x1fffff;
    if (c < first) {
      high = middle;
    } else if (c > first + (head >>> 21)) {
      low = middle + 1;
    } else {
      const delta = toUpper ? load<i32>(row, 4) : load<i32>(row, 8);
      if (delta == ALTERNATING) {
        const offset = (c - first) & ~1;
        return first + offset + u32(!toUpper);
      }
      return c + delta;
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
