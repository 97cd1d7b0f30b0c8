// glob.match: a pattern becomes a program of states, all of which are followed at once, so the work is bounded by pattern × text.
// *, ** and ? as in gobwas/glob: * and ? do not match delimiters; [abc], [a-c], [!...]; {one,two} nests; \ takes the meaning of what follows.

import { elementOf } from "../collection";
import { allocMany, builtin_failed, spend, spendBytes } from "../host";
import { bytesOf, textOf } from "../string";
import { textBegin, textByte, textEnd } from "../text";
import { codePointAt, widthOf } from "../utf8";
import { FALSE, NULL, TRUE, countOf, isArray, isString } from "../value";

const COMMA: u32 = 44;
const DASH: u32 = 45;
const BACKSLASH: u32 = 92;
const RANGE_OPEN: u32 = 91;
const RANGE_CLOSE: u32 = 93;
const GROUP_OPEN: u32 = 123;
const GROUP_CLOSE: u32 = 125;
const STAR: u32 = 42;
const QUESTION: u32 = 63;
const BANG: u32 = 33;

// An instruction: u32 operation, u32 a, u32 b, u32 c.
const MATCH: u32 = 0;
/** The code point a. */
const ONE: u32 = 1;
/** Any code point that is no delimiter. */
const SINGLE: u32 = 2;
/** Any run of such. */
const RUN: u32 = 3;
/** Any run. */
const SUPER: u32 = 4;
/** From a to b; c: negated. */
const RANGE: u32 = 5;
/** In the text [a, b), where a backslash takes the meaning of what follows; c: negated. */
const SET: u32 = 6;
/** Go on at a and at b. */
const SPLIT: u32 = 7;
const JUMP: u32 = 8;

const NOTHING: u32 = 0xffffffff;

let program: u32 = 0;
let length: u32 = 0;
let at: u32 = 0;
let end: u32 = 0;

function emit(operation: u32, a: u32, b: u32, c: u32): u32 {
  const place = program + (length << 4);
  store<u32>(place, operation);
  store<u32>(place, a, 4);
  store<u32>(place, b, 8);
  store<u32>(place, c, 12);
  return length++;
}

// @ts-ignore: decorator
@inline
function operand(index: u32, n: u32): u32 {
  return load<u32>(program + (index << 4) + (n << 2));
}

// @ts-ignore: decorator
@inline
function setOperand(index: u32, n: u32, value: u32): void {
  store<u32>(program + (index << 4) + (n << 2), value);
}

/** The next code point; NOTHING at the end. */
function read(): u32 {
  if (at >= end) return NOTHING;
  const c = codePointAt(at);
  at += widthOf(<u32>load<u8>(at));
  return c;
}

// @ts-ignore: decorator
@inline
function peekByte(): u32 {
  return at < end ? <u32>load<u8>(at) : 0;
}

/** Behind a [; false when it is malformed. */
function parseClass(): bool {
  let negated: u32 = 0;
  if (peekByte() == BANG) {
    negated = 1;
    at++;
  }
  const start = at;
  const low = read();
  if (low == NOTHING) return false;
  if (peekByte() == DASH) {
    at++;
    const high = read();
    if (high == NOTHING || high < low || peekByte() != RANGE_CLOSE) return false;
    at++;
    emit(RANGE, low, high, negated);
    return true;
  }
  at = start;
  while (at < end && load<u8>(at) != RANGE_CLOSE) {
    if (load<u8>(at) == BACKSLASH) at++;
    if (read() == NOTHING) return false;
  }
  if (at >= end || at == start) return false;
  emit(SET, start, at, negated);
  at++;
  return true;
}

// Groups that are open: u32 the split before the alternative that is being read, u32 the last of its jumps to the group's end (chained by a).

function parse(groups: u32): bool {
  let open: u32 = 0;
  while (at < end) {
    const c = read();
    if (c == STAR) {
      if (peekByte() == STAR) {
        at++;
        emit(SUPER, 0, 0, 0);
      } else {
        emit(RUN, 0, 0, 0);
      }
    } else if (c == QUESTION) {
      emit(SINGLE, 0, 0, 0);
    } else if (c == RANGE_OPEN) {
      if (!parseClass()) return false;
    } else if (c == GROUP_OPEN) {
      store<u32>(groups + (open << 3), emit(SPLIT, length + 1, 0, 0));
      store<u32>(groups + (open << 3), NOTHING, 4);
      open++;
    } else if (c == COMMA && open) {
      const group = groups + ((open - 1) << 3);
      store<u32>(group, emit(JUMP, load<u32>(group, 4), 0, 0), 4);
      setOperand(load<u32>(group), 2, length);
      store<u32>(group, emit(SPLIT, length + 1, 0, 0));
    } else if (c == GROUP_CLOSE && open) {
      const group = groups + (--open << 3);
      // The last alternative has no other beside it.
      const split = load<u32>(group);
      setOperand(split, 2, operand(split, 1));
      for (let jump = load<u32>(group, 4); jump != NOTHING; ) {
        const next = operand(jump, 1);
        setOperand(jump, 1, length);
        jump = next;
      }
    } else if (c == BACKSLASH) {
      const literal = read();
      if (literal == NOTHING) return false;
      emit(ONE, literal, 0, 0);
    } else {
      emit(ONE, c, 0, 0);
    }
  }
  emit(MATCH, 0, 0, 0);
  return open == 0;
}

