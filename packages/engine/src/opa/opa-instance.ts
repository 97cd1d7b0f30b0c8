import { BorderError } from "../border/border-error.ts";
import { canonicalValue } from "../border/canonical-value.ts";
import type { BuiltinFunction } from "../builtin.ts";
import type { HostCall } from "../instance/host-builtin.ts";
import { PolicyMemory } from "../instance/policy-memory.ts";
import { WASM_PAGE } from "../limits.ts";
import { PolicyLoadError } from "../policy-load-error.ts";
import { isMap, isObject, isSet, type RegoValue } from "../values/rego-value.ts";
import { OpaAbort } from "./opa-abort.ts";
import { opaBuiltins } from "./opa-builtins.ts";
import { FUEL_GLOBAL, globalValue, type OpaExports } from "./opa-exports.ts";
import { OpaValueReader } from "./opa-value-reader.ts";
import { OpaValueWriter } from "./opa-value-writer.ts";
import { parseValueText } from "./parse-value-text.ts";
import { probeLayout } from "./probe-layout.ts";

/** What the host takes from the allocator to make the memory larger: a block of this many bytes less than whole pages grows by just those pages. */
const BLOCK_SLACK = 64;
/** What a value takes at most in a text, roughly. */
const BYTES_PER_NODE = 64;
/** Longer messages of a module are cut. */
const LONGEST_MESSAGE = 4_096;

const VERSION_GLOBALS = ["opa_wasm_abi_version", "opa_wasm_abi_minor_version"] as const;
/** For what the host itself asks of a module, outside of evaluations. */
export const HOST_FUEL = 2_147_483_647;
/** Of values at the border to built-ins: what JavaScript's stack carries. */
const MOST_DEPTH = 1_000;

const decoder = new TextDecoder();

export interface OpaSource {
  readonly module: WebAssembly.Module;
  /** Of the memory, in pages: what the module asks for, and the policy's limit. */
  readonly pages: { readonly least: number; readonly most: number };
  readonly builtins: ReadonlyMap<string, BuiltinFunction>;
  /** Text at the border although the layout is known: for modules whose layout is another, and to test that way. */
  readonly textOnly: boolean;
}

/**
 * One module made by OPA with its memory. OPA's code cannot be unwound: an evaluation that ends by an exception leaves its stack in use (the official host dies of that after some
 * hundreds). So after any exception `recover` makes a fresh instance on the same memory, which gets back the contents that it had before the first evaluation.
 */
export class OpaInstance {
  readonly memory: PolicyMemory;
  readonly writer: OpaValueWriter;
  readonly reader: OpaValueReader;
  readonly hostCall: HostCall;
  readonly #source: OpaSource;
  readonly #wasmMemory: WebAssembly.Memory;
  readonly #imports: WebAssembly.Imports;
  readonly #builtinIds = new Map<number, { readonly name: string; readonly run: BuiltinFunction }>();
  /** Where the allocator stood in a fresh instance: below are the module's own statics. */
  readonly #staticEnd: number;
  #exports: OpaExports;
  #fuel: WebAssembly.Global<"i32"> | undefined;
  #context = 0;
  #snapshot = new Uint8Array(0);
  /** Values are read and written in the module's own layout. */
  readonly direct: boolean;
  /** Where an evaluation's heap starts: behind the base documents. */
  heapBase = 0;
  busy = false;
  broken = false;

