import { SORTED, Tag } from "@flyball/engine/abi";
import {
  compareValues,
  decimalOf,
  objectEntries,
  type RegoNumeric,
  type RegoObject,
  type RegoValue,
  sortedElements,
  typeName,
} from "@flyball/engine/values";
import { writeHashIndex } from "./hash-index.ts";
import { hashString } from "./hash-value.ts";
import { addressBits, doubleBits, FALSE, Kind, NULL, TRUE } from "./value-bits.ts";

/** A constant as the module sees it. */
export interface StaticValue {
  readonly bits: bigint;
  /** Exactly one kind. */
  readonly kind: number;
  readonly value: RegoValue;
}

/**
 * Constants of a module, written as the ABI's values from a start address on. Equal constants and equal parts of constants are written once, so a string has one
 * address. Composites are sorted, strings carry their hash, large objects and sets their index.
 */
export interface ConstantPool {
  add(value: RegoValue): StaticValue;
  /** First address behind the constants, a multiple of 8. */
  readonly end: number;
  readonly bytes: Uint8Array;
  /** Address of a string that was added, itself or inside a composite. */
  readonly strings: ReadonlyMap<string, number>;
  /** Bytes of the text of the string at an address. */
  byteLength(address: number): number;
}

const encoder = new TextEncoder();

export function createConstantPool(start: number): ConstantPool {
  let buffer = new Uint8Array(1024);
  let view = new DataView(buffer.buffer);
  let length = 0;
  const strings = new Map<string, number>();
  /** Addresses of composites and big numbers by the bits of their parts. */
  const composites = new Map<string, number>();

  /** Offset of room for `bytes` bytes, a multiple of 8. */
  function reserve(bytes: number): number {
    const offset = length;
    length += (bytes + 7) & ~7;
    if (length > buffer.length) {
      const larger = new Uint8Array(Math.max(length, buffer.length * 2));
      larger.set(buffer);
      buffer = larger;
      view = new DataView(buffer.buffer);
    }
    return offset;
  }

  function once(key: string, write: () => number): number {
    const known = composites.get(key);
    if (known !== undefined) return known;
    const address = start + write();
    composites.set(key, address);
    return address;
  }

  function text(value: string): bigint {
    let address = strings.get(value);
    if (address === undefined) {
      const utf8 = encoder.encode(value);
      const offset = reserve(8 + utf8.length);
      view.setUint32(offset, utf8.length, true);
      view.setUint32(offset + 4, hashString(utf8), true);
      buffer.set(utf8, offset + 8);
      address = start + offset;
      strings.set(value, address);
    }
    return addressBits(Tag.string, address);
  }

  function bigNumber(coefficient: bigint, exponent: number): bigint {
    const address = once(`n${coefficient}e${exponent}`, () => {
      const limbs: number[] = [];
      for (let rest = coefficient < 0n ? -coefficient : coefficient; rest > 0n; rest /= LIMB) {
        limbs.push(Number(rest % LIMB));
      }
      const offset = reserve(16 + 4 * limbs.length);
      view.setInt32(offset, coefficient < 0n ? -1 : 1, true);
      view.setInt32(offset + 4, exponent, true);
      view.setUint32(offset + 8, limbs.length, true);
      limbs.forEach((limb, index) => {
        view.setUint32(offset + 16 + 4 * index, limb, true);
      });
      return offset;
    });
    return addressBits(Tag.bigNumber, address);
  }

  function array(items: readonly RegoValue[]): bigint {
    const bits = items.map(bitsOf);
    const address = once(`a${bits.join()}`, () => {
      const offset = reserve(8 + 8 * bits.length);
      view.setUint32(offset, bits.length, true);
      writeValues(offset + 8, bits);
      return offset;
    });
    return addressBits(Tag.array, address);
  }

  function table(form: "object" | "set", words: readonly bigint[]): number {
    return once(`${form}${words.join()}`, () => {
      const stride = form === "object" ? 2 : 1;
      const count = words.length / stride;
      const offset = reserve(16 + 8 * words.length);
      view.setUint32(offset, count, true);
      view.setUint32(offset + 4, SORTED, true);
      view.setUint32(offset + 8, start + offset + 16, true);
      writeValues(offset + 16, words);
      const keys = words.filter((_, index) => index % stride === 0);
      const index = writeHashIndex(keys, hashOfString);
      if (index !== undefined) {
        const place = reserve(index.length);
        buffer.set(index, place);
        view.setUint32(offset + 12, start + place, true);
      }
      return offset;
    });
  }

  function hashOfString(address: number): number {
    return view.getUint32(address - start + 4, true);
  }

  function writeValues(offset: number, bits: readonly bigint[]): void {
    bits.forEach((word, index) => {
      view.setBigUint64(offset + 8 * index, word, true);
    });
  }

  function bitsOf(value: RegoValue): bigint {
    return add(value).bits;
  }

  function add(value: RegoValue): StaticValue {
    switch (typeName(value)) {
      case "null":
        return { bits: NULL, kind: Kind.null, value };
      case "boolean":
        return { bits: value === true ? TRUE : FALSE, kind: Kind.boolean, value };
      case "number": {
        const { coefficient, exponent } = decimalOf(value as RegoNumeric);
        const double = abiDouble(coefficient, exponent);
        if (double !== undefined) return { bits: doubleBits(double), kind: Kind.double, value };
        return { bits: bigNumber(coefficient, exponent), kind: Kind.bigNumber, value };
      }
      case "string":
        return { bits: text(value as string), kind: Kind.string, value };
      case "array":
        return { bits: array(value as readonly RegoValue[]), kind: Kind.array, value };
      case "object": {
        const entries = [...objectEntries(value as RegoObject)].sort(([a], [b]) => compareValues(a, b));
        const address = table("object", entries.flat().map(bitsOf));
        return { bits: addressBits(Tag.object, address), kind: Kind.object, value };
      }
      case "set": {
        const address = table("set", [...sortedElements(value as ReadonlySet<RegoValue>)].map(bitsOf));
        return { bits: addressBits(Tag.set, address), kind: Kind.set, value };
      }
    }
  }

  return {
    add,
    strings,
    byteLength: (address) => view.getUint32(address - start, true),
    get end() {
      return start + length;
    },
    get bytes() {
      return buffer.slice(0, length);
    },
  };
}

const LIMB = 1_000_000_000n;
const MAX_INTEGER = 1n << 53n;
const MAX_SCALED = 10n ** 15n;
const MAX_SCALE = 22;

/** The number as a double where the ABI keeps it as one: docs/reference/abi.md, "Numbers". The coefficient has no trailing zero. */
function abiDouble(coefficient: bigint, exponent: number): number | undefined {
  const magnitude = coefficient < 0n ? -coefficient : coefficient;
  if (exponent < 0) {
    if (-exponent > MAX_SCALE || magnitude >= MAX_SCALED) return undefined;
    return Number(`${coefficient}e${exponent}`);
  }
  if (exponent > 16 || magnitude > MAX_INTEGER) return undefined;
  const integer = coefficient * 10n ** BigInt(exponent);
  return magnitude * 10n ** BigInt(exponent) > MAX_INTEGER ? undefined : Number(integer);
}
