import type { Manifest } from "./abi/manifest.ts";
import { buildReadTree, type ReadNode } from "./abi/read-tree.ts";
import { BorderError } from "./border/border-error.ts";
import { encodeDocument } from "./instance/encode-document.ts";
import { type InstanceSource, PolicyInstance } from "./instance/policy-instance.ts";
import { type Limits, WASM_PAGE } from "./limits.ts";
import { pathText } from "./path-text.ts";
import { PolicyLoadError } from "./policy-load-error.ts";

/** Encoded base documents, to be put into a fresh instance without the values they came from. */
export interface DataSnapshot {
  /** From `heapStart` on. */
  readonly heap: Uint8Array;
  /** The data slots, from `manifest.data.address` on. */
  readonly slots: Uint8Array;
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
): { instance: PolicyInstance; snapshot: DataSnapshot } {
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
  const { address, end } = slotRange(manifest);
  const snapshot = { heap: memory.u8.slice(heapStart, top), slots: memory.u8.slice(address, end) };
  settle(instance, top);
  return { instance, snapshot };
}

/** A fresh instance with the same base documents. Throws `PolicyLoadError`. */
export function restoreData(source: InstanceSource, snapshot: DataSnapshot, limits: Limits): PolicyInstance {
  const instance = new PolicyInstance(source);
  const { memory, writer } = instance;
  setBounds(instance, limits);
  writer.start(source.manifest.memory.heapStart);
  const address = memory.reserve(snapshot.heap.length);
  memory.u8.set(snapshot.heap, address);
  memory.u8.set(snapshot.slots, source.manifest.data.address);
  settle(instance, memory.top);
  return instance;
}

function setBounds({ memory, writer }: PolicyInstance, limits: Limits): void {
  memory.limit = limits.memoryPages * WASM_PAGE;
  writer.depthLimit = limits.depth;
}

function dataTree(manifest: Manifest): ReadNode {
  return buildReadTree(manifest.data.slots, manifest.data.address);
}

function slotRange({ data }: Manifest): { address: number; end: number } {
  const count = data.slots.reduce((most, { slot }) => Math.max(most, slot + 1), 0);
  return { address: data.address, end: data.address + 8 * count };
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
