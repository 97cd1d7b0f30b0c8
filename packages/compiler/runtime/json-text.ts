// JSON text. Written as Go's encoding/json writes it: keys sorted, no spaces, <, >, & and the line separators escaped. Read strictly.

import { array_append, array_builder, array_finish, entriesOf, iterate_count, object_new, object_put } from "./collection";
import { enter, leave, spend, spendBytes } from "./host";
import { numberEnd, parseNumber, textNumber } from "./number-text";
import { bytesOf, stringNew, textOf } from "./string";
import { textBegin, textByte, textBytes, textCodePoint, textEnd, textLiteral } from "./text";
import { FALSE, NULL, TRUE, UNDEFINED, isArray, isNumber, isObject, isString } from "./value";
import { codePointAt, widthOf } from "./utf8";

function textHexDigit(n: u32): void {
  textByte(n < 10 ? 48 + n : 87 + n);
}

function textUnicodeEscape(c: u32): void {
  textByte(92);
  textByte(117);
  textHexDigit(c >> 12);
  textHexDigit((c >> 8) & 15);
  textHexDigit((c >> 4) & 15);
  textHexDigit(c & 15);
}

/** A string in quotes. */
export function textJsonString(s: u64): void {
  let p = textOf(s);
  const end = p + bytesOf(s);
  let plain = p;
  textByte(34);
  while (p < end) {
    const c = <u32>load<u8>(p);
    const width = widthOf(c);
    const isSeparator = c == 0xe2 && (codePointAt(p) & ~1) == 0x2028;
    if (c >= 32 && c != 34 && c != 92 && c != 60 && c != 62 && c != 38 && !isSeparator) {
      p += width;
      continue;
    }
    textBytes(plain, p - plain);
    if (isSeparator) {
      textUnicodeEscape(codePointAt(p));
    } else {
      const short: u32 = c == 34 || c == 92 ? c : c == 10 ? 110 : c == 13 ? 114 : c == 9 ? 116 : c == 8 ? 98 : c == 12 ? 102 : 0;
      if (short) {
        textByte(92);
        textByte(short);
      } else {
        textUnicodeEscape(c);
      }
    }
    p += width;
    plain = p;
  }
  textBytes(plain, p - plain);
  textByte(34);
}

/** A key that is no string becomes the JSON text of its value, as OPA has it. Writes the key's characters as a string value. */
function keyText(key: u64): u64 {
  if (isString(key)) return key;
  textBegin(16);
  textJson(key);
  return textEnd();
}

/** Whether all keys inside are strings: then they are in order already and need no text of their own. */
function hasTextKeys(object: u64): bool {
  const count = iterate_count(object);
  const entries = entriesOf(object);
  // Strings follow the other scalars in the order and precede composites.
  return count == 0 || (isString(load<u64>(entries)) && isString(load<u64>(entries + ((count - 1) << 4))));
}

/** An object with texts for keys instead of others. Before a text is begun, since it writes texts itself. */
export function withTextKeys(v: u64): u64 {
  if (!needsTextKeys(v)) return v;
  enter();
  const count = iterate_count(v);
  spend(count);
  let result: u64;
  if (isObject(v)) {
    result = object_new(count);
    for (let i: u32 = 0; i < count; i++) {
      const entry = entriesOf(v) + (i << 4);
      object_put(result, keyText(withTextKeys(load<u64>(entry))), withTextKeys(load<u64>(entry, 8)));
    }
  } else {
    const builder = array_builder(count);
    const from = isArray(v) ? <u32>v + 8 : entriesOf(v);
    for (let i: u32 = 0; i < count; i++) array_append(builder, withTextKeys(load<u64>(from + (i << 3))));
    result = array_finish(builder);
  }
  leave();
  return result;
}

function needsTextKeys(v: u64): bool {
  if (v < UNDEFINED || isString(v) || v < FALSE || v == FALSE || v == TRUE) return false;
  enter();
  const count = iterate_count(v);
  spend(count);
  let needs = isObject(v) && !hasTextKeys(v);
  if (isObject(v)) {
    for (let i: u32 = 0; i < count && !needs; i++) needs = needsTextKeys(load<u64>(entriesOf(v) + (i << 4), 8));
  } else {
    const from = isArray(v) ? <u32>v + 8 : entriesOf(v);
    for (let i: u32 = 0; i < count && !needs; i++) needs = needsTextKeys(load<u64>(from + (i << 3)));
  }
  leave();
  return needs;
}

/** A value all of whose keys are strings. */
export function textJson(v: u64): void {
  if (isNumber(v)) {
    textNumber(v);
  } else if (isString(v)) {
    textJsonString(v);
  } else if (v == NULL) {
    textLiteral("null");
  } else if (v == TRUE) {
    textLiteral("true");
  } else if (v == FALSE) {
    textLiteral("false");
  } else {
    const count = iterate_count(v);
    spend(count);
    enter();
    if (isObject(v)) {
      textByte(123);
      for (let i: u32 = 0; i < count; i++) {
        const entry = entriesOf(v) + (i << 4);
        if (i) textByte(44);
        textJsonString(load<u64>(entry));
        textByte(58);
        textJson(load<u64>(entry, 8));
      }
      textByte(125);
    } else {
      const from = isArray(v) ? <u32>v + 8 : entriesOf(v);
      textByte(91);
      for (let i: u32 = 0; i < count; i++) {
        if (i) textByte(44);
        textJson(load<u64>(from + (i << 3)));
      }
      textByte(93);
    }
    leave();
  }
}

