/**
 * Reads values of the ABI out of linear memory. In: an address; nothing that stands there is trusted. Out: canonical values of the
 * border, made anew. What cannot be a value throws `CorruptValueError`; a value larger than the memory, written out, `ResultTooLargeError`.
 */
import { MAX_DOUBLE_SCALE, MAX_SCALED_COEFFICIENT, SORTED, Tag } from "../abi/layout.ts";
import type { Manifest } from "../abi/manifest.ts";
import { compareValues } from "../values/compare-values.ts";
import { makeObject, setOwn } from "../values/make-object.ts";
import { setOfDistinct } from "../values/make-set.ts";
import { canonicalNumber } from "../values/rego-number.ts";
import type { RegoValue } from "../values/rego-value.ts";
import { compareInMemory } from "./compare-in-memory.ts";
import type { PolicyMemory } from "./policy-memory.ts";

/** Up to this many bytes a loop is faster than a view and a decoder. */
const SHORT = 24;

const LIMB = 1_000_000_000;

/** Sets up to this size are put in order in memory. */
const FEW = 16;

/** At most so many of the module's constant strings are kept decoded. */
const MOST_CONSTANTS = 4_096;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The module left something in memory that is no value. */
class CorruptValueError extends Error {
  override readonly name = "CorruptValueError";
}

/** Parts that a value shares count each time they occur; so written out it can be larger than the memory. */
export class ResultTooLargeError extends Error {
  override readonly name = "ResultTooLargeError";
}

export class ValueReader {
  readonly #memory: PolicyMemory;
  readonly #constants: Manifest["constants"];
  /** Strings among the module's constants, mostly keys of results, by address. */
  readonly #known = new Map<number, string>();
  #nodes = 0;
  #nodesLeft = 0;
  #bytes = 0;
  #depthLeft = 0;

  constructor(memory: PolicyMemory, constants: Manifest["constants"]) {
    this.#memory = memory;
    this.#constants = constants;
  }

  /** `undefined` for the ABI's undefined. At most `nodes` values and `depth` levels. */
  read(at: number, bounds: { readonly nodes: number; readonly depth: number }): RegoValue | undefined {
    this.#nodes = bounds.nodes;
    this.#nodesLeft = bounds.nodes;
    this.#bytes = 0;
    this.#depthLeft = bounds.depth;
    return this.#tag(at) === Tag.undefined ? undefined : this.#value(at);
  }

  /** A value that is known to be a string, by its address. */
  readString(address: number): string {
    return this.#string(address);
  }

  /** What the last `read` touched: values and bytes/8. */
  get cost(): number {
    return this.#nodes - this.#nodesLeft + Math.floor(this.#bytes / 8);
  }

  #tag(at: number): number {
    return (this.#memory.u32[(at >>> 2) + 1] as number) >>> 16;
  }

  #value(at: number): RegoValue {
    if (--this.#nodesLeft < 0)
      throw new ResultTooLargeError("the result, written out, is larger than the memory limit");
    const { u32 } = this.#memory;
    const low = u32[at >>> 2] as number;
    const tag = this.#tag(at);
    switch (tag) {
      case Tag.null:
        return null;
      case Tag.boolean:
        return low !== 0;
      case Tag.string:
        return this.#string(low);
      case Tag.bigNumber:
        return this.#bigNumber(low);
      case Tag.array:
      case Tag.object:
      case Tag.set:
        return this.#composite(tag, low);
      case Tag.undefined:
        throw new CorruptValueError("undefined stands inside a value");
      default: {
        const double = this.#memory.f64[at >>> 3] as number;
        if (!Number.isFinite(double)) throw new CorruptValueError("a number is not finite");
        return double + 0;
      }
    }
  }

