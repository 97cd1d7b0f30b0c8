// Strings: searching, cutting, joining, replacing. Indexes and lengths are in code points.

import { array_append, array_builder, array_finish, array_new, entriesOf, iterate_count } from "../collection";
import { builtin_failed, spend, spendBytes } from "../host";
import { NO_INTEGER, integerOf } from "../number";
import { countText, endsWith, findText, startsWith } from "../search";
import { bytesOf, stringFrom, stringNew, textOf } from "../string";
import { textBegin, textBytes, textEnd, textString } from "../text";
import { codePointsIn, skipCodePoints, widthOf } from "../utf8";
import { countOf, fromBool, fromCount, fromInt, isArray, isObject, isSet, isString } from "../value";

// @ts-ignore: decorator
@inline
function endOf(s: u64): u32 {
  return textOf(s) + bytesOf(s);
}

export function b_contains(s: u64, part: u64): u64 {
  if (!isString(s) || !isString(part)) return builtin_failed();
  const bytes = bytesOf(part);
  spendBytes(bytesOf(s));
  return fromBool(bytes == 0 || findText(textOf(s), endOf(s), textOf(part), bytes) != 0);
}

export function b_startswith(s: u64, prefix: u64): u64 {
  if (!isString(s) || !isString(prefix)) return builtin_failed();
  return fromBool(startsWith(textOf(s), bytesOf(s), textOf(prefix), bytesOf(prefix)));
}

export function b_endswith(s: u64, suffix: u64): u64 {
  if (!isString(s) || !isString(suffix)) return builtin_failed();
  return fromBool(endsWith(textOf(s), bytesOf(s), textOf(suffix), bytesOf(suffix)));
}

export function b_indexof(s: u64, part: u64): u64 {
  if (!isString(s) || !isString(part) || !bytesOf(part)) return builtin_failed();
  spendBytes(bytesOf(s));
  const found = findText(textOf(s), endOf(s), textOf(part), bytesOf(part));
  return found ? fromCount(codePointsIn(textOf(s), found - textOf(s))) : fromInt(-1);
}

export function b_indexof_n(s: u64, part: u64): u64 {
  if (!isString(s) || !isString(part) || !bytesOf(part)) return builtin_failed();
  spendBytes(bytesOf(s));
  const found = array_builder(0);
  let p = textOf(s);
  let index: u32 = 0;
  while (true) {
    const next = findText(p, endOf(s), textOf(part), bytesOf(part));
    if (!next) return array_finish(found);
    spend(1);
    index += codePointsIn(p, next - p);
    array_append(found, fromCount(index));
    // Occurrences may overlap.
    p = next + widthOf(<u32>load<u8>(next));
    index++;
  }
}

export function b_strings_count(s: u64, part: u64): u64 {
  if (!isString(s) || !isString(part)) return builtin_failed();
  const bytes = bytesOf(part);
  spendBytes(bytesOf(s));
  if (!bytes) return fromCount(codePointsIn(textOf(s), bytesOf(s)) + 1);
  return fromCount(countText(textOf(s), endOf(s), textOf(part), bytes));
}

export function b_substring(s: u64, start: u64, length: u64): u64 {
  const from = integerOf(start);
  const count = integerOf(length);
  if (!isString(s) || from == NO_INTEGER || count == NO_INTEGER || from < 0) return builtin_failed();
  const bytes = bytesOf(s);
  spendBytes(bytes);
  const end = endOf(s);
  const begin = skipCodePoints(textOf(s), end, <u32>min<i64>(from, <i64>bytes));
  const stop = count < 0 ? end : skipCodePoints(begin, end, <u32>min<i64>(count, <i64>bytes));
  return begin == textOf(s) && stop == end ? s : stringFrom(begin, stop - begin);
}

/** Parts of a text between occurrences of a separator; an empty separator parts code points. */
export function splitText(s: u64, separator: u64): u64 {
  const bytes = bytesOf(separator);
  const end = endOf(s);
  spendBytes(bytesOf(s));
  let p = textOf(s);
  const parts = array_builder(0);
  if (!bytes) {
    while (p < end) {
      const width = widthOf(<u32>load<u8>(p));
      spend(1);
      array_append(parts, stringFrom(p, width));
      p += width;
    }
    return array_finish(parts);
  }
  while (true) {
    const next = findText(p, end, textOf(separator), bytes);
    spend(1);
    if (!next) break;
    array_append(parts, stringFrom(p, next - p));
    p = next + bytes;
  }
  array_append(parts, p == textOf(s) ? s : stringFrom(p, end - p));
  return array_finish(parts);
}

export function b_split(s: u64, separator: u64): u64 {
  return isString(s) && isString(separator) ? splitText(s, separator) : builtin_failed();
}

/** The first n parts, or the last -n. */
export function b_strings_split_n(s: u64, separator: u64, limit: u64): u64 {
  const n = integerOf(limit);
  if (!isString(s) || !isString(separator) || n == NO_INTEGER) return builtin_failed();
  const parts = splitText(s, separator);
  const count = <i64>countOf(parts);
  if (n >= count || -n >= count) return parts;
  const keep = <u32>abs(n);
  const from = n < 0 ? <u32>(count + n) : 0;
  const result = array_new(keep);
  memory.copy(<u32>result + 8, <u32>parts + 8 + (from << 3), keep << 3);
  return result;
}

