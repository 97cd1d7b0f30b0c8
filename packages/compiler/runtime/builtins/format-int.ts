// format_int.

import { bigRound } from "../decimal";
import { builtin_failed } from "../host";
import { textMagnitude } from "../integer-text";
import { integerOf, isInteger, isNegative } from "../number";
import { textBegin, textByte, textEnd } from "../text";
import { BIG, fromDouble, isNumber } from "../value";

/** Without what stands behind the point. */
function truncated(v: u64): u64 {
  if (isInteger(v)) return v;
  return v < BIG ? fromDouble(trunc(reinterpret<f64>(v)) + 0.0) : bigRound(v, 2);
}

/** The integer part in base 2, 8, 10 or 16. */
export function b_format_int(v: u64, base: u64): u64 {
  const radix = integerOf(base);
  if (!isNumber(v) || (radix != 2 && radix != 8 && radix != 10 && radix != 16)) return builtin_failed();
  const whole = truncated(v);
  textBegin(32);
  if (isNegative(whole)) textByte(45);
  textMagnitude(whole, <u32>radix, false);
  return textEnd();
}