  /** The word index of an address with so many bytes behind it. */
  #checked(address: number, bytes: number): number {
    if (address % 8 !== 0 || address === 0 || address + bytes > this.#memory.u8.length) {
      throw new CorruptValueError(`address ${address} is outside of the memory or not aligned`);
    }
    return address >>> 2;
  }

  #string(address: number): string {
    const { start, end } = this.#constants;
    return address >= start && address < end ? this.#constantString(address) : this.#text(address);
  }

  #constantString(address: number): string {
    const known = this.#known.get(address);
    if (known !== undefined) {
      this.#bytes += this.#memory.u32[address >>> 2] as number;
      return known;
    }
    const text = this.#text(address);
    if (this.#known.size < MOST_CONSTANTS) this.#known.set(address, text);
    return text;
  }

  #text(address: number): string {
    const { u8, u32 } = this.#memory;
    const bytes = u32[this.#checked(address, 8)] as number;
    this.#checked(address, 8 + bytes);
    this.#bytes += bytes;
    const start = address + 8;
    if (bytes > SHORT) return this.#longString(start, bytes);
    let text = "";
    for (let i = start; i < start + bytes; i++) {
      const byte = u8[i] as number;
      if (byte >= 0x80) return this.#longString(start, bytes);
      text += String.fromCharCode(byte);
    }
    return text;
  }

  #longString(start: number, bytes: number): string {
    try {
      return decoder.decode(this.#memory.u8.subarray(start, start + bytes));
    } catch {
      throw new CorruptValueError("a text is no UTF-8");
    }
  }

  #bigNumber(address: number): RegoValue {
    const { u32 } = this.#memory;
    const word = this.#checked(address, 16);
    const exponent = (u32[word + 1] as number) | 0;
    const limbs = u32[word + 2] as number;
    this.#checked(address, 16 + 4 * limbs);
    this.#bytes += 4 * limbs;
    if (limbs <= 2 && exponent >= -MAX_DOUBLE_SCALE && exponent <= MAX_DOUBLE_SCALE) {
      const small = (limbs === 2 ? LIMB * (u32[word + 5] as number) : 0) + (u32[word + 4] as number);
      // Up to 15 digits are a double's shortest decimal, and both operands here are exact, so the double is the nearest.
      if (limbs > 0 && small < MAX_SCALED_COEFFICIENT) {
        const double = exponent < 0 ? small / 10 ** -exponent : small * 10 ** exponent;
        return (u32[word] as number) === 1 ? double : 0 - double;
      }
    }
    let digits = "";
    for (let i = limbs - 1; i >= 0; i--) digits += String(u32[word + 4 + i]).padStart(9, "0");
    const coefficient = BigInt(digits);
    try {
      return canonicalNumber({ coefficient: (u32[word] as number) === 1 ? coefficient : -coefficient, exponent });
    } catch {
      throw new CorruptValueError("a number is beyond the limits");
    }
  }

  #composite(tag: number, address: number): RegoValue {
    if (--this.#depthLeft < 0) throw new CorruptValueError("a value is nested deeper than the depth limit");
    const value =
      tag === Tag.array ? this.#array(address) : tag === Tag.object ? this.#object(address) : this.#set(address);
    this.#depthLeft++;
    return value;
  }

  #array(address: number): RegoValue {
    const count = this.#memory.u32[this.#checked(address, 8)] as number;
    this.#checked(address, 8 + 8 * count);
    const items: RegoValue[] = [];
    for (let i = 0; i < count; i++) items.push(this.#value(address + 8 + 8 * i));
    return items;
  }

  #object(address: number): RegoValue {
    const { u32 } = this.#memory;
    const word = this.#checked(address, 16);
    const count = u32[word] as number;
    const entries = u32[word + 2] as number;
    if (count > 0) this.#checked(entries, 16 * count);
    const record: Record<string, RegoValue> = {};
    for (let i = 0; i < count; i++) {
      const at = entries + 16 * i;
      if (this.#tag(at) !== Tag.string) return this.#mapped(entries, count);
      setOwn(record, this.#string(u32[at >>> 2] as number), this.#value(at + 8));
    }
    return record;
  }

  /** The addresses of a few elements in order; undefined where that cannot be told from the memory alone. */
  #order(entries: number, count: number): readonly number[] | undefined {
    const ordered: number[] = [];
    for (let i = 0; i < count; i++) {
      const element = entries + 8 * i;
      let place = i;
      for (; place > 0; place--) {
        const before = ordered[place - 1] as number;
        const order = compareInMemory(this.#memory, before, element);
        if (order === undefined) return undefined;
        if (order < 0) break;
        ordered[place] = before;
      }
      ordered[place] = element;
    }
    return ordered;
  }

  /** An object with keys that are no strings. */
  #mapped(entries: number, count: number): RegoValue {
    const pairs: [RegoValue, RegoValue][] = [];
    for (let i = 0; i < count; i++) pairs.push([this.#value(entries + 16 * i), this.#value(entries + 16 * i + 8)]);
    return makeObject(pairs);
  }

  #set(address: number): RegoValue {
    const { u32 } = this.#memory;
    const word = this.#checked(address, 16);
    const count = u32[word] as number;
    const entries = u32[word + 2] as number;
    if (count > 0) this.#checked(entries, 8 * count);
    // The module keeps no two equal elements; what it did not sort is sorted here, so that results do not tell in which order they came about.
    const sorted = count < 2 || ((u32[word + 1] as number) & SORTED) !== 0;
    const order = sorted || count > FEW ? undefined : this.#order(entries, count);
    const elements: RegoValue[] = [];
    for (let i = 0; i < count; i++) elements.push(this.#value(order?.[i] ?? entries + 8 * i));
    return setOfDistinct(sorted || order !== undefined ? elements : elements.sort(compareValues));
  }
}
