import { Tag } from "@flyball/engine/abi";
import { hashBits } from "./hash-value.ts";

/** Composites of up to this many entries are searched without an index. */
const WITHOUT_INDEX = 8;

/**
 * The hash index of a constant object or set (packages/compiler/runtime/README.md, "Caches in composites"), or undefined where it has none: few entries, or keys that
 * are no scalars. `keys` in the order of the entries.
 */
export function writeHashIndex(
  keys: readonly bigint[],
  hashOfString: (address: number) => number,
): Uint8Array | undefined {
  if (keys.length <= WITHOUT_INDEX) return undefined;
  const hashes: number[] = [];
  for (const key of keys) {
    const tag = Number(key >> 48n);
    if (tag === Tag.string) hashes.push(hashOfString(Number(key & 0xffff_ffffn)));
    else if (tag < Tag.bigNumber || tag === Tag.null || tag === Tag.boolean) hashes.push(hashBits(key));
    else return undefined;
  }
  let slots = 16;
  while (slots * 3 < keys.length * 4) slots *= 2;
  const bytes = new Uint8Array(8 + 8 * slots);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, slots - 1, true);
  hashes.forEach((hash, entry) => {
    let slot = hash & (slots - 1);
    while (view.getUint32(8 + 8 * slot + 4, true) !== 0) slot = (slot + 1) & (slots - 1);
    view.setUint32(8 + 8 * slot, hash, true);
    view.setUint32(8 + 8 * slot + 4, entry + 1, true);
  });
  return bytes;
}
