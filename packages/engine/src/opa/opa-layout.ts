/**
 * How a module made by OPA lays out values in its memory, in OPA 1.x: open-policy-agent/opa wasm/src/value.h and malloc.c. OPA's ABI does not
 * promise it; `probeLayout` compares it with what the module itself writes before anything is read or written by it. Offsets are bytes.
 */

/** The first byte of a value. */
export const OpaType = {
  null: 1,
  boolean: 2,
  number: 3,
  string: 4,
  array: 5,
  object: 6,
  set: 7,
  /** As `string` and `boolean`, of the module's own constants. */
  internedString: 8,
  internedBoolean: 9,
} as const;

/** The second byte of a number: 64 bits at 8, or the address at 8 and the length at 12 of its text. */
export const NumberForm = { integer: 1, text: 2 } as const;

/** Bytes of the header before each block of the allocator: the block's size, and two words that are zero while it is in use. */
export const BLOCK_HEADER = 12;

/** Smallest number of buckets of objects and sets; it doubles as long as they would be filled beyond the load factor. */
export const LEAST_BUCKETS = 8;
export const LOAD_FACTOR = 0.7;

/** FNV-1 over the bytes of a key. */
export const HASH_START = 0x811c9dc5;
export const HASH_FACTOR = 0x01000193;

/**
 * The size that a block's header may state. The allocator keeps lists of freed blocks of 4, 8, 16 and 64 bytes and one of larger ones, and hands a block out as one of its list's size,
 * so the stated size must be one that the block really has.
 */
export function statedSize(bytes: number): number {
  if (bytes > 64) return bytes;
  if (bytes === 64) return 64;
  return bytes >= 16 ? 16 : bytes >= 8 ? 8 : 4;
}
