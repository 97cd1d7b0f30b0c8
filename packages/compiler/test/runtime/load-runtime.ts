/// <reference lib="dom" />
import { Control, MAX_DOUBLE_SCALE, MAX_SCALED_COEFFICIENT, Tag } from "@flyball/engine/abi";
import {
  canonicalNumber,
  decimalOf,
  isArray,
  isNumber,
  isSet,
  makeObject,
  makeSet,
  objectEntries,
  RegoNumber,
  type RegoValue,
} from "@flyball/engine/values";
import { runtimeModule } from "../../src/runtime-module.generated.ts";

/** The run-time library by itself, without a policy around it: values go in and come out as JavaScript's, written and read by code of this test, not of the engine. */

export class RuntimeFault extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`fault ${status}`);
    this.status = status;
  }
}

export interface RuntimeOptions {
  readonly fuel?: number;
  readonly depth?: number;
  readonly strict?: boolean;
  /** Bytes that the heap may reach. */
  readonly limit?: number;
}

export interface Runtime {
  /** Calls an exported function with values; undefined stands for Rego's undefined. */
  call(name: string, ...args: readonly RegoValue[]): RegoValue | undefined;
  /** The same with bits and numbers as they are. */
  raw(name: string, ...args: readonly (bigint | number)[]): bigint | number | undefined;
  encode(value: RegoValue | undefined): bigint;
  decode(bits: bigint): RegoValue | undefined;
  /** Starts a new evaluation: the heap is empty, the counters are full. */
  reset(options?: RuntimeOptions): void;
  /** What is left from now on: fuel, bytes of heap, depth. */
  limit(left: { readonly fuel: number; readonly bytes: number; readonly depth: number }): void;
  /** Makes what was encoded so far outlive the evaluation, as base documents do. */
  keep(): void;
  readonly fuelUsed: number;
  readonly heap: number;
}

const HEAP = 65_536;
const tag = (kind: number): bigint => BigInt(kind) << 48n;
const UNDEFINED = tag(Tag.undefined);
const module = new WebAssembly.Module(Buffer.from(runtimeModule, "base64"));

export const runtimeExports: ReadonlySet<string> = new Set(WebAssembly.Module.exports(module).map(({ name }) => name));

