// What objects and sets have in common: a head (count, flags, entries, index) and entries of `1 << shift` bytes that begin with the key.
// Up to 8 entries are searched one by one. Larger ones have a hash index (README.md) or, when sorted without one, are searched by halving.
// Tables made here are preceded by a word with their capacity, so that they can grow.

import { value_compare, value_equal } from "./compare";
import { value_hash } from "./hash";
import { alloc, allocMany, heap, isPersistent, spend } from "./host";
import { SORTED, sortEntries } from "./sort";

const FLAGS: usize = 4;
const ENTRIES: usize = 8;
const INDEX: usize = 12;
const HEAD_BYTES: u32 = 16;
const SMALL: u32 = 8;
const INDEX_HEADER: u32 = 8;

/** An empty table; `capacity` is a hint. */
export function tableNew(capacity: u32, shift: u32): u32 {
  const head = alloc(HEAD_BYTES);
  store<u64>(head, 0);
  store<u64>(head, 0, 8);
  if (capacity) reserve(head, capacity, shift);
  return head;
}

function reserve(head: u32, capacity: u32, shift: u32): void {
  const block = allocMany(capacity, shift, 8);
  store<u32>(block, capacity);
  store<u32>(head, block + 8, ENTRIES);
}

function growEntries(head: u32, count: u32, shift: u32): void {
  const old = load<u32>(head, ENTRIES);
  if (!old) {
    reserve(head, 4, shift);
    return;
  }
  const capacity = load<u32>(old - 8);
  if (count < capacity) return;
  spend(count);
  const bytes = capacity << shift;
  if (old + bytes == heap) {
    // The newest block: it grows where it stands.
    allocMany(capacity, shift, 0);
    store<u32>(old - 8, capacity << 1);
    return;
  }
  reserve(head, capacity << 1, shift);
  memory.copy(load<u32>(head, ENTRIES), old, count << shift);
}

function indexPut(index: u32, mask: u32, hash: u32, number: u32): void {
  let slot = hash & mask;
  let probes: u32 = 0;
  while (load<u32>(index + INDEX_HEADER + (slot << 3), 4)) {
    slot = (slot + 1) & mask;
    probes++;
  }
  if (probes > 8) spend(probes);
  const at = index + INDEX_HEADER + (slot << 3);
  store<u32>(at, hash);
  store<u32>(at, number, 4);
}

/** Makes an index for at least `count` entries, from the entries. */
function buildIndex(head: u32, count: u32, shift: u32): u32 {
  let slots: u32 = 32;
  while (slots - (slots >> 2) <= count) slots <<= 1;
  spend(count);
  const index = allocMany(slots, 3, INDEX_HEADER);
  memory.fill(index, 0, (slots << 3) + INDEX_HEADER);
  store<u32>(index, slots - 1);
  const entries = load<u32>(head, ENTRIES);
  const filled = load<u32>(head);
  for (let i: u32 = 0; i < filled; i++) indexPut(index, slots - 1, value_hash(load<u64>(entries + (i << shift))), i + 1);
  store<u32>(head, index, INDEX);
  return index;
}

/** Doubles an index; the hashes are in the old one. */
function doubleIndex(head: u32, old: u32): u32 {
  const oldSlots = load<u32>(old) + 1;
  spend(oldSlots);
  const slots = oldSlots << 1;
  const index = allocMany(slots, 3, INDEX_HEADER);
  memory.fill(index, 0, (slots << 3) + INDEX_HEADER);
  store<u32>(index, slots - 1);
  for (let i: u32 = 0; i < oldSlots; i++) {
    const at = old + INDEX_HEADER + (i << 3);
    const number = load<u32>(at, 4);
    if (number) indexPut(index, slots - 1, load<u32>(at), number);
  }
  store<u32>(head, index, INDEX);
  return index;
}