/** First of the elements of an array or set, 8 bytes apart, when all are strings; 0 otherwise. Sets come in order. */
function stringsOf(list: u64): u32 {
  if (!isArray(list) && !isSet(list)) return 0;
  const count = iterate_count(list);
  spend(count);
  const from = isArray(list) ? <u32>list + 8 : entriesOf(list);
  for (let i: u32 = 0; i < count; i++) if (!isString(load<u64>(from + (i << 3)))) return 0;
  // An empty set has no entries, but it is a list of strings.
  return from ? from : 1;
}

export function b_concat(separator: u64, list: u64): u64 {
  const from = stringsOf(list);
  if (!isString(separator) || !from) return builtin_failed();
  const count = countOf(list);
  if (!count) return stringNew(0);
  if (count == 1) return load<u64>(from);
  let bytes = <u64>bytesOf(separator) * <u64>(count - 1);
  for (let i: u32 = 0; i < count; i++) bytes += <u64>bytesOf(load<u64>(from + (i << 3)));
  // Charged before the room is taken.
  spend(bytes > 0x40000000 ? -1 : <i32>(bytes >> 3));
  textBegin(<u32>bytes);
  for (let i: u32 = 0; i < count; i++) {
    if (i) textString(separator);
    textString(load<u64>(from + (i << 3)));
  }
  return textEnd();
}

export function b_replace(s: u64, old: u64, fresh: u64): u64 {
  if (!isString(s) || !isString(old) || !isString(fresh)) return builtin_failed();
  const bytes = bytesOf(old);
  spendBytes(bytesOf(s));
  const end = endOf(s);
  let p = textOf(s);
  if (bytes && !findText(p, end, textOf(old), bytes)) return s;
  textBegin(bytesOf(s));
  if (!bytes) {
    // Before each code point and at the end.
    while (p < end) {
      textString(fresh);
      const width = widthOf(<u32>load<u8>(p));
      textBytes(p, width);
      p += width;
    }
    textString(fresh);
    return textEnd();
  }
  while (true) {
    const next = findText(p, end, textOf(old), bytes);
    if (!next) break;
    textBytes(p, next - p);
    textString(fresh);
    p = next + bytes;
  }
  textBytes(p, end - p);
  return textEnd();
}

/** At each place the first key (in order) that occurs there is replaced; an empty key occurs everywhere, but not twice in a row. */
export function b_strings_replace_n(patterns: u64, s: u64): u64 {
  if (!isObject(patterns) || !isString(s)) return builtin_failed();
  const count = iterate_count(patterns);
  spend(count);
  const entries = entriesOf(patterns);
  for (let i: u32 = 0; i < count; i++) {
    if (!isString(load<u64>(entries + (i << 4))) || !isString(load<u64>(entries + (i << 4), 8))) return builtin_failed();
  }
  const end = endOf(s);
  let p = textOf(s);
  let afterEmpty = false;
  textBegin(bytesOf(s));
  while (true) {
    spend(count);
    let matched = false;
    for (let i: u32 = 0; i < count; i++) {
      const key = load<u64>(entries + (i << 4));
      const bytes = bytesOf(key);
      if (bytes == 0 ? afterEmpty : !startsWith(p, end - p, textOf(key), bytes)) continue;
      textString(load<u64>(entries + (i << 4), 8));
      p += bytes;
      afterEmpty = bytes == 0;
      matched = true;
      break;
    }
    if (matched) continue;
    afterEmpty = false;
    if (p == end) return textEnd();
    const width = widthOf(<u32>load<u8>(p));
    textBytes(p, width);
    p += width;
  }
}

export function b_strings_reverse(s: u64): u64 {
  if (!isString(s)) return builtin_failed();
  const bytes = bytesOf(s);
  spendBytes(bytes);
  const result = stringNew(bytes);
  const end = endOf(s);
  let to = endOf(result);
  for (let p = textOf(s); p < end; ) {
    const width = widthOf(<u32>load<u8>(p));
    to -= width;
    for (let i: u32 = 0; i < width; i++) store<u8>(to + i, load<u8>(p + i));
    p += width;
  }
  return result;
}

function anyAffix(searched: u64, affixes: u64, suffix: bool): u64 {
  const from = isString(searched) ? 0 : stringsOf(searched);
  const others = isString(affixes) ? 0 : stringsOf(affixes);
  if ((!isString(searched) && !from) || (!isString(affixes) && !others)) return builtin_failed();
  const n = from ? countOf(searched) : 1;
  const m = others ? countOf(affixes) : 1;
  for (let i: u32 = 0; i < n; i++) {
    const s = from ? load<u64>(from + (i << 3)) : searched;
    spend(m);
    for (let j: u32 = 0; j < m; j++) {
      const t = others ? load<u64>(others + (j << 3)) : affixes;
      if (suffix ? endsWith(textOf(s), bytesOf(s), textOf(t), bytesOf(t)) : startsWith(textOf(s), bytesOf(s), textOf(t), bytesOf(t))) {
        return fromBool(true);
      }
    }
  }
  return fromBool(false);
}

export function b_strings_any_prefix_match(searched: u64, prefixes: u64): u64 {
  return anyAffix(searched, prefixes, false);
}

export function b_strings_any_suffix_match(searched: u64, suffixes: u64): u64 {
  return anyAffix(searched, suffixes, true);
}
