// Set operators and the built-ins on sets of sets. Operands in sorted order are merged, so results are sorted without further work.

import { value_compare } from "../compare";
import { appendSorted, entriesOf, iterate_count, set_new } from "../collection";
import { builtin_failed, spend } from "../host";
import { countOf, isSet } from "../value";

const ONLY_LEFT: i32 = 1;
const BOTH: i32 = 2;
const ONLY_RIGHT: i32 = 4;

/** The elements that are in the parts named by `keep`. */
function mergeSets(a: u64, b: u64, keep: i32): u64 {
  const n = iterate_count(a);
  const m = iterate_count(b);
  spend(n + m);
  const result = set_new(0);
  const left = entriesOf(a);
  const right = entriesOf(b);
  let i: u32 = 0;
  let j: u32 = 0;
  while (i < n || j < m) {
    if (j == m && !(keep & ONLY_LEFT)) break;
    if (i == n && !(keep & ONLY_RIGHT)) break;
    const order = i == n ? 1 : j == m ? -1 : value_compare(load<u64>(left + (i << 3)), load<u64>(right + (j << 3)));
    if (order <= 0) {
      const v = load<u64>(left + (i << 3));
      if (keep & (order == 0 ? BOTH : ONLY_LEFT)) appendSorted(result, v, 0);
      i++;
      if (order == 0) j++;
    } else {
      if (keep & ONLY_RIGHT) appendSorted(result, load<u64>(right + (j << 3)), 0);
      j++;
    }
  }
  return result;
}

export function setMinus(a: u64, b: u64): u64 {
  return mergeSets(a, b, ONLY_LEFT);
}

export function setUnion(a: u64, b: u64): u64 {
  if (!countOf(a)) return b;
  if (!countOf(b)) return a;
  return mergeSets(a, b, ONLY_LEFT | BOTH | ONLY_RIGHT);
}

export function b_and(a: u64, b: u64): u64 {
  return isSet(a) && isSet(b) ? mergeSets(a, b, BOTH) : builtin_failed();
}

export function b_or(a: u64, b: u64): u64 {
  return isSet(a) && isSet(b) ? setUnion(a, b) : builtin_failed();
}

export function b_set_diff(a: u64, b: u64): u64 {
  return isSet(a) && isSet(b) ? setMinus(a, b) : builtin_failed();
}

/** Folds sets pairwise in halves, so that a union of n sets costs n log n. */
function unionOf(entries: u32, count: u32): u64 {
  if (count == 1) return load<u64>(entries);
  const half = count >>> 1;
  return setUnion(unionOf(entries, half), unionOf(entries + (half << 3), count - half));
}

function areSets(entries: u32, count: u32): bool {
  spend(count);
  for (let i: u32 = 0; i < count; i++) if (!isSet(load<u64>(entries + (i << 3)))) return false;
  return true;
}

export function b_union(sets: u64): u64 {
  if (!isSet(sets)) return builtin_failed();
  const count = countOf(sets);
  if (!count) return sets;
  if (!areSets(entriesOf(sets), count)) return builtin_failed();
  return unionOf(entriesOf(sets), count);
}

export function b_intersection(sets: u64): u64 {
  if (!isSet(sets)) return builtin_failed();
  const count = countOf(sets);
  if (!count) return sets;
  const entries = entriesOf(sets);
  if (!areSets(entries, count)) return builtin_failed();
  let result = load<u64>(entries);
  for (let i: u32 = 1; i < count; i++) result = mergeSets(result, load<u64>(entries + (i << 3)), BOTH);
  return result;
}
