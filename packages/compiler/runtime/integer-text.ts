// Integers of any size in bases 2, 8, 10 and 16.

import { divideSmall, limbsOf, scaleUp, toWhole } from "./decimal";
import { spend } from "./host";
import { textDigits } from "./number-text";
import { textAt, textByte, textLength } from "./text";

/** Turns around what was written since `start`. */
function reverse(start: u32): void {
  let left = textAt(start);
  let right = textAt(textLength()) - 1;
  for (; left < right; left++, right--) {
    const byte = load<u8>(left);
    store<u8>(left, load<u8>(right));
    store<u8>(right, byte);
  }
}

/** The digits of an integer's magnitude. */
export function textMagnitude(v: u64, base: u32, capital: bool): void {
  const p = toWhole(v);
  if (!limbsOf(p)) {
    textByte(48);
    return;
  }
  if (base == 10) {
    textDigits(p);
    return;
  }
  const start = textLength();
  const bits: u32 = base == 2 ? 1 : base == 8 ? 3 : 4;
  // Digits are taken in groups that fit a division.
  const group: u32 = base == 2 ? 30 : base == 8 ? 10 : 7;
  const divisor = (<u64>1) << (bits * group);
  const q = scaleUp(p, 0);
  while (limbsOf(q)) {
    spend(limbsOf(q));
    let rest = divideSmall(q, divisor);
    const isLast = !limbsOf(q);
    for (let i: u32 = 0; i < group && !(isLast && rest == 0); i++) {
      const digit = rest & (base - 1);
      textByte(digit < 10 ? 48 + digit : (capital ? 55 : 87) + digit);
      rest >>= bits;
    }
  }
  reverse(start);
}
