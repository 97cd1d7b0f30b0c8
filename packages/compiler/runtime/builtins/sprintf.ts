// sprintf: Go's fmt.Sprintf on the arguments as OPA hands them over. A number without fraction is an int64 or a *big.Int, another number a float64
// (its text where it is beyond float64), a string is a string, and every other value is a string with its text.
// Error forms (%!d(string=x), %!(EXTRA ...)) are Go's. Long because the verbs share one state of flags, width and arguments.

import { elementOf } from "../collection";
import { exponentOf } from "../decimal";
import { nearestDouble, textFloat } from "../float-text";
import { alloc, builtin_failed, spend, spendBytes } from "../host";
import { textMagnitude } from "../integer-text";
import { NO_INTEGER, integerOf, isInteger, isNegative } from "../number";
import { insertByte, textDigits, textInteger, textNumber, textUnsigned } from "../number-text";
import { canBackquote, isPrintable, textQuoted, textQuotedCodePoint } from "../quote";
import { bytesOf, textOf } from "../string";
import { textAt, textBegin, textByte, textBytes, textCodePoint, textCut, textEnd, textFill, textInsertFill, textLength, textLiteral } from "../text";
import { codePointAt, codePointsIn, skipCodePoints, widthOf } from "../utf8";
import { BIG, countOf, isArray, isNumber, isString } from "../value";
import { textValue } from "../value-text";

const TEXT: i32 = 0;
const INTEGER: i32 = 1;
const BIG_INTEGER: i32 = 2;
const FLOAT: i32 = 3;

const TOO_LARGE: i32 = 1_000_000;
const MOST_ZEROS: i32 = 20;

let sharp: bool = false;
let zero: bool = false;
let plus: bool = false;
let minus: bool = false;
let space: bool = false;
let sharpV: bool = false;
let plusV: bool = false;
let width: i32 = -1;
let precision: i32 = -1;

let list: u64 = 0;
let next: i32 = 0;
let reordered: bool = false;
let goodIndex: bool = true;

function clearFlags(): void {
  sharp = zero = plus = minus = space = sharpV = plusV = false;
  width = precision = -1;
}

function kindOf(v: u64): i32 {
  if (!isNumber(v)) return TEXT;
  if (isInteger(v)) return integerOf(v) != NO_INTEGER ? INTEGER : isPower(v) ? TEXT : BIG_INTEGER;
  if (v < BIG) return FLOAT;
  return abs(nearestDouble(<u32>v)) == Infinity ? TEXT : FLOAT;
}

/**
 * OPA keeps how a number was written, and takes one with an exponent that is beyond float64 as its text. Here nothing is kept:
 * an integer beyond float64 that ends in many zeros is taken for one that was written with an exponent.
 */
function isPower(v: u64): bool {
  return exponentOf(<u32>v) > MOST_ZEROS && abs(nearestDouble(<u32>v)) == Infinity;
}

function textPower(v: u64): void {
  if (isNegative(v)) textByte(45);
  textDigits(<u32>v);
  textByte(101);
  textInteger(exponentOf(<u32>v));
}

/** Fills to the width what was written since `start`. */
function pad(start: u32, byte: u32): void {
  if (width <= 0) return;
  const missing = width - <i32>codePointsIn(textAt(start), textLength() - start);
  if (missing <= 0) return;
  if (minus) textFill(32, missing);
  else textInsertFill(start, byte, missing);
}

// @ts-ignore: decorator
@inline
function padByte(): u32 {
  return zero && !minus ? 48 : 32;
}

function formatText(v: u64, verb: u32): void {
  const start = textLength();
  // The text itself first; quoting and hexadecimal digits are made from it.
  if (isString(v)) textBytes(textOf(v), bytesOf(v));
  else if (isNumber(v) && isInteger(v)) textPower(v);
  else textValue(v);
  if (verb == 120 || verb == 88) {
    hexText(start, verb == 88);
    return;
  }
  if (precision >= 0) textCut(skipCodePoints(textAt(start), textAt(textLength()), precision) - textAt(0));
  if (verb == 113 || (verb == 118 && sharpV)) quoteText(start);
  pad(start, padByte());
}

