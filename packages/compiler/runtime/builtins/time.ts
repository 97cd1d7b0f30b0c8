// time.parse_rfc3339_ns, as lenient as Go's parser: an hour may have one digit, a fraction may follow the seconds behind a point or a comma,
// an offset may reach 24 hours and 60 minutes.

import { builtin_failed } from "../host";
import { fromInteger } from "../number";
import { bytesOf, textOf } from "../string";
import { isString } from "../value";

let at: u32 = 0;
let end: u32 = 0;
let failed: bool = false;

// @ts-ignore: decorator
@inline
function peek(): u32 {
  return at < end ? <u32>load<u8>(at) : 0;
}

// @ts-ignore: decorator
@inline
function isDigit(c: u32): bool {
  return c - 48 < 10;
}

/** `digits` digits; a number outside [low, high] fails. */
function number(digits: u32, low: u32, high: u32): i32 {
  let n: u32 = 0;
  for (let i: u32 = 0; i < digits; i++) {
    if (!isDigit(peek())) failed = true;
    n = n * 10 + peek() - 48;
    at++;
  }
  if (n < low || n > high) failed = true;
  return n;
}

function literal(byte: u32): void {
  if (peek() != byte) failed = true;
  at++;
}

function daysIn(month: i32, year: i32): u32 {
  if (month == 2) return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar; years count from March here, so that a leap day is the last of its year. */
export function daysSince1970(year: i32, month: i32, day: i32): i64 {
  const y = <i64>(month > 2 ? year : year - 1);
  const m = <i64>(month > 2 ? month - 3 : month + 9);
  const era = (y >= 0 ? y : y - 399) / 400;
  const yearOfEra = y - era * 400;
  const dayOfYear = (153 * m + 2) / 5 + day - 1;
  return era * 146097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468;
}

/** Digits behind the seconds as nanoseconds; those past the ninth are dropped. */
function fraction(): i64 {
  const mark = peek();
  if ((mark != 46 && mark != 44) || at + 1 >= end || !isDigit(<u32>load<u8>(at + 1))) return 0;
  at++;
  let ns: i64 = 0;
  let digits = 0;
  for (; isDigit(peek()); at++) {
    if (digits++ < 9) ns = ns * 10 + <i64>(peek() - 48);
  }
  for (; digits < 9; digits++) ns *= 10;
  return ns;
}

/** Seconds east of UTC. */
function offset(): i64 {
  const sign = peek();
  at++;
  if (sign == 90) return 0;
  if (sign != 43 && sign != 45) failed = true;
  const hours = number(2, 0, 24);
  literal(58);
  const seconds = <i64>hours * 3600 + <i64>number(2, 0, 60) * 60;
  return sign == 45 ? -seconds : seconds;
}

const NS: i64 = 1_000_000_000;
// Seconds that 63 bits of nanoseconds reach.
const MAX_SECONDS: i64 = 9_223_372_036;
const MAX_REST: i64 = 854_775_807;

export function b_time_parse_rfc3339_ns(s: u64): u64 {
  if (!isString(s)) return builtin_failed();
  at = textOf(s);
  end = at + bytesOf(s);
  failed = false;
  const year = number(4, 0, 9999);
  literal(45);
  const month = number(2, 1, 12);
  literal(45);
  const day = number(2, 1, daysIn(month, year));
  literal(84);
  const hour = number(at + 1 < end && isDigit(<u32>load<u8>(at + 1)) ? 2 : 1, 0, 23);
  literal(58);
  const minute = number(2, 0, 59);
  literal(58);
  const second = number(2, 0, 59);
  const ns = fraction();
  const east = offset();
  if (failed || at != end) return builtin_failed();
  const seconds = daysSince1970(year, month, day) * 86400 + <i64>hour * 3600 + <i64>minute * 60 + <i64>second - east;
  if (seconds > MAX_SECONDS || (seconds == MAX_SECONDS && ns > MAX_REST)) return builtin_failed();
  if (seconds < -MAX_SECONDS - 1 || (seconds == -MAX_SECONDS - 1 && ns < NS - MAX_REST - 1)) return builtin_failed();
  return seconds < 0 && ns > 0 ? fromInteger((seconds + 1) * NS + (ns - NS)) : fromInteger(seconds * NS + ns);
}
