import { equalValues } from "../values/compare-values.ts";
import { canonicalNumber } from "../values/rego-number.ts";
import type { RegoValue } from "../values/rego-value.ts";
import type { OpaInstance } from "./opa-instance.ts";

const BOUNDS = { nodes: 10_000, depth: 64 };

/** Every kind of value, and enough keys for several sizes of buckets. */
const PROBE: RegoValue = {
  ...Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`key ${i}`, i])),
  "": "",
  "é東😀": 'ü\n"\\',
  numbers: [0, -1, 2 ** 40, -(2 ** 52), 0.5, -12.25, 1e-7, 1e300, canonicalNumber("12345678901234567890.5")],
  others: [null, true, false, [], {}, [[{ a: ["x".repeat(100)] }]]],
};

/**
 * Whether a module lays values out as `opa-layout.ts` says. It writes a value of ours out as text and finds all keys again (which goes by their hashes), and a value that it parses is read here
 * as the same. Of a module with another layout nothing but text is taken and given.
 */
export function probeLayout(instance: OpaInstance): boolean {
  const { memory, writer } = instance;
  const start = instance.heapTop();
  let same = false;
  try {
    memory.refresh();
    writer.start(Math.ceil(start / 8) * 8);
    writer.depthLimit = BOUNDS.depth;
    const direct = writer.write(PROBE);
    const parsed = writer.writeByText(PROBE);
    instance.exports.opa_heap_ptr_set(memory.top);
    same =
      equalValues(instance.reader.read(parsed, BOUNDS), PROBE) &&
      equalValues(instance.reader.read(direct, BOUNDS), PROBE) &&
      equalValues(instance.readDump(direct, BOUNDS), PROBE);
  } catch {
    // Another layout can lead the module anywhere; it starts anew.
    instance.recover();
  }
  instance.exports.opa_heap_ptr_set(start);
  return same;
}
