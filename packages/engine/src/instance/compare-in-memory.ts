/**
 * Hot: the order of two values where they lie, so that sets of small objects are put in order before they are made. Nothing that stands in
 * memory is trusted. What would take long, or could be no value, is left to whoever compares the values themselves: then it answers undefined.
 */
import { SORTED, Tag } from "../abi/layout.ts";
import type { PolicyMemory } from "./policy-memory.ts";

/** Steps of one comparison: entries and words of texts. */
const MOST_STEPS = 256;
const MOST_DEPTH = 8;

/** What is left of the steps of the comparison under way. */
let steps = 0;

/** The order of the values at two addresses: negative, 0, positive; or undefined. */
export function compareInMemory(memory: PolicyMemory, a: number, b: number): number | undefined {
  steps = MOST_STEPS;
  return compareAt(memory, a, b, MOST_DEPTH);
}

/** Four parameters, and no objects: this runs for each pair of entries. */
function compareAt(memory: PolicyMemory, a: number, b: number, depth: number): number | undefined {
  const { u32, f64 } = memory;
  const lowA = u32[a >>> 2] as number;
  const lowB = u32[b >>> 2] as number;
  const tagA = (u32[(a >>> 2) + 1] as number) >>> 16;
  const tagB = (u32[(b >>> 2) + 1] as number) >>> 16;
  if (tagA < Tag.bigNumber && tagB < Tag.bigNumber) return (f64[a >>> 3] as number) - (f64[b >>> 3] as number);
  if (tagA !== tagB) return rankOf(tagA) === rankOf(tagB) ? undefined : rankOf(tagA) - rankOf(tagB);
  if (lowA === lowB) return 0;
  switch (tagA) {
    case Tag.boolean:
      return lowA - lowB;
    case Tag.string:
      return compareTexts(memory, lowA, lowB);
    case Tag.object:
      return depth === 0 ? undefined : compareObjects(memory, lowA, lowB, depth - 1);
    default:
      return undefined;
  }
}

/** `null < boolean < number < string < array < object < set`; the tags have numbers first. */
function rankOf(tag: number): number {
  if (tag <= Tag.bigNumber) return Tag.boolean + 0.5;
  return tag;
}

/** By bytes, which is by code point. */
function compareTexts({ u8, u32 }: PolicyMemory, a: number, b: number): number | undefined {
  const lengthA = u32[a >>> 2] as number;
  const lengthB = u32[b >>> 2] as number;
  const length = Math.min(lengthA, lengthB);
  if (!(a + 8 + length <= u8.length && b + 8 + length <= u8.length)) return undefined;
  for (let i = 0; i < length; i++) {
    if ((i & 7) === 0 && --steps < 0) return undefined;
    const difference = (u8[a + 8 + i] as number) - (u8[b + 8 + i] as number);
    if (difference !== 0) return difference;
  }
  return lengthA - lengthB;
}

/** Of objects whose entries stand in order: pair by pair, the key first. */
function compareObjects(memory: PolicyMemory, a: number, b: number, depth: number): number | undefined {
  const { u8, u32 } = memory;
  const countA = u32[a >>> 2] as number;
  const countB = u32[b >>> 2] as number;
  const inOrder = (u32[(a >>> 2) + 1] as number) & (u32[(b >>> 2) + 1] as number) & SORTED;
  if (inOrder === 0) return undefined;
  const entriesA = u32[(a >>> 2) + 2] as number;
  const entriesB = u32[(b >>> 2) + 2] as number;
  const count = Math.min(countA, countB);
  if (!(entriesA + 16 * count <= u8.length && entriesB + 16 * count <= u8.length)) return undefined;
  for (let i = 0; i < count; i++) {
    if (--steps < 0) return undefined;
    const keys = compareAt(memory, entriesA + 16 * i, entriesB + 16 * i, depth);
    if (keys !== 0) return keys;
    const values = compareAt(memory, entriesA + 16 * i + 8, entriesB + 16 * i + 8, depth);
    if (values !== 0) return values;
  }
  return countA - countB;
}