/** A copy of what was written since `start`, removed from the text: its address; `bytes` of it. */
function takeBack(start: u32, bytes: u32): u32 {
  spendBytes(bytes);
  const copy = alloc(bytes);
  memory.copy(copy, textAt(start), bytes);
  textCut(start);
  return copy;
}

function quoteText(start: u32): void {
  const bytes = textLength() - start;
  const from = takeBack(start, bytes);
  if (sharp && canBackquote(from, bytes)) {
    textByte(96);
    textBytes(from, bytes);
    textByte(96);
  } else {
    textQuoted(from, bytes, plus);
  }
}

function hexText(start: u32, capital: bool): void {
  let bytes = textLength() - start;
  const from = takeBack(start, bytes);
  if (precision >= 0 && <u32>precision < bytes) bytes = precision;
  for (let i: u32 = 0; i < bytes; i++) {
    if (space && i > 0) textByte(32);
    if (sharp && (i == 0 || space)) {
      textByte(48);
      textByte(capital ? 88 : 120);
    }
    const byte = <u32>load<u8>(from + i);
    if (byte < 16) textByte(48);
    textUnsigned(byte, 16, capital);
  }
  if (bytes == 0 && width > 0) textFill(padByte(), width);
  else pad(start, padByte());
}

function textPrefix(base: u32, verb: u32): void {
  if (sharp) {
    if (base == 2) {
      textByte(48);
      textByte(98);
    } else if (base == 16) {
      textByte(48);
      textByte(verb);
    }
  }
  if (verb == 79) {
    textByte(48);
    textByte(111);
  }
}

function formatInteger(v: u64, verb: u32, isBig: bool): void {
  const start = textLength();
  const n = isBig ? 0 : integerOf(v);
  let base: u32 = 10;
  switch (verb) {
    case 118:
    case 100:
      break;
    case 115:
      if (!isBig) {
        badVerb(v, verb);
        return;
      }
      break;
    case 98:
      base = 2;
      break;
    case 111:
    case 79:
      base = 8;
      break;
    case 120:
    case 88:
      base = 16;
      break;
    case 99:
    case 113:
    case 85:
      if (isBig) badVerb(v, verb);
      else formatCodePoint(n, verb);
      return;
    default:
      badVerb(v, verb);
      return;
  }
  const negative = isNegative(v);
  if (precision == 0 && v == 0) {
    if (width > 0) textFill(32, width);
    return;
  }
  let least = max(precision, 0);
  if (negative) textByte(45);
  else if (plus || (isBig && plusV)) textByte(43);
  else if (space) textByte(32);
  const signed = textLength() - start;
  textPrefix(base, verb);
  const digitsAt = textLength();
  textMagnitude(v, base, verb == 88);
  // Room asked for with 0 is filled behind the sign; an int64 does not count its prefix, a big.Int does.
  if (precision < 0 && zero && !minus && width >= 0) least = width - <i32>(isBig ? digitsAt - start : signed);
  const missing = least - <i32>(textLength() - digitsAt);
  if (missing > 0) textInsertFill(digitsAt, 48, missing);
  if (sharp && base == 8 && (isBig ? verb == 111 : load<u8>(textAt(digitsAt)) != 48)) insertByte(isBig ? start + signed : digitsAt, 48);
  pad(start, 32);
}

function formatCodePoint(n: i64, verb: u32): void {
  const start = textLength();
  const c: u32 = n < 0 || n > 0x10ffff ? 0xfffd : <u32>n;
  if (verb == 99) {
    textCodePoint(c);
  } else if (verb == 113) {
    textQuotedCodePoint(c, plus);
  } else {
    textByte(85);
    textByte(43);
    const digitsAt = textLength();
    textUnsigned(<u64>n, 16, true);
    const missing = max(precision, 4) - <i32>(textLength() - digitsAt);
    if (missing > 0) textInsertFill(digitsAt, 48, missing);
    if (sharp && n >= 0 && n <= 0x10ffff && isPrintable(<u32>n)) {
      textByte(32);
      textByte(39);
      textCodePoint(<u32>n);
      textByte(39);
    }
    pad(start, 32);
    return;
  }
  pad(start, padByte());
}

