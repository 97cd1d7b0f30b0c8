// Operations on the bits of integers of any size; negative ones are in two's complement with endless ones.

import { bigFromWords, divideSmall, increment, limbsOf, multiplyBy, scaleUp, settleBig, signOf, toWhole } from "../decimal";
import { NUMBER_LIMIT, alloc, builtin_failed, fault, heap, spend } from "../host";
import { NO_INTEGER, fromInteger, integerOf, isInteger, isNegative, number_negate, number_subtract } from "../number";
import { fromInt, isNumber } from "../value";

const AND: i32 = 0;
const OR: i32 = 1;
const XOR: i32 = 2;

function isWholeNumber(v: u64): bool {
  return isNumber(v) && isInteger(v);
}

let wordCount: u32 = 0;

/** Words of 32 bits of an integer's two's complement, lowest first; their number is in `wordCount`. */
function toWords(v: u64): u32 {
  const negative = isNegative(v);
  // -x has the bits of x - 1, inverted.
  const magnitude = toWhole(negative ? number_subtract(number_negate(v), fromInt(1)) : v);
  const q = scaleUp(magnitude, 0);
  // A limb has less than 30 bits.
  const words = alloc((limbsOf(q) + 1) << 2);
  const flip: u32 = negative ? 0xffffffff : 0;
  wordCount = 0;
  while (limbsOf(q)) {
    spend(limbsOf(q));
    store<u32>(words + (wordCount++ << 2), divideSmall(q, 0x100000000) ^ flip);
  }
  return words;
}

function combined(x: u32, y: u32, operation: i32): u32 {
  return operation == AND ? x & y : operation == OR ? x | y : x ^ y;
}

function bitwise(a: u64, b: u64, operation: i32): u64 {
  if (!isWholeNumber(a) || !isWholeNumber(b)) return builtin_failed();
  const x = integerOf(a);
  const y = integerOf(b);
  if (x != NO_INTEGER && y != NO_INTEGER) {
    return fromInteger(operation == AND ? x & y : operation == OR ? x | y : x ^ y);
  }
  const mark = heap;
  const left = toWords(a);
  const n = wordCount;
  const right = toWords(b);
  const m = wordCount;
  const fillLeft: u32 = isNegative(a) ? 0xffffffff : 0;
  const fillRight: u32 = isNegative(b) ? 0xffffffff : 0;
  const negative = combined(fillLeft, fillRight, operation) != 0;
  const count = max(n, m);
  const words = alloc(count << 2);
  spend(count);
  for (let i: u32 = 0; i < count; i++) {
    const word = combined(i < n ? load<u32>(left + (i << 2)) : fillLeft, i < m ? load<u32>(right + (i << 2)) : fillRight, operation);
    store<u32>(words + (i << 2), negative ? ~word : word);
  }
  const result = bigFromWords(words, count, negative ? -1 : 1);
  if (negative) increment(result);
  return settleBig(result, mark);
}

export function b_bits_and(a: u64, b: u64): u64 {
  return bitwise(a, b, AND);
}

export function b_bits_or(a: u64, b: u64): u64 {
  return bitwise(a, b, OR);
}

export function b_bits_xor(a: u64, b: u64): u64 {
  return bitwise(a, b, XOR);
}

export function b_bits_negate(a: u64): u64 {
  return isWholeNumber(a) ? number_subtract(fromInt(-1), a) : builtin_failed();
}

// 2^n beyond this has more than 4,096 digits whatever it is multiplied with.
const MAX_SHIFT: i64 = 20_000;

export function b_bits_lsh(a: u64, b: u64): u64 {
  if (!isWholeNumber(a) || !isWholeNumber(b) || isNegative(b)) return builtin_failed();
  if (a == 0) return a;
  const n = integerOf(b);
  if (n == NO_INTEGER || n > MAX_SHIFT) fault(NUMBER_LIMIT);
  const x = integerOf(a);
  if (x != NO_INTEGER && n < 62 && abs(x) < <i64>1 << (62 - n)) return fromInteger(x << n);
  const mark = heap;
  return settleBig(multiplyBy(toWhole(a), 2, <i32>n), mark);
}

export function b_bits_rsh(a: u64, b: u64): u64 {
  if (!isWholeNumber(a) || !isWholeNumber(b) || isNegative(b)) return builtin_failed();
  const n = integerOf(b);
  const x = integerOf(a);
  if (x != NO_INTEGER && n != NO_INTEGER) return fromInteger(x >> min<i64>(n, 63));
  const mark = heap;
  const q = scaleUp(toWhole(a), 0);
  let left = n == NO_INTEGER ? i64.MAX_VALUE : n;
  let tail = false;
  while (left > 0 && limbsOf(q)) {
    const step = min<i64>(left, 29);
    spend(limbsOf(q));
    if (divideSmall(q, (<u64>1) << step)) tail = true;
    left -= step;
  }
  // Towards minus infinity.
  if (!(tail && signOf(q) < 0)) return settleBig(q, mark);
  // A copy has room for a carry.
  const r = scaleUp(q, 0);
  increment(r);
  return settleBig(r, mark);
}
