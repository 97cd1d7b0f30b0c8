import { BUILTIN_MODULE, Control, DATA_CHANGED_EXPORT } from "../abi/layout.ts";
import type { Manifest } from "../abi/manifest.ts";
import type { BuiltinFunction } from "../builtin.ts";
import type { CallSettings } from "../call-settings.ts";
import { PolicyLoadError } from "../policy-load-error.ts";
import type { EntrypointEncoder } from "./entrypoint-encoder.ts";
import { type HostCall, hostBuiltin } from "./host-builtin.ts";
import { PolicyMemory } from "./policy-memory.ts";
import { ValueReader } from "./value-reader.ts";
import { type InternedStrings, ValueWriter } from "./value-writer.ts";

/** What every instance of one module is made from. */
export interface InstanceSource {
  readonly module: WebAssembly.Module;
  readonly manifest: Manifest;
  readonly builtins: ReadonlyMap<string, BuiltinFunction>;
  readonly interned: InternedStrings;
  /** Encoders that fill the frame of an instance by its writer, by position in `manifest.entrypoints`. */
  readonly bindEncoders: (writer: ValueWriter) => readonly EntrypointEncoder[];
  /** Whether they were written for this module: then they know the place of an error only where they hand over. */
  readonly hasOwnEncoder: boolean;
}

/** An entrypoint's export: fuel in, status out. */
export type EntrypointFunction = (fuel: number) => number;

/** One instance of a module with its memory and what the host keeps about it. It evaluates one input at a time. */
export class PolicyInstance {
  readonly memory: PolicyMemory;
  readonly writer: ValueWriter;
  readonly reader: ValueReader;
  /** By position in `manifest.entrypoints`. */
  readonly entrypoints: readonly EntrypointFunction[];
  /** From an input to the frame, in the same order. */
  readonly encoders: readonly EntrypointEncoder[];
  /** What host built-ins see of the running evaluation, and what they leave behind. */
  readonly hostCall: HostCall;
  readonly #dataChanged: (() => unknown) | undefined;
  /** An evaluation is on the stack. */
  busy = false;
  /** Whether evaluations may call host built-ins, or read the clock. */
  readonly asksHost: boolean;
  /** The settings of the last call: those that stand in the control block. */
  settings: CallSettings | undefined = undefined;
  /** Something unexpected happened; it must not be used again. */
  broken = false;
  /** Where an evaluation's heap starts: behind the base documents. */
  heapBase: number;

  /** Throws `PolicyLoadError` with `instantiation_failed`. */
  constructor({ module, manifest, builtins, interned, bindEncoders }: InstanceSource) {
    const call: HostCall = {
      instance: undefined,
      clock: undefined,
      now: undefined,
      memo: undefined,
      strict: false,
      message: undefined,
    };
    const imports = manifest.builtins.flatMap(({ name, arity }) => {
      const run = builtins.get(name);
      return run === undefined ? [] : [[name, hostBuiltin({ name, arity, run, call })] as const];
    });
    const instance = instantiate(module, { [BUILTIN_MODULE]: Object.fromEntries(imports) });
    const { exports } = instance;
    this.memory = new PolicyMemory(exports.memory as WebAssembly.Memory);
    this.writer = new ValueWriter(this.memory, interned);
    this.reader = new ValueReader(this.memory, manifest.constants);
    this.entrypoints = manifest.entrypoints.map((entrypoint) => exports[entrypoint.export] as EntrypointFunction);
    this.encoders = bindEncoders(this.writer);
    this.hostCall = call;
    this.asksHost = manifest.builtins.length > 0 || manifest.entrypoints.some(({ clock }) => clock);
    this.heapBase = manifest.memory.heapStart;
    const dataChanged = exports[DATA_CHANGED_EXPORT];
    this.#dataChanged = typeof dataChanged === "function" ? (dataChanged as () => unknown) : undefined;
    call.instance = this;
  }

  /** Tells the module that its data slots and `HEAP_BASE` were written; it may move `HEAP_BASE` up, for what it keeps about them. */
  settleData(heapBase: number): void {
    const { memory } = this;
    const { u32 } = memory;
    u32[Control.heapBase >>> 2] = heapBase;
    u32[Control.heapTop >>> 2] = heapBase;
    u32[Control.heapLimit >>> 2] = memory.limit;
    u32[Control.depthLimit >>> 2] = this.writer.depthLimit;
    const status = this.#dataChanged?.() ?? 0;
    memory.refresh();
    const settled = memory.u32[Control.heapBase >>> 2] as number;
    if (status !== 0 || settled < heapBase || settled % 8 !== 0 || settled > memory.limit) {
      throw new PolicyLoadError("memory_limit", "the base documents do not fit the memory limit");
    }
    this.heapBase = settled;
  }
}

function instantiate(module: WebAssembly.Module, imports: WebAssembly.Imports): WebAssembly.Instance {
  try {
    return new WebAssembly.Instance(module, imports);
  } catch (error) {
    throw new PolicyLoadError("instantiation_failed", "the module cannot be instantiated", { cause: error });
  }
}