function formatFloat(v: u64, given: u32): void {
  let verb = given;
  let digits: i32 = -1;
  switch (verb) {
    case 118:
      verb = 103;
      break;
    case 98:
    case 103:
    case 71:
    case 120:
    case 88:
      break;
    case 102:
    case 101:
    case 69:
      digits = 6;
      break;
    case 70:
      verb = 102;
      digits = 6;
      break;
    default:
      badVerb(v, given);
      return;
  }
  if (precision >= 0) digits = precision;
  const x = v < BIG ? reinterpret<f64>(v) : nearestDouble(<u32>v);
  const start = textLength();
  // A sign always, to be taken away again below.
  if (!(x < 0)) textByte(plus || !space ? 43 : 32);
  textFloat(x, verb, digits);
  if (sharp && verb != 98) keepPoint(start, verb, digits);
  const sign = load<u8>(textAt(start));
  if (!plus && sign == 43) {
    const length = textLength() - start - 1;
    memory.copy(textAt(start), textAt(start + 1), length);
    textCut(start + length);
    pad(start, padByte());
    return;
  }
  if (zero && !minus && width > <i32>(textLength() - start)) {
    textInsertFill(start + 1, 48, width - <i32>(textLength() - start));
    return;
  }
  pad(start, padByte());
}

/** The flag #: a point even without digits behind it, and zeros up to the precision for %g. */
function keepPoint(start: u32, verb: u32, precisionUsed: i32): void {
  let digits = 0;
  if (verb == 103 || verb == 71 || verb == 120) digits = precisionUsed == -1 ? 6 : precisionUsed;
  let hasPoint = false;
  let sawDigit = false;
  let i = start + 1;
  const isHex = verb == 120 || verb == 88;
  for (; i < textLength(); i++) {
    const c = <u32>load<u8>(textAt(i));
    if (c == 46) {
      hasPoint = true;
      continue;
    }
    if ((c | 32) == 112 || (!isHex && (c | 32) == 101)) break;
    if (c != 48) sawDigit = true;
    if (sawDigit) digits--;
  }
  const tailBytes = textLength() - i;
  const tail = takeBack(i, tailBytes);
  if (!hasPoint) {
    if (i - start == 2 && load<u8>(textAt(start + 1)) == 48) digits--;
    textByte(46);
  }
  if (digits > 0) textFill(48, digits);
  textBytes(tail, tailBytes);
}

function textKind(kind: i32): void {
  if (kind == TEXT) textLiteral("string");
  else if (kind == INTEGER) textLiteral("int64");
  else if (kind == BIG_INTEGER) textLiteral("*big.Int");
  else textLiteral("float64");
}

function badVerb(v: u64, verb: u32): void {
  const kind = kindOf(v);
  textByte(37);
  textByte(33);
  textCodePoint(verb);
  textByte(40);
  if (kind == BIG_INTEGER) {
    // A big.Int formats itself, its error form included.
    textLiteral("big.Int=");
    textNumber(v);
  } else {
    textKind(kind);
    textByte(61);
    format(v, 118);
  }
  textByte(41);
}

function format(v: u64, verb: u32): void {
  const kind = kindOf(v);
  if (verb == 84) {
    const start = textLength();
    textKind(kind);
    if (precision >= 0) textCut(skipCodePoints(textAt(start), textAt(textLength()), precision) - textAt(0));
    pad(start, padByte());
    return;
  }
  if (kind == INTEGER) {
    formatInteger(v, verb, false);
  } else if (kind == BIG_INTEGER) {
    formatInteger(v, verb, true);
  } else if (kind == FLOAT) {
    formatFloat(v, verb);
  } else if (verb == 118 || verb == 115 || verb == 120 || verb == 88 || verb == 113) {
    formatText(v, verb);
  } else {
    badVerb(v, verb);
  }
}

let place: u32 = 0;
let stop: u32 = 0;

/** Digits at `place`, at most before `limit`: the number, or -1 where there is none. A number beyond a million ends the format. */
function parseCount(limit: u32): i32 {
  let n: i32 = -1;
  while (place < limit) {
    const c = <u32>load<u8>(place) - 48;
    if (c > 9) break;
    if (n > TOO_LARGE) {
      place = limit;
      return -1;
    }
    n = max(n, 0) * 10 + c;
    place++;
  }
  return n;
}