export function loadRuntime(): Runtime {
  const memory = new WebAssembly.Memory({ initial: 4, maximum: 4096 });
  const instance = new WebAssembly.Instance(module, {
    env: { memory },
    flyball: {
      fault(status: number) {
        throw new RuntimeFault(status);
      },
    },
  });
  const exports = instance.exports as Record<string, unknown>;
  const scratch = new DataView(new ArrayBuffer(8));
  let base = HEAP;
  let fuelAtStart = 0;

  function global(name: string): WebAssembly.Global<"i32"> {
    return exports[name] as WebAssembly.Global<"i32">;
  }

  function raw(name: string, ...args: readonly (bigint | number)[]): bigint | number | undefined {
    const target = exports[name];
    if (typeof target !== "function") throw new Error(`the run-time library has no function ${name}`);
    const result: unknown = target(...args);
    return typeof result === "bigint" ? BigInt.asUintN(64, result) : (result as number | undefined);
  }

  function alloc(bytes: number): number {
    return (raw("alloc", bytes) as number) >>> 0;
  }

  function view(): DataView {
    return new DataView(memory.buffer);
  }

  function encodeNumber(value: RegoValue): bigint {
    const { coefficient, exponent } = decimalOf(value as number);
    const magnitude = coefficient < 0n ? -coefficient : coefficient;
    // decimalOf strips zeros: an integer of a double has them back.
    const fits =
      exponent >= 0
        ? magnitude.toString().length + exponent <= 17 && magnitude * 10n ** BigInt(exponent) <= 2n ** 53n
        : -exponent <= MAX_DOUBLE_SCALE && magnitude < BigInt(MAX_SCALED_COEFFICIENT);
    if (fits) {
      scratch.setFloat64(0, Number(`${coefficient}e${exponent}`));
      return scratch.getBigUint64(0);
    }
    const limbs: number[] = [];
    for (let rest = magnitude; rest > 0n; rest /= 1_000_000_000n) limbs.push(Number(rest % 1_000_000_000n));
    const address = alloc(16 + 4 * limbs.length);
    view().setInt32(address, coefficient < 0n ? -1 : 1, true);
    view().setInt32(address + 4, exponent, true);
    view().setUint32(address + 8, limbs.length, true);
    view().setUint32(address + 12, 0, true);
    limbs.forEach((limb, i) => {
      view().setUint32(address + 16 + 4 * i, limb, true);
    });
    return tag(Tag.bigNumber) | BigInt(address);
  }

  function encode(value: RegoValue | undefined): bigint {
    if (value === undefined) return UNDEFINED;
    if (value === null) return tag(Tag.null);
    if (typeof value === "boolean") return tag(Tag.boolean) | (value ? 1n : 0n);
    if (isNumber(value)) return encodeNumber(value);
    if (typeof value === "string") {
      const utf8 = new TextEncoder().encode(value);
      const address = alloc(8 + utf8.length);
      view().setUint32(address, utf8.length, true);
      view().setUint32(address + 4, 0, true);
      new Uint8Array(memory.buffer).set(utf8, address + 8);
      return tag(Tag.string) | BigInt(address);
    }
    if (isArray(value)) {
      const elements = value.map(encode);
      const address = alloc(8 + 8 * elements.length);
      view().setUint32(address, elements.length, true);
      view().setUint32(address + 4, 0, true);
      writeAll(address + 8, elements);
      return tag(Tag.array) | BigInt(address);
    }
    // Unsorted on purpose, as a host may write them.
    const words = isSet(value)
      ? [...value].map(encode)
      : objectEntries(value).flatMap(([k, v]) => [encode(k), encode(v)]);
    if (isSet(value)) words.reverse();
    const count = isSet(value) ? words.length : words.length / 2;
    const address = alloc(16);
    const entries = alloc(8 * words.length);
    view().setUint32(address, count, true);
    view().setUint32(address + 4, 0, true);
    view().setUint32(address + 8, entries, true);
    view().setUint32(address + 12, 0, true);
    if (isSet(value)) {
      writeAll(entries, words);
      return tag(Tag.set) | BigInt(address);
    }
    for (let i = 0; i < count; i++) {
      writeAll(entries + 16 * (count - 1 - i), words.slice(2 * i, 2 * i + 2));
    }
    return tag(Tag.object) | BigInt(address);
  }

  function writeAll(address: number, words: readonly bigint[]): void {
    words.forEach((word, i) => {
      view().setBigUint64(address + 8 * i, word, true);
    });
  }

  function decode(bits: bigint): RegoValue | undefined {
    const kind = Number(bits >> 48n);
    const address = Number(bits & 0xffff_ffffn);
    const memoryView = view();
    const words = (at: number, count: number): bigint[] =>
      Array.from({ length: count }, (_, i) => memoryView.getBigUint64(at + 8 * i, true));
    const inner = (word: bigint): RegoValue => {
      const value = decode(word);
      if (value === undefined) throw new Error("undefined inside a composite");
      return value;
    };
    const entries = (): number => memoryView.getUint32(address + 8, true);
    const count = kind >= Tag.string ? memoryView.getUint32(address, true) : 0;
    switch (kind) {
      case Tag.bigNumber:
        return decodeBig(address);
      case Tag.undefined:
        return undefined;
      case Tag.null:
        return null;
      case Tag.boolean:
        return address === 1;
      case Tag.string:
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
          new Uint8Array(memory.buffer, address + 8, count),
        );
      case Tag.array:
        return words(address + 8, count).map(inner);
      case Tag.set: {
        const set = makeSet(words(entries(), count).map(inner));
        if (set.size !== count) throw new Error("a set with equal elements");
        return set;
      }
      case Tag.object: {
        const pairs = words(entries(), 2 * count).map(inner);
        const object = makeObject(
          Array.from({ length: count }, (_, i): [RegoValue, RegoValue] => [
            pairs[2 * i] ?? null,
            pairs[2 * i + 1] ?? null,
          ]),
        );
        return object;
      }
      default:
        return decodeDouble(bits);
    }
  }

  function decodeDouble(bits: bigint): number {
    scratch.setBigUint64(0, bits);
    const x = scratch.getFloat64(0);
    const { coefficient, exponent } = decimalOf(x);
    const magnitude = coefficient < 0n ? -coefficient : coefficient;
    const canonical = Number.isInteger(x)
      ? Math.abs(x) <= 2 ** 53 && !Object.is(x, -0)
      : -exponent <= MAX_DOUBLE_SCALE && magnitude < BigInt(MAX_SCALED_COEFFICIENT);
    if (!canonical) throw new Error(`${x} is no canonical double`);
    return x;
  }

  function decodeBig(address: number): RegoValue {
    const memoryView = view();
    const count = memoryView.getUint32(address + 8, true);
    let coefficient = 0n;
    for (let i = count - 1; i >= 0; i--) {
      const limb = memoryView.getUint32(address + 16 + 4 * i, true);
      if (limb >= 1_000_000_000) throw new Error("a limb out of range");
      coefficient = coefficient * 1_000_000_000n + BigInt(limb);
    }
    if (count === 0 || memoryView.getUint32(address + 12 + 4 * count, true) === 0) throw new Error("leading zero limb");
    if (coefficient % 10n === 0n) throw new Error("a trailing zero in a big number");
    const exponent = memoryView.getInt32(address + 4, true);
    const sign = memoryView.getInt32(address, true);
    if (sign !== 1 && sign !== -1) throw new Error(`sign ${sign}`);
    const value = new RegoNumber({ coefficient: sign < 0 ? -coefficient : coefficient, exponent });
    if (encodeNumber(value) >> 48n !== BigInt(Tag.bigNumber)) throw new Error(`${value} should be a double`);
    return canonicalNumber(value);
  }

  function reset(options: RuntimeOptions = {}): void {
    global("heap").value = base;
    global("heapLimit").value = options.limit ?? 256 * 1024 * 1024;
    fuelAtStart = options.fuel ?? 100_000_000;
    global("fuel").value = fuelAtStart;
    global("depth").value = 0;
    global("depthLimit").value = options.depth ?? 1_000;
    global("strict").value = options.strict === true ? 1 : 0;
    view().setUint32(Control.heapBase, base, true);
  }

  reset();
  return {
    call(name, ...args) {
      const result = raw(name, ...args.map(encode));
      if (typeof result !== "bigint") throw new Error(`${name} does not answer a value`);
      return decode(result);
    },
    raw,
    encode,
    decode,
    reset,
    limit({ fuel, bytes, depth }) {
      global("fuel").value = fuel;
      global("heapLimit").value = global("heap").value + bytes;
      global("depthLimit").value = depth;
    },
    keep() {
      base = global("heap").value;
      reset();
    },
    get fuelUsed() {
      return fuelAtStart - global("fuel").value;
    },
    get heap() {
      return global("heap").value;
    },
  };
}
