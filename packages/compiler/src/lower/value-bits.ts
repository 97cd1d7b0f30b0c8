import { Tag } from "@flyball/engine/abi";

/** Values of the ABI as 64-bit numbers, and the sets of kinds that a value may be of. */

const tagged = (tag: number): bigint => BigInt(tag) << 48n;

export const UNDEFINED: bigint = tagged(Tag.undefined);
export const NULL: bigint = tagged(Tag.null);
export const FALSE: bigint = tagged(Tag.boolean);
export const TRUE: bigint = FALSE | 1n;
export const FIRST_ARRAY: bigint = tagged(Tag.array);
export const FIRST_OBJECT: bigint = tagged(Tag.object);

export function addressBits(tag: (typeof Tag)[keyof typeof Tag], address: number): bigint {
  return tagged(tag) | BigInt(address);
}

const scratch = new DataView(new ArrayBuffer(8));

export function doubleBits(value: number): bigint {
  scratch.setFloat64(0, value);
  return scratch.getBigUint64(0);
}

/** Kinds as bits: a set of kinds is a number. */
export const Kind = {
  undefined: 1,
  null: 2,
  boolean: 4,
  /** A number kept as a double. */
  double: 8,
  bigNumber: 16,
  string: 32,
  array: 64,
  object: 128,
  set: 256,
  /** Never assigned: what the local holds is left over from another use of it. */
  unset: 512,
} as const;

export const NUMBER: number = Kind.double | Kind.bigNumber;
export const COLLECTION: number = Kind.array | Kind.object | Kind.set;
/** Anything but undefined. */
export const ANY: number = Kind.null | Kind.boolean | NUMBER | Kind.string | COLLECTION;
export const NOTHING: number = Kind.undefined | Kind.unset;
/** Kinds of which equal values have equal bits. */
export const BY_BITS: number = Kind.null | Kind.boolean | Kind.double | NOTHING;