/** [n]: whether there was an index. */
function parseIndex(): bool {
  if (place >= stop || load<u8>(place) != 91) return false;
  reordered = true;
  let close = place + 1;
  while (close < stop && load<u8>(close) != 93) close++;
  if (stop - place < 3 || close == stop) {
    goodIndex = false;
    place++;
    return false;
  }
  place++;
  const n = parseCount(close);
  const whole = n >= 0 && place == close;
  place = close + 1;
  if (whole && n >= 1 && n <= <i32>countOf(list)) {
    next = n - 1;
    return true;
  }
  goodIndex = false;
  return whole;
}

/** The argument for a *: NO_INTEGER when it is none of at most a million. */
function countFromArgument(): i64 {
  if (next >= <i32>countOf(list)) return NO_INTEGER;
  const n = integerOf(elementOf(list, next++));
  return n > TOO_LARGE || n < -TOO_LARGE ? NO_INTEGER : n;
}

/** Sets a flag; false when the byte is none. */
function isFlag(byte: u32): bool {
  switch (byte) {
    case 35:
      sharp = true;
      return true;
    case 48:
      zero = true;
      return true;
    case 43:
      plus = true;
      return true;
    case 45:
      minus = true;
      return true;
    case 32:
      space = true;
      return true;
    default:
      return false;
  }
}

function formatVerb(): void {
  clearFlags();
  while (place < stop && isFlag(<u32>load<u8>(place))) place++;
  let afterIndex = parseIndex();
  if (place < stop && load<u8>(place) == 42) {
    place++;
    const n = countFromArgument();
    if (n == NO_INTEGER) {
      textLiteral("%!(BADWIDTH)");
    } else {
      width = <i32>abs(n);
      if (n < 0) {
        minus = true;
        zero = false;
      }
    }
    afterIndex = false;
  } else {
    width = parseCount(stop);
    if (afterIndex && width >= 0) goodIndex = false;
  }
  if (place + 1 < stop && load<u8>(place) == 46) {
    place++;
    if (afterIndex) goodIndex = false;
    afterIndex = parseIndex();
    if (place < stop && load<u8>(place) == 42) {
      place++;
      const n = countFromArgument();
      if (n == NO_INTEGER || n < 0) textLiteral("%!(BADPREC)");
      else precision = <i32>n;
      afterIndex = false;
    } else {
      precision = max(parseCount(stop), 0);
    }
  }
  if (!afterIndex) parseIndex();
  if (place >= stop) {
    textLiteral("%!(NOVERB)");
    return;
  }
  const verb = codePointAt(place);
  place += widthOf(<u32>load<u8>(place));
  if (verb == 37) {
    textByte(37);
  } else if (!goodIndex) {
    textByte(37);
    textByte(33);
    textCodePoint(verb);
    textLiteral("(BADINDEX)");
  } else if (next >= <i32>countOf(list)) {
    textByte(37);
    textByte(33);
    textCodePoint(verb);
    textLiteral("(MISSING)");
  } else {
    if (verb == 118 || verb == 119) {
      sharpV = sharp;
      plusV = plus;
      sharp = plus = false;
    }
    format(elementOf(list, next++), verb);
  }
}

export function b_sprintf(pattern: u64, args: u64): u64 {
  if (!isString(pattern) || !isArray(args)) return builtin_failed();
  list = args;
  next = 0;
  reordered = false;
  place = textOf(pattern);
  stop = place + bytesOf(pattern);
  const count = <i32>countOf(args);
  textBegin(bytesOf(pattern) + (min(count, 64) << 4));
  while (place < stop) {
    let plain = place;
    while (plain < stop && load<u8>(plain) != 37) plain++;
    textBytes(place, plain - place);
    place = plain + 1;
    if (plain == stop) break;
    spend(1);
    goodIndex = true;
    formatVerb();
  }
  if (!reordered && next < count) {
    clearFlags();
    textLiteral("%!(EXTRA ");
    for (let i = next; i < count; i++) {
      if (i > next) textLiteral(", ");
      textKind(kindOf(elementOf(args, i)));
      textByte(61);
      format(elementOf(args, i), 118);
    }
    textByte(41);
  }
  return textEnd();
}