// Reading. The place is a global; a failure is undefined all the way out.

let at: u32 = 0;
let end: u32 = 0;

function skipSpace(): void {
  while (at < end) {
    const c = <u32>load<u8>(at);
    if (c != 32 && c != 10 && c != 13 && c != 9) return;
    at++;
  }
}

// @ts-ignore: decorator
@inline
function peek(): u32 {
  return at < end ? <u32>load<u8>(at) : 0;
}

function hexDigits(p: u32): i32 {
  let c = 0;
  if (p + 4 > end) return -1;
  for (let i: u32 = 0; i < 4; i++) {
    const byte = <u32>load<u8>(p + i);
    const digit = byte - 48 < 10 ? byte - 48 : (byte | 32) - 97 < 6 ? (byte | 32) - 87 : 16;
    if (digit == 16) return -1;
    c = (c << 4) | digit;
  }
  return c;
}

/** From behind the opening quote to behind the closing one. */
function readString(): u64 {
  const start = at;
  while (at < end) {
    const c = <u32>load<u8>(at);
    if (c == 34) {
      const bytes = at - start;
      const s = stringNew(bytes);
      memory.copy(textOf(s), start, bytes);
      at++;
      return s;
    }
    if (c < 32) return UNDEFINED;
    if (c == 92) break;
    at++;
  }
  textBegin(at - start + 32);
  textBytes(start, at - start);
  while (at < end) {
    const c = <u32>load<u8>(at++);
    if (c == 34) return textEnd();
    if (c < 32) return UNDEFINED;
    if (c != 92) {
      textByte(c);
      continue;
    }
    if (at == end) return UNDEFINED;
    const escape = <u32>load<u8>(at++);
    switch (escape) {
      case 34:
      case 92:
      case 47:
        textByte(escape);
        break;
      case 98:
        textByte(8);
        break;
      case 102:
        textByte(12);
        break;
      case 110:
        textByte(10);
        break;
      case 114:
        textByte(13);
        break;
      case 116:
        textByte(9);
        break;
      case 117: {
        let c = hexDigits(at);
        if (c < 0) return UNDEFINED;
        at += 4;
        if ((c & 0xfc00) == 0xd800 && at + 6 <= end && load<u8>(at) == 92 && load<u8>(at + 1) == 117) {
          const low = hexDigits(at + 2);
          if (low >= 0 && (low & 0xfc00) == 0xdc00) {
            c = 0x10000 + ((c & 0x3ff) << 10) + (low & 0x3ff);
            at += 6;
          }
        }
        // A lone surrogate becomes U+FFFD, as in Go.
        textCodePoint(c);
        break;
      }
      default:
        return UNDEFINED;
    }
  }
  return UNDEFINED;
}

/** Whether the source goes on with `word`; reads it if so. */
function readWord(word: string): bool {
  const from = changetype<usize>(word);
  const units = load<u32>(from - 4) >> 1;
  if (at + units > end) return false;
  for (let i: u32 = 0; i < units; i++) if (<u32>load<u8>(at + i) != <u32>load<u16>(from + (i << 1))) return false;
  at += units;
  return true;
}

function readArray(): u64 {
  const builder = array_builder(0);
  skipSpace();
  if (peek() == 93) {
    at++;
    return array_finish(builder);
  }
  while (true) {
    const v = readValue();
    if (v == UNDEFINED) return UNDEFINED;
    array_append(builder, v);
    skipSpace();
    const c = peek();
    at++;
    if (c == 93) return array_finish(builder);
    if (c != 44) return UNDEFINED;
  }
}

function readObject(): u64 {
  const object = object_new(0);
  skipSpace();
  if (peek() == 125) {
    at++;
    return object;
  }
  while (true) {
    skipSpace();
    if (peek() != 34) return UNDEFINED;
    at++;
    const key = readString();
    if (key == UNDEFINED) return UNDEFINED;
    skipSpace();
    if (peek() != 58) return UNDEFINED;
    at++;
    const v = readValue();
    if (v == UNDEFINED) return UNDEFINED;
    // Of equal keys the last counts, as in Go.
    object_put(object, key, v);
    skipSpace();
    const c = peek();
    at++;
    if (c == 125) return object;
    if (c != 44) return UNDEFINED;
  }
}

function readValue(): u64 {
  spend(1);
  skipSpace();
  const c = peek();
  if (c == 34) {
    at++;
    return readString();
  }
  if (c == 123 || c == 91) {
    at++;
    enter();
    const v = c == 91 ? readArray() : readObject();
    leave();
    return v;
  }
  if (c == 116) return readWord("true") ? TRUE : UNDEFINED;
  if (c == 102) return readWord("false") ? FALSE : UNDEFINED;
  if (c == 110) return readWord("null") ? NULL : UNDEFINED;
  const v = parseNumber(at, end);
  if (v != UNDEFINED) at = numberEnd();
  return v;
}

/** The value of a JSON text, or undefined when it is none. */
export function parseJson(s: u64): u64 {
  spendBytes(bytesOf(s));
  at = textOf(s);
  end = at + bytesOf(s);
  const v = readValue();
  skipSpace();
  return at == end ? v : UNDEFINED;
}
