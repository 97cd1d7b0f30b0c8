/**
 * Reads values out of the memory of a module made by OPA, in the layout of `opa-layout.ts`. In: an address; nothing that stands there is trusted. Out: canonical values, made anew. What
 * cannot be a value throws an exception; a value larger than its bounds, written out, `ResultTooLargeError`.
 */
import { ResultTooLargeError } from "../instance/value-reader.ts";
import { compareValues } from "../values/compare-values.ts";
import { makeObject, setOwn } from "../values/make-object.ts";
import { setOfDistinct } from "../values/make-set.ts";
import { canonicalNumber } from "../values/rego-number.ts";
import type { RegoValue } from "../values/rego-value.ts";
import { NumberForm, OpaType } from "./opa-layout.ts";

/** Up to this many bytes a loop is faster than a view and a decoder. */
const SHORT = 24;
/** No number's text within the limits is longer. */
const LONGEST_NUMBER = 1_100_000;
const TWO_32 = 4_294_967_296;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** At most so many values and levels. */
export interface ReadBounds {
  readonly nodes: number;
  readonly depth: number;
}

export class OpaValueReader {
  readonly #memory: WebAssembly.Memory;
  /** Made anew when the memory has grown. */
  #view: DataView;
  #nodes = 0;
  #nodesLeft = 0;
  #bytes = 0;
  #depthLeft = 0;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#view = new DataView(memory.buffer);
  }

  /** The value at an address. */
  read(address: number, { nodes, depth }: ReadBounds): RegoValue {
    this.refresh();
    this.#nodes = nodes;
    this.#nodesLeft = nodes;
    this.#bytes = 0;
    this.#depthLeft = depth;
    return this.#value(address);
  }

  /** What the last `read` touched: values and bytes/8. */
  get cost(): number {
    return this.#nodes - this.#nodesLeft + Math.floor(this.#bytes / 8);
  }

  /** To be called after the module may have grown its memory. */
  refresh(): void {
    if (this.#view.buffer !== this.#memory.buffer) this.#view = new DataView(this.#memory.buffer);
  }

  /** The address of the value of the only pair of the only element of a result set, which is `{"result": value}`; undefined where the set is empty. */
  resultIn(set: number): number | undefined {
    this.refresh();
    if (this.#type(set) !== OpaType.set) throw new RangeError("the result is no set");
    const element = this.#firstIn(set);
    if (element === 0) return undefined;
    const object = this.#u32(element);
    if (this.#type(object) !== OpaType.object) throw new RangeError("the result is no object");
    return this.#u32(this.#firstIn(object) + 4);
  }

  /** The first element of the first bucket that has one; 0 where none has. */
  #firstIn(composite: number): number {
    const buckets = this.#u32(composite + 4);
    const count = this.#u32(composite + 8);
    for (let i = 0; i < count; i++) {
      const element = this.#u32(buckets + 4 * i);
      if (element !== 0) return element;
    }
    return 0;
  }

  /** `DataView` throws a `RangeError` beyond the memory. */
  #u32(address: number): number {
    return this.#view.getUint32(address >>> 0, true);
  }

  #type(address: number): number {
    return this.#view.getUint8(address >>> 0);
  }

  #value(address: number): RegoValue {
    if (--this.#nodesLeft < 0)
      throw new ResultTooLargeError("the result, written out, is larger than the memory limit");
    if (address === 0) throw new RangeError("a value is missing");
    switch (this.#type(address)) {
      case OpaType.null:
        return null;
      case OpaType.boolean:
      case OpaType.internedBoolean:
        return this.#view.getUint8((address >>> 0) + 1) !== 0;
      case OpaType.number:
        return this.#number(address);
      case OpaType.string:
      case OpaType.internedString:
        return this.#text(this.#u32(address + 8), this.#u32(address + 4));
      case OpaType.array:
      case OpaType.object:
      case OpaType.set:
        return this.#composite(address);
      default:
        throw new RangeError("a value has an unknown type");
    }
  }

  #number(address: number): RegoValue {
    switch (this.#view.getUint8((address >>> 0) + 1)) {
      case NumberForm.integer: {
        const value = this.#view.getInt32((address >>> 0) + 12, true) * TWO_32 + this.#u32(address + 8);
        return Number.isSafeInteger(value) ? value : canonicalNumber(this.#view.getBigInt64((address >>> 0) + 8, true));
      }
      case NumberForm.text: {
        const length = this.#u32(address + 12);
        if (length > LONGEST_NUMBER) throw new RangeError("a number is longer than any");
        return canonicalNumber(this.#text(this.#u32(address + 8), length));
      }
      default:
        throw new RangeError("a number has an unknown form");
    }
  }

  #text(start: number, bytes: number): string {
    this.#bytes += bytes;
    if (bytes > SHORT) return this.#longText(start, bytes);
    let text = "";
    for (let i = start; i < start + bytes; i++) {
      const byte = this.#view.getUint8(i);
      if (byte >= 0x80) return this.#longText(start, bytes);
      text += String.fromCharCode(byte);
    }
    return text;
  }

  #longText(start: number, bytes: number): string {
    return decoder.decode(new Uint8Array(this.#memory.buffer, start, bytes));
  }

  #composite(address: number): RegoValue {
    if (--this.#depthLeft < 0) throw new RangeError("a value is nested deeper than the depth limit");
    const type = this.#type(address);
    const value =
      type === OpaType.array
        ? this.#array(address)
        : type === OpaType.object
          ? this.#object(address)
          : this.#set(address);
    this.#depthLeft++;
    return value;
  }

  #array(address: number): RegoValue {
    const elements = this.#u32(address + 4);
    const length = this.#u32(address + 8);
    const items: RegoValue[] = [];
    for (let i = 0; i < length; i++) items.push(this.#value(this.#u32(elements + 8 * i + 4)));
    return items;
  }

  #object(address: number): RegoValue {
    const record: Record<string, RegoValue> = {};
    let pairs: [RegoValue, RegoValue][] | undefined;
    this.#visit(address, (element) => {
      const key = this.#value(this.#u32(element));
      const value = this.#value(this.#u32(element + 4));
      if (pairs === undefined && typeof key === "string") {
        setOwn(record, key, value);
        return;
      }
      pairs ??= Object.entries(record);
      pairs.push([key, value]);
    });
    return pairs === undefined ? record : makeObject(pairs);
  }

  #set(address: number): RegoValue {
    const elements: RegoValue[] = [];
    this.#visit(address, (element) => {
      elements.push(this.#value(this.#u32(element)));
    });
    return setOfDistinct(elements.length < 2 ? elements : elements.sort(compareValues));
  }

  /** The elements of all buckets of an object or a set; as many as it says it has. */
  #visit(address: number, visit: (element: number) => void): void {
    const buckets = this.#u32(address + 4);
    const count = this.#u32(address + 8);
    const next = this.#type(address) === OpaType.object ? 8 : 4;
    let left = this.#u32(address + 12);
    for (let i = 0; i < count && left > 0; i++) {
      for (let element = this.#u32(buckets + 4 * i); element !== 0 && left > 0; element = this.#u32(element + next)) {
        visit(element);
        left--;
      }
    }
    if (left > 0) throw new RangeError("a composite has fewer elements than it says");
  }
}
