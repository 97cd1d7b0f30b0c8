/**
 * Writes JavaScript values into linear memory as values of the ABI. In: values of the border, of any origin. Out: bytes on the heap, or
 * a `BorderError`; long because what it remembers of one evaluation belongs together. It never changes its input and reads each part once. Hot: no allocation but for descriptors and composites.
 */
import { SHORT_TEXT, Tag } from "../abi/layout.ts";
import type { TextFunction } from "../abi/manifest.ts";
import type { ReadNode } from "../abi/read-tree.ts";
import { BorderError, invalid } from "../border/border-error.ts";
import { canonicalElements, canonicalPairs } from "../border/canonical-value.ts";
import {
  describe,
  getElement,
  hasBarePrototype,
  isPlain,
  mapForEach,
  ownKeys,
  readElement,
  readLength,
  readProperty,
  setForEach,
  shapeOf,
} from "../border/own-value.ts";
import type { RegoNumber } from "../values/rego-number.ts";
import { encodeNumber, encodeNumeric } from "./encode-number.ts";
import { encodeString } from "./encode-string.ts";
import type { PolicyMemory } from "./policy-memory.ts";

const UNDEFINED = (Tag.undefined << 16) >>> 0;
const NULL = (Tag.null << 16) >>> 0;
const BOOLEAN = (Tag.boolean << 16) >>> 0;
const STRING = (Tag.string << 16) >>> 0;
const ARRAY = (Tag.array << 16) >>> 0;
const OBJECT = (Tag.object << 16) >>> 0;
const SET = (Tag.set << 16) >>> 0;

/** Recent texts of one evaluation: a power of two, few enough to stay in the processor's cache. */
const RECENT_TEXTS = 64;

/** Short texts of which it is remembered what a function makes of them. */
const REMEMBERED_TEXTS = 1_024;
// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII.
const ASCII = /^[\x00-\x7f]*$/;

/** Keys of objects that are remembered within one evaluation: rows of a table share them. */
const REMEMBERED_KEYS = 256;

export interface InternedStrings {
  readonly addresses: ReadonlyMap<string, number>;
  /** 1 where a text with this `textSign` is among them. */
  readonly signs: Uint8Array;
  /** Length of the longest; longer texts need no look-up. */
  readonly longest: number;
  /** Stands for every other text where only constants are compared. */
  readonly other: number;
}

const SIGNS = 1_024;
const EMPTY_SIGN = 0;

/** A few bits of a text, of its length and its ends. */
function textSign(text: string, length: number): number {
  return (length * 31 + text.charCodeAt(0) * 7 + text.charCodeAt(length - 1) * 131) & (SIGNS - 1);
}

/** The constants of a module as a host looks them up. `other` stands for every text that is none of them. */
export function internStrings(addresses: ReadonlyMap<string, number>, other: number): InternedStrings {
  const signs = new Uint8Array(SIGNS);
  let longest = -1;
  for (const text of addresses.keys()) {
    longest = Math.max(longest, text.length);
    signs[text.length === 0 ? EMPTY_SIGN : textSign(text, text.length)] = 1;
  }
  return { addresses, signs, longest, other };
}

/** A key written in this evaluation, and the one that stood behind it in the record before. */
interface WrittenKey {
  readonly text: string;
  readonly address: number;
  next: WrittenKey | undefined;
}

/** Foregoes a test whether there is one; its text is no text, so nothing equals it. */
const NO_KEY: WrittenKey = Object.freeze({ text: undefined as unknown as string, address: 0, next: undefined });

