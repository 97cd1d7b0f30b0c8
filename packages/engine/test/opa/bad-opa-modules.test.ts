import { loadPolicy, type PolicyLoadError } from "@flyball/engine";
import { describe, expect, it } from "vitest";
import { numberedNames } from "../../src/opa/opa-manifest.ts";
import { LIMITS, loadTrade, tradeModule } from "./trade-module.ts";

/** The module with one run of bytes replaced by another of the same length. */
function replaced(from: readonly number[], to: readonly number[]): Uint8Array<ArrayBuffer> {
  const module = tradeModule();
  const at = Buffer.from(module).indexOf(Buffer.from(from));
  expect(at).toBeGreaterThan(0);
  expect(from).toHaveLength(to.length);
  module.set(to, at);
  return module;
}

const bytes = (text: string): number[] => [...new TextEncoder().encode(text)];
const renamed = (from: string, to: string): Uint8Array<ArrayBuffer> => replaced(bytes(from), bytes(to));

/** The constants 1 and 3 in the two globals that name the version. */
const VERSION = [0x7f, 0x00, 0x41, 0x01, 0x0b, 0x7f, 0x00, 0x41, 0x03, 0x0b];
const ofVersion = (major: number, minor: number): Uint8Array<ArrayBuffer> =>
  replaced(VERSION, VERSION.with(3, major).with(8, minor));

function refusal(module: Parameters<typeof loadPolicy>[0], options = {}): Promise<string> {
  const grant = (names: readonly string[]): ReadonlyMap<string, () => string> =>
    new Map(names.map((name) => [name, () => name]));
  return loadPolicy(module, { builtins: grant, clock: () => 0n, ...options }).then(
    () => "loaded",
    (error: PolicyLoadError) => error.code,
  );
}

describe("a module made by OPA", () => {
  it("is of version 1.0 to 1.3 of OPA's ABI", async () => {
    for (const minor of [0, 1, 2, 3]) expect(await refusal(ofVersion(1, minor))).toBe("loaded");
    expect(await refusal(ofVersion(1, 4))).toBe("version_unsupported");
    expect(await refusal(ofVersion(2, 0))).toBe("version_unsupported");
    expect(await refusal(ofVersion(0, 3))).toBe("version_unsupported");
    expect(await refusal(renamed("opa_wasm_abi_version", "opa_wasm_abi_versioM"))).toBe("loaded");
  });

  it("imports nothing but what the ABI gives", async () => {
    expect(await refusal(renamed("opa_builtin4", "opa_builtinX"))).toBe("import_refused");
    expect(await refusal(replaced([3, ...bytes("env")], [3, ...bytes("wasi".slice(0, 3))]))).toBe("import_refused");
  });

  it("exports what the host calls", async () => {
    for (const name of ["opa_value_dump", "opa_heap_ptr_set", "entrypoints"]) {
      expect(await refusal(renamed(name, name.replace(/.$/, "_")))).toBe("export_missing");
    }
    // What does not even begin like one is none.
    expect(await refusal(renamed("opa_eval_ctx_new", "opa_eval_ctx_neW"))).toBe("foreign_module");
  });

  it("comes as bytes, within the memory limit, and is the one whose digest is asked for", async () => {
    expect(await refusal(await WebAssembly.compile(tradeModule()))).toBe("foreign_module");
    expect(await refusal(tradeModule(), { limits: { memoryPages: 1 } })).toBe("memory_limit");
    expect(await refusal(tradeModule(), { limits: { memoryPages: 3 }, data: { big: "x".repeat(500_000) } })).toBe(
      "memory_limit",
    );
    expect(await refusal(tradeModule(), { digest: "sha256:00" })).toBe("digest_mismatch");
    const { digest } = await loadTrade();
    expect(await refusal(tradeModule(), { digest })).toBe("loaded");
    expect(await refusal(tradeModule(), { data: { ...LIMITS, bad: Number.NaN } })).toBe("data_invalid");
  });

  it("lists its entrypoints and built-ins as names with numbers, none of them twice", () => {
    expect(numberedNames({ "a/b": 0, "a/c": 1 }, "entrypoints")).toEqual(
      new Map([
        ["a/b", 0],
        ["a/c", 1],
      ]),
    );
    for (const list of [null, [], "a", 1, { a: "0" }, { a: 0.5 }, { a: null }, { a: 0, b: 0 }, new Map([[1, 0]])]) {
      expect(() => numberedNames(list, "entrypoints")).toThrow(expect.objectContaining({ code: "manifest_invalid" }));
    }
  });
});