  /** Throws `PolicyLoadError`. */
  constructor(source: OpaSource) {
    this.#source = source;
    this.hostCall = {
      instance: undefined,
      clock: undefined,
      now: undefined,
      memo: undefined,
      strict: false,
      message: undefined,
    };
    this.#wasmMemory = makeMemory(source.pages);
    this.memory = new PolicyMemory(this.#wasmMemory, (pages) => this.#grow(pages));
    this.memory.limit = source.pages.most * WASM_PAGE;
    this.#imports = {
      env: {
        memory: this.#wasmMemory,
        opa_abort: (address: number) => {
          throw new OpaAbort(this.#textAt(address));
        },
        // What a policy prints goes nowhere, as with modules of our own.
        opa_println: () => {},
        ...opaBuiltins({ instance: () => this, call: this.hostCall, builtins: () => this.#builtinIds }),
      },
    };
    this.#exports = this.#instantiate();
    this.#staticEnd = this.#exports.opa_heap_ptr_get() >>> 0;
    this.writer = new OpaValueWriter(this.memory, (address, bytes) => this.#parse(address, bytes));
    this.reader = new OpaValueReader(this.#wasmMemory);
    this.direct = !source.textOnly && probeLayout(this);
  }

  get exports(): OpaExports {
    return this.#exports;
  }

  /** The version of OPA's ABI that the module names. */
  get abi(): { readonly major: number | undefined; readonly minor: number | undefined } {
    const exports = this.#exports as unknown as WebAssembly.Exports;
    const [major, minor] = VERSION_GLOBALS.map((name) => globalValue(exports, name));
    return { major, minor };
  }

  /** Whether the module counts its steps. */
  get metered(): boolean {
    return this.#fuel !== undefined;
  }

  /** Fuel that the running evaluation has left; below zero where it was exhausted, infinite where nothing counts. */
  fuelLeft(): number {
    return this.#fuel === undefined ? Number.POSITIVE_INFINITY : this.#fuel.value;
  }

  setFuel(fuel: number): void {
    if (this.#fuel !== undefined) this.#fuel.value = Math.max(fuel, -1);
  }

  /** A value that the module holds, in whatever form it lies there. */
  readValue(address: number, bounds: { readonly nodes: number; readonly depth: number }): RegoValue {
    return this.direct ? this.reader.read(address, bounds) : this.readDump(address, bounds);
  }

  /** The same by way of the text that the module writes of it. */
  readDump(address: number, { nodes, depth }: { readonly nodes: number; readonly depth: number }): RegoValue {
    const text = this.#exports.opa_value_dump(address);
    return parseValueText(this.#textAt(text, nodes * BYTES_PER_NODE), depth);
  }

  /** The value of a result set `{{"result": value}}`; undefined where it is empty. */
  readResult(set: number, bounds: { readonly nodes: number; readonly depth: number }): RegoValue | undefined {
    if (this.direct) {
      const address = this.reader.resultIn(set);
      return address === undefined ? undefined : this.reader.read(address, bounds);
    }
    const results = this.readDump(set, bounds);
    if (!isSet(results)) throw new RangeError("the result is no set");
    for (const result of results)
      if (isObject(result) && !isMap(result) && Object.hasOwn(result, "result")) return result.result;
    if (results.size > 0) throw new RangeError("the result is no object");
    return undefined;
  }

  /** An argument of a host built-in and what it costs; at most so much. */
  readArgument(address: number, most: number): readonly [RegoValue, number] {
    const value = this.readValue(address, { nodes: most, depth: MOST_DEPTH });
    return [value, this.direct ? this.reader.cost : 1];
  }

  /** Writes what a host built-in answers behind what the module has allocated so far. */
  writeResult(result: RegoValue): number {
    const { memory, writer } = this;
    memory.refresh();
    memory.top = Math.ceil((this.#exports.opa_heap_ptr_get() >>> 0) / 8) * 8;
    writer.depthLimit = MOST_DEPTH;
    const address = this.direct ? writer.write(result) : writer.writeByText(result);
    this.#exports.opa_heap_ptr_set(memory.top);
    return address;
  }

  /** Writes an input or base documents at the heap's top. Throws `BorderError`. */
  write(value: unknown): number {
    const { writer } = this;
    return this.direct ? writer.write(value) : writer.writeByText(canonicalValue(value, writer.depthLimit));
  }

  /** Names the host built-ins by the numbers that the module gives them. */
  nameBuiltins(ids: ReadonlyMap<string, number>): void {
    for (const [name, id] of ids) {
      const run = this.#source.builtins.get(name);
      if (run !== undefined) this.#builtinIds.set(id, { name, run });
    }
  }

  /** Takes what was written so far for the base documents, whose value lies at an address, and keeps a copy of the memory to come back to. */
  settle(data: number): void {
    const { memory } = this;
    this.setFuel(HOST_FUEL);
    this.#exports.opa_heap_ptr_set(memory.top);
    this.#context = this.#exports.opa_eval_ctx_new();
    this.#exports.opa_eval_ctx_set_data(this.#context, data);
    memory.refresh();
    this.heapBase = Math.ceil((this.#exports.opa_heap_ptr_get() >>> 0) / 8) * 8;
    this.#exports.opa_heap_ptr_set(this.heapBase);
    this.#snapshot = memory.u8.slice(0, this.heapBase);
  }

  /** Calls an entrypoint on the input at an address (0: none). Answers the address of the result set. Throws whatever ended it. */
  evaluate(entrypoint: number, input: number): number {
    const exports = this.#exports;
    exports.opa_heap_ptr_set(this.memory.top);
    exports.opa_eval_ctx_set_input(this.#context, input);
    exports.opa_eval_ctx_set_entrypoint(this.#context, entrypoint);
    exports.eval(this.#context);
    return exports.opa_eval_ctx_get_result(this.#context);
  }

  /** Writes zeros over what the evaluation has allocated and not given back. */
  clear(): void {
    this.memory.refresh();
    this.memory.clear(this.heapBase, this.heapTop());
  }

  /** How far the module's own allocations have come. */
  heapTop(): number {
    return this.#exports.opa_heap_ptr_get() >>> 0;
  }

  /** A fresh instance on the memory as it was before the first evaluation. Throws `PolicyLoadError` where there is no room for one. */
  recover(): void {
    this.setFuel(HOST_FUEL);
    this.clear();
    // The module's start function counts on statics that are zero.
    this.memory.u8.fill(0, 0, this.#staticEnd);
    this.#exports = this.#instantiate();
    this.memory.refresh();
    this.memory.u8.set(this.#snapshot);
    this.broken = false;
  }

  #instantiate(): OpaExports {
    try {
      const { exports } = new WebAssembly.Instance(this.#source.module, this.#imports);
      const fuel = exports[FUEL_GLOBAL];
      this.#fuel = fuel instanceof WebAssembly.Global ? (fuel as WebAssembly.Global<"i32">) : undefined;
      return exports as unknown as OpaExports;
    } catch (error) {
      throw new PolicyLoadError("instantiation_failed", "the module cannot be instantiated", { cause: error });
    }
  }

  /** Text at an address up to a zero byte. */
  #textAt(address: number, most: number = LONGEST_MESSAGE): string {
    this.memory.refresh();
    const { u8 } = this.memory;
    const start = address >>> 0;
    const end = u8.indexOf(0, start);
    const length = Math.min(end < 0 ? u8.length - start : end - start, most);
    return decoder.decode(u8.subarray(start, start + length));
  }

  /** Behind the text at an address; the module's allocator takes over from the writer and gives back. */
  #parse(address: number, bytes: number): number {
    const { memory } = this;
    this.#exports.opa_heap_ptr_set(memory.top);
    const value = this.#exports.opa_value_parse(address, bytes);
    memory.refresh();
    if (value === 0) throw new BorderError("input_invalid", "the module does not take a value of the input");
    memory.top = Math.ceil((this.#exports.opa_heap_ptr_get() >>> 0) / 8) * 8;
    return value;
  }

  /** The module keeps its own count of how far the memory goes; what it does not know of it would grow by once more. So it has to grow it by itself. */
  #grow(pages: number): void {
    const present = this.#wasmMemory.buffer.byteLength / WASM_PAGE;
    if (present + pages > this.#source.pages.most) throw new RangeError("the memory cannot grow any more");
    this.#exports.opa_heap_ptr_set(present * WASM_PAGE);
    this.#exports.opa_malloc(pages * WASM_PAGE - BLOCK_SLACK);
  }
}

function makeMemory({ least, most }: OpaSource["pages"]): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: least, maximum: most });
  } catch (error) {
    throw new PolicyLoadError("memory_limit", `the module needs ${least} pages before it evaluates`, { cause: error });
  }
}