export class ValueWriter {
  readonly memory: PolicyMemory;
  readonly #interned: InternedStrings;
  readonly #keys = new Map<string, WrittenKey>();
  /** The first key of the record before. */
  #firstKey: WrittenKey = NO_KEY;
  /** The composites on the way to the current value, to tell a cycle from depth, and their keys, for messages. */
  readonly #ancestors: object[] = [];
  readonly #path: unknown[] = [];
  #depth = 0;
  /** Texts written in this evaluation, by a hash of their ends: equal texts share an address, so that comparing them is comparing bits. */
  readonly #recentTexts: string[] = Array.from({ length: RECENT_TEXTS }, () => "");
  readonly #recentAddresses = new Uint32Array(RECENT_TEXTS);
  readonly #recentStarts = new Float64Array(RECENT_TEXTS);
  /** What the text functions make of short texts: the addresses of constants. */
  readonly made: Readonly<Record<TextFunction, Map<string, number>>> = { upper: new Map(), lower: new Map() };
  /** Number of the evaluation: what was written in another one is no longer there. */
  #start = 0;
  /** Keys of the rows that are being written, outermost first; for messages. */
  readonly trail: unknown[] = [];
  #rowDepth = 0;
  depthLimit = 0;
  /** Properties are read by plain gets, which run getters: `accessors: "read"`. */
  plainGets = false;
  /** The part of the document that is being read; for messages. */
  node: ReadNode | undefined;

  constructor(memory: PolicyMemory, interned: InternedStrings) {
    this.memory = memory;
    this.#interned = interned;
  }

  /** Forgets what belongs to the evaluation before. */
  start(heapBase: number): void {
    this.memory.top = heapBase;
    this.#depth = 0;
    this.#rowDepth = 0;
    this.#start++;
    if (this.#keys.size === 0) return;
    this.#keys.clear();
    this.#firstKey = NO_KEY;
  }

  /** Where in the document a fault arose: keys and positions. */
  path(): readonly unknown[] {
    let rows = 0;
    const steps = (this.node?.path ?? []).map((step) => (step === null ? this.trail[rows++] : step));
    return [...steps, ...this.#path.slice(0, this.#depth)];
  }

  /** Room for rows; answers the address of the array, which `closeRows` makes the value at an address. */
  openRows(count: number, stride: number): number {
    const address = this.memory.reserve(8 + count * stride);
    this.#header(address, count, 0);
    this.#rowDepth++;
    return address;
  }

  /** The key of the row that comes next. */
  row(key: unknown): void {
    this.trail[this.#rowDepth - 1] = key;
  }

  closeRows(at: number, address: number): void {
    this.#rowDepth--;
    this.#write(at, ARRAY, address);
  }

  writePresence(at: number, present: boolean): void {
    if (present) this.#write(at, BOOLEAN, 1);
    else this.#write(at, UNDEFINED, 0);
  }

  /** Writes "there is nothing" at an address. */
  writeUndefined(at: number): void {
    this.#write(at, UNDEFINED, 0);
  }

  /** Writes a whole value: 8 bytes at `at`, what they refer to on the heap. */
  writeValue(at: number, value: unknown): void {
    switch (typeof value) {
      case "string":
        this.#write(at, STRING, this.#string(value));
        return;
      case "number":
        encodeNumber(this.memory, at, value);
        return;
      case "boolean":
        this.#write(at, BOOLEAN, value ? 1 : 0);
        return;
      case "bigint":
        encodeNumeric(this.memory, at, value);
        return;
      case "object":
        if (value === null) this.#write(at, NULL, 0);
        else this.#writeComposite(at, value);
        return;
      default:
        invalid(`${describe(value)} is no value of Rego`);
    }
  }

  /** Writes what a comparison with constants needs to know of a value. */
  writeConstant(at: number, value: unknown, through?: TextFunction): void {
    if (typeof value === "string") {
      if (through !== undefined) {
        this.#write(at, STRING, this.textThrough(value, through));
        return;
      }
      const { addresses, longest } = this.#interned;
      const address = value.length <= longest ? addresses.get(value) : undefined;
      this.#write(at, STRING, address ?? this.otherText(value));
    } else {
      this.writeValue(at, value);
    }
  }

  /** The address of a text: a constant's, that of the same text in this evaluation, or a new one. */
  text(text: string): number {
    return this.#string(text);
  }

  /** The address that stands for a text which is no constant. */
  otherText(text: string): number {
    if (!text.isWellFormed()) invalid("a text has a surrogate without its other half");
    return this.#interned.other;
  }

  /**
   * The address of the constant that a function makes of a short text of ASCII characters, or of a new text, to which the module applies the
   * function. Which of them it is depends on the text alone, and with it the fuel.
   */
  textThrough(text: string, name: TextFunction): number {
    const known = text.length > SHORT_TEXT ? undefined : this.made[name].get(text);
    return known ?? this.#newThrough(text, name);
  }

  #newThrough(text: string, name: TextFunction): number {
    if (text.length > SHORT_TEXT || !ASCII.test(text)) return encodeString(this.memory, text);
    const made = name === "upper" ? text.toUpperCase() : text.toLowerCase();
    const address = this.#interned.addresses.get(made) ?? this.#interned.other;
    const table = this.made[name];
    if (table.size === REMEMBERED_TEXTS) table.clear();
    table.set(text, address);
    return address;
  }

  #write(at: number, tag: number, payload: number): void {
    const { u32 } = this.memory;
    u32[at >>> 2] = payload;
    u32[(at >>> 2) + 1] = tag;
  }

  #string(text: string): number {
    const { length } = text;
    if (length === 0) return this.#newString(text, EMPTY_SIGN);
    const sign = textSign(text, length);
    const place = sign & (RECENT_TEXTS - 1);
    if (this.#recentStarts[place] === this.#start && this.#recentTexts[place] === text) {
      return this.#recentAddresses[place] as number;
    }
    const address = this.#newString(text, sign);
    this.#recentTexts[place] = text;
    this.#recentAddresses[place] = address;
    this.#recentStarts[place] = this.#start;
    return address;
  }

