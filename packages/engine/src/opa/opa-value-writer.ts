/**
 * Writes JavaScript values into the memory of a module made by OPA, in the layout of its own values (`opa-layout.ts`). In: values of the border, of any origin. Out: an address, or a
 * `BorderError`. It never changes its input and reads each part once. Hot, and long because one writer holds the state of one evaluation: what a call on the way would cost, every value would pay. What the module hashes in ways of its own (elements of sets, keys that are no text) it parses itself, from text.
 */
import { BorderError, invalid } from "../border/border-error.ts";
import { canonicalElements, canonicalPairs, canonicalValue } from "../border/canonical-value.ts";
import {
  describe,
  getElement,
  getProperty,
  mapForEach,
  ownKeys,
  readElement,
  readLength,
  readProperty,
  shapeOf,
} from "../border/own-value.ts";
import type { PolicyMemory } from "../instance/policy-memory.ts";
import { makeObject } from "../values/make-object.ts";
import { makeSet } from "../values/make-set.ts";
import { numberText } from "../values/rego-number.ts";
import type { RegoNumeric, RegoValue } from "../values/rego-value.ts";
import {
  BLOCK_HEADER,
  HASH_FACTOR,
  HASH_START,
  LEAST_BUCKETS,
  LOAD_FACTOR,
  NumberForm,
  OpaType,
  statedSize,
} from "./opa-layout.ts";
import { encodeLongText, encodeShortText } from "./opa-text-encoder.ts";
import { valueText } from "./value-text.ts";

/** Bytes of the structures without their block headers. */
const NUMBER = 24;
const STRING = 16;
const COMPOSITE = 16;
const ELEMENT = 16;

const INTEGER_NUMBER = OpaType.number | (NumberForm.integer << 8);
const TEXT_NUMBER = OpaType.number | (NumberForm.text << 8);
/** Keys that are remembered; others are written and hashed each time. */
const MOST_KEYS = 1_024;
const LONGEST_KEY = 64;
const NEVER = -1;

/** Lets the module parse a value's text that was written at an address; answers the value's address. */
export type ParseText = (address: number, bytes: number) => number;

export class OpaValueWriter {
  readonly memory: PolicyMemory;
  readonly #parse: ParseText;
  readonly #keys = new Map<string, KnownKey>();
  /** The key that the value being written stands under. */
  readonly #root: KnownKey = newKey("");
  #parent: KnownKey = this.#root;
  /** Evaluations, to tell keys and positions that stand in memory from those of evaluations before. */
  #epoch = 0;
  /** Addresses of the numbers of array positions, which arrays of one evaluation share. */
  readonly #positions: number[] = [];
  #positionCount = 0;
  /** The composites on the way to the current value, to tell a cycle from depth, and their keys, for messages. */
  readonly #ancestors: object[] = [];
  readonly #path: unknown[] = [];
  #depth = 0;
  depthLimit = 0;
  /** Properties are read by plain gets, which run getters: `accessors: "read"`. */
  plainGets = false;

  constructor(memory: PolicyMemory, parse: ParseText) {
    this.memory = memory;
    this.#parse = parse;
  }

  start(heapBase: number): void {
    this.memory.top = heapBase;
    this.#depth = 0;
    this.#epoch++;
    this.#positionCount = 0;
    this.#parent = this.#root;
  }

  /** Where in the document a fault arose: keys and positions. */
  path(): readonly unknown[] {
    return this.#path.slice(0, this.#depth);
  }

  /** Writes a whole value and answers its address. Throws `BorderError`. */
  write(value: unknown): number {
    switch (typeof value) {
      case "string":
        return this.#string(value);
      case "number":
        return (value | 0) === value ? this.#integer(value) : this.#decimal(value);
      case "boolean":
        return this.#scalar(OpaType.boolean | (value ? 0x100 : 0));
      case "bigint":
        return this.#numeric(value);
      case "object":
        return value === null ? this.#scalar(OpaType.null) : this.#composite(value);
      default:
        return invalid(`${describe(value)} is no value of Rego`);
    }
  }

  /** Writes a canonical value as text and lets the module make the value of it. */
  writeByText(value: RegoValue): number {
    const text = encodeLongText(this.memory, valueText(value), 0);
    return this.#parse(text.address, text.bytes);
  }