function findByIndex(head: u32, index: u32, key: u64, shift: u32): u32 {
  const hash = value_hash(key);
  const mask = load<u32>(index);
  const entries = load<u32>(head, ENTRIES);
  let slot = hash & mask;
  let probes: u32 = 0;
  while (true) {
    const at = index + INDEX_HEADER + (slot << 3);
    const number = load<u32>(at, 4);
    if (!number) return 0;
    if (load<u32>(at) == hash) {
      const entry = entries + ((number - 1) << shift);
      if (value_equal(load<u64>(entry), key)) return entry;
    }
    slot = (slot + 1) & mask;
    // Keys may be chosen to collide; then the search costs what it takes.
    if (++probes > 8) spend(1);
  }
}

function findByHalving(head: u32, key: u64, shift: u32): u32 {
  const entries = load<u32>(head, ENTRIES);
  let low: u32 = 0;
  let high = load<u32>(head);
  spend(<i32>(32 - clz<u32>(high)));
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = entries + (middle << shift);
    const order = value_compare(load<u64>(entry), key);
    if (order == 0) return entry;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return 0;
}

/** Address of the entry whose key equals `key`, or 0. */
export function tableFind(head: u32, key: u64, shift: u32): u32 {
  const count = load<u32>(head);
  if (count <= SMALL) {
    let entry = load<u32>(head, ENTRIES);
    const end = entry + (count << shift);
    const size: u32 = 1 << shift;
    for (; entry < end; entry += size) {
      if (value_equal(load<u64>(entry), key)) return entry;
    }
    return 0;
  }
  const index = load<u32>(head, INDEX);
  if (index) return findByIndex(head, index, key, shift);
  if (!(load<u32>(head, FLAGS) & SORTED)) {
    if (!isPersistent(head)) return findByIndex(head, buildIndex(head, count, shift), key, shift);
    sortEntries(head, shift);
  }
  return findByHalving(head, key, shift);
}

/** Marks a table as one that is built inside another: only its parent may reach in to add to it. */
export function tableSetParent(head: u32, parent: u32): void {
  store<u32>(head, (load<u32>(head, FLAGS) & SORTED) | parent, FLAGS);
}

// @ts-ignore: decorator
@inline
export function tableParent(head: u32): u32 {
  // Heads are aligned to 8, so the lower bits are free for flags.
  return load<u32>(head, FLAGS) & ~7;
}

/** Appends an entry for a key that is not there; the caller stores what follows the key. */
export function tableAppend(head: u32, key: u64, shift: u32): u32 {
  const count = load<u32>(head);
  growEntries(head, count, shift);
  const entry = load<u32>(head, ENTRIES) + (count << shift);
  store<u64>(entry, key);
  store<u32>(head, count + 1);
  store<u32>(head, load<u32>(head, FLAGS) & ~SORTED, FLAGS);
  let index = load<u32>(head, INDEX);
  if (count >= SMALL) {
    if (!index) {
      buildIndex(head, count + 1, shift);
    } else {
      const slots = load<u32>(index) + 1;
      if (slots - (slots >> 2) <= count + 1) index = doubleIndex(head, index);
      indexPut(index, load<u32>(index), value_hash(key), count + 1);
    }
  }
  return entry;
}

/** A copy that may be changed: entries copied, index dropped, order kept. */
export function tableCopy(head: u32, extra: u32, shift: u32): u32 {
  const count = load<u32>(head);
  spend(count);
  const copy = tableNew(count + extra, shift);
  if (count) memory.copy(load<u32>(copy, ENTRIES), load<u32>(head, ENTRIES), count << shift);
  store<u32>(copy, count);
  store<u32>(copy, load<u32>(head, FLAGS) & SORTED, FLAGS);
  return copy;
}

/** Sorts and indexes a persistent table for good; `alloc` must be at a place that is kept. */
export function tablePrepare(head: u32, shift: u32): void {
  sortEntries(head, shift);
  const count = load<u32>(head);
  if (count > SMALL && !load<u32>(head, INDEX)) buildIndex(head, count, shift);
}