  #newString(text: string, sign: number): number {
    // Most texts are no constants, and this tells so for most of them.
    if (this.#interned.signs[sign] === 1) {
      const address = this.#interned.addresses.get(text);
      if (address !== undefined) return address;
    }
    return encodeString(this.memory, text);
  }

  #key(text: string): WrittenKey {
    const known = this.#keys.get(text);
    if (known !== undefined) return known;
    const key: WrittenKey = { text, address: this.#string(text), next: undefined };
    if (this.#keys.size < REMEMBERED_KEYS) this.#keys.set(text, key);
    return key;
  }

  /** The key behind `previous` in a record, or its first: mostly that of the record before. */
  #nextKey(first: boolean, previous: WrittenKey, text: string): WrittenKey {
    const expected = first ? previous : previous.next;
    if (expected !== undefined && expected.text === text) return expected;
    const key = this.#key(text);
    if (this.#keys.size === REMEMBERED_KEYS) return key;
    if (first) this.#firstKey = key;
    else previous.next = key;
    return key;
  }

  #writeComposite(at: number, value: object): void {
    const shape = shapeOf(value);
    if (shape === "number") {
      encodeNumeric(this.memory, at, value as unknown as RegoNumber);
      return;
    }
    this.#enter(value);
    switch (shape) {
      case "record":
        this.#writeRecord(at, value);
        break;
      case "array":
        this.#writeArray(at, value as unknown[]);
        break;
      case "map":
        this.#writeMap(at, value as Map<unknown, unknown>);
        break;
      case "set":
        this.#writeSet(at, value as Set<unknown>);
        break;
    }
    this.#depth--;
  }

  #enter(value: object): void {
    if (this.#depth >= this.depthLimit) {
      const cycle = this.#ancestors.slice(0, this.#depth).includes(value) || hasTwice(this.#ancestors, this.#depth);
      if (cycle) invalid("the value contains itself");
      throw new BorderError("depth_exceeded", `nested deeper than ${this.depthLimit} levels`);
    }
    this.#ancestors[this.#depth] = value;
    this.#path[this.#depth] = undefined;
    this.#depth++;
  }

  #writeArray(at: number, array: readonly unknown[]): void {
    const length = readLength(array);
    const address = this.memory.reserve(8 + 8 * length);
    this.#header(address, length, 0);
    const place = this.#depth - 1;
    for (let i = 0; i < length; i++) {
      this.#path[place] = i;
      this.writeValue(address + 8 + 8 * i, this.plainGets ? getElement(array, i) : readElement(array, i));
    }
    this.#write(at, ARRAY, address);
  }

  #writeRecord(at: number, record: object): void {
    if (this.plainGets && isPlain(record) && hasBarePrototype())
      this.#writePlainRecord(at, record as Readonly<Record<string, unknown>>);
    else this.#writeAnyRecord(at, record);
  }

  /** By `for in`, which engines compile to loads of fields, without an array of keys. */
  #writePlainRecord(at: number, record: Readonly<Record<string, unknown>>): void {
    let count = 0;
    for (const _ in record) count++;
    const address = this.memory.reserve(16 + 16 * count);
    const end = address + 16 + 16 * count;
    const place = this.#depth - 1;
    let entry = address + 16;
    let known = this.#firstKey;
    let first = true;
    for (const key in record) {
      const member = record[key];
      this.#path[place] = key;
      if (member === undefined) continue;
      // A getter may have added properties since they were counted.
      if (entry === end) invalid("an object changed while it was read");
      known = this.#nextKey(first, known, key);
      first = false;
      this.#write(entry, STRING, known.address);
      this.writeValue(entry + 8, member);
      entry += 16;
    }
    this.#header(address, (entry - address - 16) / 16, address + 16);
    this.#write(at, OBJECT, address);
  }

  #writeAnyRecord(at: number, record: object): void {
    const keys = ownKeys(record);
    const address = this.memory.reserve(16 + 16 * keys.length);
    const place = this.#depth - 1;
    let entry = address + 16;
    let known = this.#firstKey;
    let first = true;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string;
      this.#path[place] = key;
      const member = readProperty(record, key);
      // As in JSON.stringify: a property without a value is no property.
      if (member === undefined) continue;
      known = this.#nextKey(first, known, key);
      first = false;
      this.#write(entry, STRING, known.address);
      this.writeValue(entry + 8, member);
      entry += 16;
    }
    this.#header(address, (entry - address - 16) / 16, address + 16);
    this.#write(at, OBJECT, address);
  }

  /** Where equal elements can have different forms (1 and 1n, two arrays), the set is brought to one form first. */
  #writeSet(at: number, set: Set<unknown>): void {
    let elements: unknown[] = [];
    let simple = true;
    setForEach(set, (element) => {
      elements.push(element);
      if (!isSimple(element)) simple = false;
    });
    if (!simple) elements = [...canonicalElements(set, this.depthLimit - this.#depth + 1)];
    const address = this.memory.reserve(16 + 8 * elements.length);
    for (let i = 0; i < elements.length; i++) this.writeValue(address + 16 + 8 * i, elements[i]);
    this.#header(address, elements.length, address + 16);
    this.#write(at, SET, address);
  }

  #writeMap(at: number, map: Map<unknown, unknown>): void {
    let pairs: (readonly [unknown, unknown])[] = [];
    let simple = true;
    mapForEach(map, (value, key) => {
      pairs.push([key, value]);
      if (!isSimple(key)) simple = false;
    });
    if (!simple) pairs = [...canonicalPairs(map, this.depthLimit - this.#depth + 1)];
    const address = this.memory.reserve(16 + 16 * pairs.length);
    const place = this.#depth - 1;
    let entry = address + 16;
    for (const [key, value] of pairs) {
      if (typeof key === "string") {
        this.#path[place] = key;
        this.#write(entry, STRING, this.#key(key).address);
      } else {
        this.writeValue(entry, key);
      }
      this.writeValue(entry + 8, value);
      entry += 16;
    }
    this.#header(address, pairs.length, address + 16);
    this.#write(at, OBJECT, address);
  }

  /** Count and flags, and for objects and sets the entries' address and the index, which hosts leave to the module. */
  #header(address: number, count: number, entries: number): void {
    const { u32 } = this.memory;
    const word = address >>> 2;
    u32[word] = count;
    u32[word + 1] = 0;
    if (entries !== 0) {
      u32[word + 2] = entries;
      u32[word + 3] = 0;
    }
  }
}

/** Whether a value has only one form in JavaScript, as long as no bigint or composite stands beside it. */
function isSimple(value: unknown): boolean {
  return value === null || typeof value === "string" || typeof value === "boolean" || typeof value === "number";
}

function hasTwice(values: readonly object[], count: number): boolean {
  return new Set(values.slice(0, count)).size < count;
}
