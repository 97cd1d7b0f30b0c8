// Hashes of values, 32 bits, never 0. Equal values have equal hashes whatever the order of entries. The function for scalars is written down in
// README.md: the compiler computes the same for constants.

import { enter, leave, spend, spendBytes } from "./host";
import { ARRAY, BIG, OBJECT, SET, STRING, UNDEFINED } from "./value";

// @ts-ignore: decorator
@inline
function mix(h: u32): u32 {
  h ^= h >>> 15;
  h *= 0x2c1b3c6d;
  h ^= h >>> 12;
  h *= 0x297a2d39;
  return h ^ (h >>> 15);
}

// @ts-ignore: decorator
@inline
function nonZero(h: u32): u32 {
  return select<u32>(1, h, h == 0);
}

// @ts-ignore: decorator
@inline
function step(h: u32, word: u32): u32 {
  h = (h ^ word) * 0x01000193;
  return h ^ (h >>> 13);
}

export function hashString(address: u32): u32 {
  const bytes = load<u32>(address);
  // Charged whether cached or not: fuel must not depend on what an earlier evaluation left in a constant.
  spendBytes(bytes);
  const cached = load<u32>(address, 4);
  if (cached) return cached;
  let h: u32 = 0x811c9dc5 ^ bytes;
  let p = address + 8;
  const end = p + (bytes & ~3);
  for (; p < end; p += 4) h = step(h, load<u32>(p));
  const rest = bytes & 3;
  if (rest) h = step(h, load<u32>(p) & ((1 << (rest << 3)) - 1));
  h = nonZero(mix(h));
  store<u32>(address, h, 4);
  return h;
}

function hashBig(address: u32): u32 {
  const limbs = load<u32>(address, 8);
  spend(limbs);
  let h = step(step(0x9747b28c, load<u32>(address)), load<u32>(address, 4));
  for (let i: u32 = 0; i < limbs; i++) h = step(h, load<u32>(address + (i << 2), 16));
  return mix(h);
}

function hashComposite(v: u64): u32 {
  const address = <u32>v;
  const count = load<u32>(address);
  spend(count);
  enter();
  let h: u32 = count;
  if (v >= OBJECT) {
    const isObject = v < SET;
    const entries = load<u32>(address, 8);
    for (let i: u32 = 0; i < count; i++) {
      // A sum, since entries may stand in any order.
      if (isObject) {
        const entry = entries + (i << 4);
        h += mix(step(value_hash(load<u64>(entry)), value_hash(load<u64>(entry, 8))));
      } else {
        h += mix(value_hash(load<u64>(entries + (i << 3))));
      }
    }
    h = step(h, isObject ? 0x0b1ec7 : 0x5e7);
  } else {
    for (let i: u32 = 0; i < count; i++) h = step(h, value_hash(load<u64>(address + (i << 3), 8)));
  }
  leave();
  return mix(h);
}

export function value_hash(v: u64): u32 {
  if (v < BIG || (v >= UNDEFINED && v < STRING)) return nonZero(mix(<u32>v ^ (<u32>(v >> 32) * 0x9e3779b1)));
  if (v >= STRING && v < ARRAY) return hashString(<u32>v);
  return nonZero(v < UNDEFINED ? hashBig(<u32>v) : hashComposite(v));
}
