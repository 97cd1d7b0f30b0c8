import { Control } from "./abi/layout.ts";
import type { Manifest } from "./abi/manifest.ts";
import { buildReadTree, type ReadNode } from "./abi/read-tree.ts";
import { BorderError } from "./border/border-error.ts";
import { encodeDocument } from "./instance/encode-document.ts";
import { type InstanceSource, PolicyInstance } from "./instance/policy-instance.ts";
import { type Limits, WASM_PAGE } from "./limits.ts";
import { pathText } from "./path-text.ts";
import { PolicyLoadError } from "./policy-load-error.ts";

/**
 * An instance's memory as it was before its first evaluation: the module's own data, encoded base documents, and what the module has made of them (sorted, indexed). All that a module keeps about
 * base documents lies in its memory: docs/reference/abi.md, "Base documents".
 */
export interface MemorySnapshot {
  /** From address 0 to `heapBase`. */
  readonly bytes: Uint8Array;
  readonly heapBase: number;
}

/** Whether base documents are part of the module; then none can be set. */
function hasBuiltInData({ digests }: Manifest): boolean {
  return digests.data !== "";
}

/** Encodes base documents into a new instance, so that a failure touches nothing. Throws `PolicyLoadError`. */
export function encodeData(
  source: InstanceSource,
  data: unknown,
  limits: Limits,
): { instance: PolicyInstance; snapshot: MemorySnapshot } {
  const { manifest } = source;
  if (hasBuiltInData(manifest) && data !== undefined) {
    throw new PolicyLoadError("data_built_in", "the module carries its base documents; others cannot be set");
  }
  const instance = new PolicyInstance(source);
  const { memory, writer } = instance;
  setBounds(instance, limits);
  const { heapStart } = manifest.memory;
  if (heapStart > memory.limit) {
    throw new PolicyLoadError(
      "memory_limit",
      `the module needs ${Math.ceil(heapStart / WASM_PAGE)} pages before it evaluates; the limit is ${limits.memoryPages}`,
    );
  }
  writer.start(heapStart);
  memory.reserve(0);
  if (!hasBuiltInData(manifest)) encode(instance, dataTree(manifest), data);
  const top = memory.top;
  settle(instance, top);
  const { heapBase } = instance;
  return { instance, snapshot: { bytes: memory.u8.slice(0, heapBase), heapBase } };
}

/** A fresh instance with the same contents of its memory. Throws `PolicyLoadError` or `BorderError` where there is no room for one. */
export function restoreInstance(
  source: InstanceSource,
  { bytes, heapBase }: MemorySnapshot,
  limits: Limits,
): PolicyInstance {
  const instance = new PolicyInstance(source);
  const { memory, writer } = instance;
  setBounds(instance, limits);
  writer.start(0);
  memory.reserve(bytes.length);
  memory.u8.set(bytes);
  instance.heapBase = heapBase;
  return instance;
}

/** The same on an instance that has returned properly, only with a status after which its memory is not relied on. Much cheaper: the memory is there already. */
export function restoreMemory(instance: PolicyInstance, { bytes }: MemorySnapshot): void {
  const { memory, heapBase } = instance;
  memory.clear(heapBase, Math.max(memory.top, memory.u32[Control.heapTop >>> 2] as number));
  memory.u8.set(bytes);
  // Among the bytes are those that settings were written to.
  instance.settings = undefined;
}

function setBounds({ memory, writer }: PolicyInstance, limits: Limits): void {
  memory.limit = limits.memoryPages * WASM_PAGE;
  writer.depthLimit = limits.depth;
}

function dataTree(manifest: Manifest): ReadNode {
  return buildReadTree(manifest.data.slots, manifest.data.address);
}

function encode({ writer }: PolicyInstance, tree: ReadNode, data: unknown): void {
  try {
    encodeDocument(writer, tree, data);
  } catch (error) {
    const where = pathText("data", writer.path());
    if (!(error instanceof BorderError)) {
      throw new PolicyLoadError("data_invalid", `${where}: reading it threw an exception`, { cause: error });
    }
    const code = error.code === "memory_exhausted" ? "memory_limit" : "data_invalid";
    throw new PolicyLoadError(code, `${where}: ${error.message}`);
  }
}

function settle(instance: PolicyInstance, top: number): void {
  try {
    instance.settleData(top);
  } catch (error) {
    if (error instanceof PolicyLoadError) throw error;
    throw new PolicyLoadError("memory_limit", "the module cannot take in the base documents", { cause: error });
  }
}