let delimiters: u32 = 0;
let delimiterCount: u32 = 0;

function isDelimiter(c: u32): bool {
  for (let i: u32 = 0; i < delimiterCount; i++) if (load<u32>(delimiters + (i << 2)) == c) return true;
  return false;
}

function inSet(c: u32, from: u32, to: u32): bool {
  while (from < to) {
    if (load<u8>(from) == BACKSLASH) from++;
    if (codePointAt(from) == c) return true;
    from += widthOf(<u32>load<u8>(from));
  }
  return false;
}

function accepts(index: u32, c: u32): bool {
  switch (operand(index, 0)) {
    case ONE:
      return operand(index, 1) == c;
    case SINGLE:
    case RUN:
      return !isDelimiter(c);
    case SUPER:
      return true;
    case RANGE:
      return (c >= operand(index, 1) && c <= operand(index, 2)) == (operand(index, 3) == 0);
    case SET:
      return inSet(c, operand(index, 1), operand(index, 2)) == (operand(index, 3) == 0);
    default:
      return false;
  }
}

// States that are followed: u32 count, then their numbers. `marks` tells for each when it was added last.
let marks: u32 = 0;
let pending: u32 = 0;

/** Adds a state and all that are reached from it without reading. */
function follow(states: u32, first: u32, step: u32): void {
  let count: u32 = 1;
  store<u32>(pending, first);
  while (count > 0) {
    const index = load<u32>(pending + (--count << 2));
    if (load<u32>(marks + (index << 2)) == step) continue;
    store<u32>(marks + (index << 2), step);
    const operation = operand(index, 0);
    if (operation == SPLIT || operation == JUMP) {
      store<u32>(pending + (count++ << 2), operand(index, 1));
      if (operation == SPLIT) store<u32>(pending + (count++ << 2), operand(index, 2));
      continue;
    }
    const size = load<u32>(states);
    store<u32>(states + (size << 2), index, 4);
    store<u32>(states, size + 1);
    if (operation == RUN || operation == SUPER) store<u32>(pending + (count++ << 2), index + 1);
  }
}

function matches(s: u64): bool {
  marks = allocMany(length, 2, 0);
  memory.fill(marks, 0, length << 2);
  // Each state is taken at most once a step and puts at most two in its place.
  pending = allocMany(length, 3, 8);
  let current = allocMany(length, 2, 4);
  let next = allocMany(length, 2, 4);
  let step: u32 = 1;
  store<u32>(current, 0);
  follow(current, 0, step);
  const stop = textOf(s) + bytesOf(s);
  for (let p = textOf(s); p < stop; p += widthOf(<u32>load<u8>(p))) {
    const count = load<u32>(current);
    spend(count + 1);
    if (!count) return false;
    const c = codePointAt(p);
    step++;
    store<u32>(next, 0);
    for (let i: u32 = 0; i < count; i++) {
      const index = load<u32>(current + (i << 2), 4);
      if (!accepts(index, c)) continue;
      const operation = operand(index, 0);
      follow(next, operation == RUN || operation == SUPER ? index : index + 1, step);
    }
    const swap = current;
    current = next;
    next = swap;
  }
  return load<u32>(marks + ((length - 1) << 2)) == step;
}

/** One code point each; false when something else is among them. */
function readDelimiters(given: u64): bool {
  delimiterCount = 0;
  if (given == NULL) return true;
  if (!isArray(given)) return false;
  const count = countOf(given);
  spend(count);
  delimiters = allocMany(max<u32>(count, 1), 2, 0);
  for (let i: u32 = 0; i < count; i++) {
    const s = elementOf(given, i);
    if (!isString(s) || bytesOf(s) == 0 || widthOf(<u32>load<u8>(textOf(s))) != bytesOf(s)) return false;
    store<u32>(delimiters + (i << 2), codePointAt(textOf(s)));
  }
  delimiterCount = count;
  if (!count) {
    store<u32>(delimiters, 46);
    delimiterCount = 1;
  }
  return true;
}

export function b_glob_match(pattern: u64, given: u64, s: u64): u64 {
  if (!isString(pattern) || !readDelimiters(given) || !isString(s)) return builtin_failed();
  const bytes = bytesOf(pattern);
  spend(bytes);
  // A byte makes two instructions at most (a comma), and one ends them.
  program = allocMany(bytes, 5, 16);
  length = 0;
  at = textOf(pattern);
  end = at + bytes;
  if (!parse(allocMany(bytes, 3, 0))) return builtin_failed();
  return matches(s) ? TRUE : FALSE;
}

function isMeta(c: u32): bool {
  return c == STAR || c == QUESTION || c == BACKSLASH || c == RANGE_OPEN || c == RANGE_CLOSE || c == GROUP_OPEN || c == GROUP_CLOSE;
}

export function b_glob_quote_meta(s: u64): u64 {
  if (!isString(s)) return builtin_failed();
  const bytes = bytesOf(s);
  spendBytes(bytes);
  textBegin(bytes);
  for (let i: u32 = 0; i < bytes; i++) {
    const c = <u32>load<u8>(textOf(s) + i);
    if (isMeta(c)) textByte(BACKSLASH);
    textByte(c);
  }
  return textEnd();
}