  /** Reserves a block with its header; answers the address behind the header. */
  #block(bytes: number): number {
    const address = this.memory.reserve(BLOCK_HEADER + bytes);
    this.#header(address, statedSize(bytes));
    return address + BLOCK_HEADER;
  }

  #header(address: number, size: number): void {
    const { u32 } = this.memory;
    const word = address >>> 2;
    u32[word] = size;
    u32[word + 1] = 0;
    u32[word + 2] = 0;
  }

  #scalar(bytes: number): number {
    const address = this.#block(4);
    this.memory.u32[address >>> 2] = bytes;
    return address;
  }

  /** Of 32 bits: OPA's arithmetic cuts larger ones off, and takes them as text. */
  #integer(value: number): number {
    const address = this.#block(NUMBER);
    const { u32 } = this.memory;
    const word = address >>> 2;
    u32[word] = INTEGER_NUMBER;
    u32[word + 2] = value;
    u32[word + 3] = value < 0 ? 0xffff_ffff : 0;
    return address;
  }

  #decimal(value: number): number {
    if (value - value !== 0) return invalid(`${value} is no number of Rego`);
    return this.#numberText(String(value + 0));
  }

  #numeric(value: RegoNumeric): number {
    const canonical = canonicalValue(value, 0) as RegoNumeric;
    return typeof canonical === "number" && (canonical | 0) === canonical
      ? this.#integer(canonical)
      : this.#numberText(numberText(canonical));
  }

  /** The text stands right behind the number; it is not the module's to free. A zero ends it, as some functions read it to the end. */
  #numberText(text: string): number {
    const block = this.memory.reserve(BLOCK_HEADER + NUMBER + text.length + 1);
    this.#header(block, statedSize(NUMBER));
    const { u8, u32 } = this.memory;
    const start = block + BLOCK_HEADER + NUMBER;
    const word = (block + BLOCK_HEADER) >>> 2;
    u32[word] = TEXT_NUMBER;
    u32[word + 1] = 0;
    u32[word + 2] = start;
    u32[word + 3] = text.length;
    u32[word + 4] = 0;
    for (let i = 0; i < text.length; i++) u8[start + i] = text.charCodeAt(i);
    u8[start + text.length] = 0;
    return block + BLOCK_HEADER;
  }

  /** As with numbers, the bytes stand right behind. */
  #string(text: string): number {
    const before = BLOCK_HEADER + STRING;
    const short = encodeShortText(this.memory, text, before);
    if (short !== -1) return this.#stringAt(short, text.length);
    const { address, bytes } = encodeLongText(this.memory, text, before);
    return this.#stringAt(address, bytes);
  }

  #stringAt(block: number, bytes: number): number {
    this.#header(block, statedSize(STRING));
    const { u32 } = this.memory;
    const address = block + BLOCK_HEADER;
    const word = address >>> 2;
    u32[word] = OpaType.string;
    u32[word + 1] = bytes;
    u32[word + 2] = address + STRING;
    return address;
  }

  #composite(value: object): number {
    const shape = shapeOf(value);
    if (shape === "number") return this.#numeric(value as unknown as RegoNumeric);
    this.#enter(value);
    let address: number;
    switch (shape) {
      case "record":
        address = this.#record(value);
        break;
      case "array":
        address = this.#array(value as unknown[]);
        break;
      case "map":
        address = this.#map(value as Map<unknown, unknown>);
        break;
      case "set":
        address = this.#set(value as Set<unknown>);
        break;
    }
    this.#depth--;
    return address;
  }

  #enter(value: object): void {
    if (this.#depth >= this.depthLimit) {
      const way = this.#ancestors.slice(0, this.#depth);
      if (way.includes(value) || new Set(way).size < way.length) invalid("the value contains itself");
      throw new BorderError("depth_exceeded", `nested deeper than ${this.depthLimit} levels`);
    }
    this.#ancestors[this.#depth] = value;
    this.#path[this.#depth] = undefined;
    this.#depth++;
  }

  #array(array: readonly unknown[]): number {
    const length = readLength(array);
    const address = this.#block(COMPOSITE);
    const elements = length === 0 ? 0 : this.#block(8 * length);
    const place = this.#depth - 1;
    for (let i = 0; i < length; i++) {
      this.#path[place] = i;
      const element = this.write(this.plainGets ? getElement(array, i) : readElement(array, i));
      const position = i < this.#positionCount ? (this.#positions[i] as number) : this.#newPosition();
      const word = (elements + 8 * i) >>> 2;
      this.memory.u32[word] = position;
      this.memory.u32[word + 1] = element;
    }
    this.#writeComposite(address, { type: OpaType.array, pointer: elements, second: length, third: length });
    return address;
  }

  #newPosition(): number {
    const address = this.#integer(this.#positionCount);
    this.#positions[this.#positionCount++] = address;
    return address;
  }

  #record(record: object): number {
    const keys = ownKeys(record);
    const buckets = this.#buckets(keys.length);
    const place = this.#depth - 1;
    const parent = this.#parent;
    let previous = parent;
    let count = 0;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string;
      this.#path[place] = key;
      const member = this.plainGets ? getProperty(record, key) : readProperty(record, key);
      // As in JSON.stringify: a property without a value is no property.
      if (member === undefined) continue;
      // Records of one place mostly have the same keys in the same order.
      const expected = count === 0 ? parent.first : previous.next;
      let known = expected;
      if (known === undefined || known.text !== key) {
        known = this.#knownKey(key);
        if (count === 0) parent.first = known;
        else previous.next = known;
      }
      const address = known.epoch === this.#epoch ? known.address : this.#writeKey(known);
      this.#parent = known;
      const value = this.write(member);
      this.#insert(buckets, { key: address, hash: known.hash, value });
      previous = known;
      count++;
    }
    this.#parent = parent;
    return this.#object(buckets, count);
  }

  #map(map: Map<unknown, unknown>): number {
    const pairs: (readonly [string, unknown])[] = [];
    let texts = true;
    mapForEach(map, (value, key) => {
      if (typeof key === "string") pairs.push([key, value]);
      else texts = false;
    });
    if (!texts) return this.writeByText(makeObject(canonicalPairs(map, this.depthLimit - this.#depth + 1)));
    const buckets = this.#buckets(pairs.length);
    const place = this.#depth - 1;
    for (const [text, member] of pairs) {
      this.#path[place] = text;
      const known = this.#knownKey(text);
      const key = known.epoch === this.#epoch ? known.address : this.#writeKey(known);
      this.#insert(buckets, { key, hash: known.hash, value: this.write(member) });
    }
    return this.#object(buckets, pairs.length);
  }

  #knownKey(text: string): KnownKey {
    const known = this.#keys.get(text);
    if (known !== undefined) return known;
    const key = newKey(text);
    if (text.length <= LONGEST_KEY && this.#keys.size < MOST_KEYS) this.#keys.set(text, key);
    return key;
  }

  #writeKey(key: KnownKey): number {
    const address = this.#string(key.text);
    if (key.epoch === NEVER) key.hash = this.#hash(address);
    key.epoch = this.#epoch;
    key.address = address;
    return address;
  }

  #set(set: Set<unknown>): number {
    return this.writeByText(makeSet(canonicalElements(set, this.depthLimit - this.#depth + 1)));
  }

  /** Empty buckets for so many keys. */
  #buckets(keys: number): Buckets {
    let count = LEAST_BUCKETS;
    while (keys > count * LOAD_FACTOR) count *= 2;
    const address = this.#block(4 * count);
    const { u32 } = this.memory;
    const first = address >>> 2;
    for (let i = first; i < first + count; i++) u32[i] = 0;
    return { address, count };
  }

  /** Keys are distinct, and each bucket is kept in their order, so that an object's order of iteration does not tell in which order it was written. */
  #insert({ address, count }: Buckets, { key, hash, value }: Pair): void {
    const element = this.#block(ELEMENT);
    const { u32 } = this.memory;
    // The count is a power of two.
    let link = (address >>> 2) + (hash & (count - 1));
    let next = u32[link] as number;
    while (next !== 0 && this.#compareKeys(key, u32[next >>> 2] as number) > 0) {
      link = (next >>> 2) + 2;
      next = u32[link] as number;
    }
    u32[link] = element;
    const word = element >>> 2;
    u32[word] = key;
    u32[word + 1] = value;
    u32[word + 2] = next;
  }

  #hash(string: number): number {
    const { u8, u32 } = this.memory;
    const start = u32[(string >>> 2) + 2] as number;
    const end = start + (u32[(string >>> 2) + 1] as number);
    let hash = HASH_START;
    for (let i = start; i < end; i++) hash = Math.imul(hash, HASH_FACTOR) ^ (u8[i] as number);
    return hash >>> 0;
  }

  #compareKeys(a: number, b: number): number {
    const { u8, u32 } = this.memory;
    const lengthA = u32[(a >>> 2) + 1] as number;
    const lengthB = u32[(b >>> 2) + 1] as number;
    const startA = u32[(a >>> 2) + 2] as number;
    const startB = u32[(b >>> 2) + 2] as number;
    const least = Math.min(lengthA, lengthB);
    for (let i = 0; i < least; i++) {
      const difference = (u8[startA + i] as number) - (u8[startB + i] as number);
      if (difference !== 0) return difference;
    }
    return lengthA - lengthB;
  }

  #object({ address, count }: Buckets, keys: number): number {
    const object = this.#block(COMPOSITE);
    this.#writeComposite(object, { type: OpaType.object, pointer: address, second: count, third: keys });
    return object;
  }

  #writeComposite(address: number, { type, pointer, second, third }: Composite): void {
    const { u32 } = this.memory;
    const word = address >>> 2;
    u32[word] = type;
    u32[word + 1] = pointer;
    u32[word + 2] = second;
    u32[word + 3] = third;
  }
}

/** The key of an object, known by its text beyond the evaluation, in which it is written at most once. */
interface KnownKey {
  readonly text: string;
  hash: number;
  /** The evaluation in which it stands at the address. */
  epoch: number;
  address: number;
  /** The key that stood behind this one in a record, and the first key of the record under it. */
  next: KnownKey | undefined;
  first: KnownKey | undefined;
}

function newKey(text: string): KnownKey {
  return { text, hash: 0, epoch: NEVER, address: 0, next: undefined, first: undefined };
}

interface Pair {
  readonly key: number;
  readonly hash: number;
  readonly value: number;
}

interface Buckets {
  readonly address: number;
  readonly count: number;
}

/** Arrays: elements, length, capacity. Objects: buckets, their number, length. */
interface Composite {
  readonly type: number;
  readonly pointer: number;
  readonly second: number;
  readonly third: number;
}
