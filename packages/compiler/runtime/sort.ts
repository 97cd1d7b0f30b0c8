// Sorting of entries: a stable merge sort in scratch memory. The entries themselves are written once, at the end and whole, so a fault on the way
// (fuel, depth, memory) leaves the composite as it was: base documents and constants outlive the evaluation.

import { value_compare } from "./compare";
import { allocMany, heap, isPersistent, release, resumeFuel, spend, suspendFuel } from "./host";

export const SORTED: u32 = 1;
const FLAGS: usize = 4;
const ENTRIES: usize = 8;
const INDEX: usize = 12;
const RUN: u32 = 8;

/** n log2 n */
export function sortCost(n: u32): i32 {
  const cost = <u64>n * <u64>(32 - clz<u32>(n));
  return cost > <u64>i32.MAX_VALUE ? -1 : <i32>cost;
}

// @ts-ignore: decorator
@inline
function copyEntry(to: u32, from: u32, shift: u32): void {
  store<u64>(to, load<u64>(from));
  if (shift == 4) store<u64>(to, load<u64>(from, 8), 8);
}

function insertionSort(start: u32, end: u32, shift: u32): void {
  const size: u32 = 1 << shift;
  for (let i = start + size; i < end; i += size) {
    const key = load<u64>(i);
    const value = shift == 4 ? load<u64>(i, 8) : 0;
    let j = i;
    while (j > start && value_compare(load<u64>(j - size), key) > 0) {
      copyEntry(j, j - size, shift);
      j -= size;
    }
    store<u64>(j, key);
    if (shift == 4) store<u64>(j, value, 8);
  }
}

function merge(from: u32, middle: u32, end: u32, to: u32, shift: u32): void {
  const size: u32 = 1 << shift;
  let left = from;
  let right = middle;
  while (left < middle && right < end) {
    if (value_compare(load<u64>(left), load<u64>(right)) <= 0) {
      copyEntry(to, left, shift);
      left += size;
    } else {
      copyEntry(to, right, shift);
      right += size;
    }
    to += size;
  }
  memory.copy(to, left, middle - left);
  memory.copy(to + (middle - left), right, end - right);
}

function isAscending(start: u32, end: u32, shift: u32): bool {
  const size: u32 = 1 << shift;
  for (let i = start + size; i < end; i += size) {
    if (value_compare(load<u64>(i - size), load<u64>(i)) > 0) return false;
  }
  return true;
}

/** Sorts `count` entries of `1 << shift` bytes by their first value. Spends nothing itself; comparisons spend for long values. */
export function sortRange(entries: u32, count: u32, shift: u32): void {
  const bytes = count << shift;
  if (isAscending(entries, entries + bytes, shift)) return;
  const mark = heap;
  let from = allocMany(count, shift, 0);
  memory.copy(from, entries, bytes);
  const run = RUN << shift;
  for (let i: u32 = 0; i < bytes; i += run) insertionSort(from + i, from + min(i + run, bytes), shift);
  if (bytes > run) {
    let to = allocMany(count, shift, 0);
    for (let width = run; width < bytes; width <<= 1) {
      for (let i: u32 = 0; i < bytes; i += width << 1) {
        merge(from + i, from + min(i + width, bytes), from + min(i + (width << 1), bytes), to + i, shift);
      }
      const swap = from;
      from = to;
      to = swap;
    }
  }
  memory.copy(entries, from, bytes);
  release(mark);
}

function sortNow(head: u32, count: u32, shift: u32): void {
  if (isPersistent(head)) {
    const before = suspendFuel();
    sortRange(load<u32>(head, ENTRIES), count, shift);
    resumeFuel(before);
  } else {
    spend(sortCost(count));
    sortRange(load<u32>(head, ENTRIES), count, shift);
  }
  // Positions changed.
  store<u32>(head, 0, INDEX);
}

/** Brings an object's (`shift` 4) or a set's (`shift` 3) entries into ascending order. */
export function sortEntries(head: u32, shift: u32): void {
  const flags = load<u32>(head, FLAGS);
  if (flags & SORTED) return;
  const count = load<u32>(head);
  if (count > 1) sortNow(head, count, shift);
  store<u32>(head, flags | SORTED, FLAGS);
}
