import { describe, expect, test } from "vitest";
import { readModule } from "../../src/wasm/read-module.ts";
import type { WasmModule } from "../../src/wasm/wasm-module.ts";
import { writeModule } from "../../src/wasm/write-module.ts";

const module: WasmModule = {
  types: [
    { params: ["i32", "i64"], results: ["f64"] },
    { params: [], results: [] },
  ],
  imports: [{ module: "host", field: "call", external: { kind: "function", type: 1 } }],
  // f64.const 1.5, end; and: end.
  functions: [
    { type: 0, code: Uint8Array.of(0, 0x44, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0x0b) },
    { type: 1, code: Uint8Array.of(0, 0x0b) },
  ],
  memory: { minPages: 1, maxPages: 3 },
  tags: [],
  globals: [
    { type: "i32", mutable: true, initial: -5 },
    { type: "i64", mutable: false, initial: 7n },
  ],
  exports: [
    { name: "memory", kind: "memory", index: 0 },
    { name: "value", kind: "function", index: 1 },
    { name: "counter", kind: "global", index: 0 },
  ],
  data: [{ address: 1000, bytes: Uint8Array.of(1, 2, 3) }],
  customSections: [],
};

describe("writeModule", () => {
  test("writes what readModule reads back", () => {
    expect(readModule(writeModule(module))).toEqual(module);
  });

  test("writes a module that runs", () => {
    const bytes = writeModule({ ...module, customSections: [{ name: "note", bytes: Uint8Array.of(9) }] });
    const compiled = new WebAssembly.Module(bytes);
    expect([...new Uint8Array(WebAssembly.Module.customSections(compiled, "note")[0] ?? new ArrayBuffer(0))]).toEqual([
      9,
    ]);
    const { exports } = new WebAssembly.Instance(compiled, { host: { call: () => {} } });
    const { memory, value, counter } = exports as {
      memory: WebAssembly.Memory;
      value: (a: number, b: bigint) => number;
      counter: WebAssembly.Global;
    };
    expect(value(1, 2n)).toBe(1.5);
    expect(counter.value).toBe(-5);
    expect([...new Uint8Array(memory.buffer, 1000, 4)]).toEqual([1, 2, 3, 0]);
  });
});
