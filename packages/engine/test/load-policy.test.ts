import { readFileSync } from "node:fs";
import { loadPolicy, POLICY_LOAD_ERROR_CODES, PolicyLoadError, type PolicyLoadErrorCode } from "@flyball/engine";
import { afterAll, describe, expect, it } from "vitest";
import {
  baseManifest,
  buildModule,
  DATA,
  FRAME,
  functionsNamed,
  HEAP_START,
  leb,
  type TestModule,
} from "./module-builder.ts";

const met = new Set<PolicyLoadErrorCode>();

async function refusal(source: Parameters<typeof loadPolicy>[0], options = {}): Promise<PolicyLoadError> {
  try {
    await loadPolicy(source, options);
  } catch (error) {
    if (!(error instanceof PolicyLoadError)) throw error;
    met.add(error.code);
    return error;
  }
  throw new Error("the module was loaded");
}

const echo = functionsNamed("echo");
const base = baseManifest(echo);

describe("a module that cannot be loaded", () => {
  it.each<[string, Uint8Array]>([
    ["empty bytes", new Uint8Array()],
    ["text", new TextEncoder().encode("package finance")],
    ["only a header", Uint8Array.of(0, 0x61, 0x73, 0x6d)],
    ["another version", Uint8Array.of(0, 0x61, 0x73, 0x6d, 2, 0, 0, 0)],
    ["a section longer than the file", Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0x0f)],
    ["an endless length", Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)],
    ["a memory without a maximum", buildModule({ memory: { min: 1, max: -1 } })],
    ["a start function", buildModule({ extraSections: [[8, 1, 0]] })],
    ["code that does not validate", buildModule({ functions: [{ export: "echo", body: [0x0b] }] })],
  ])("is module_invalid: %s", async (_name, bytes) => {
    expect((await refusal(bytes)).code).toBe("module_invalid");
  });

  it("is refused for each byte that is cut off", async () => {
    const whole = buildModule();
    for (let length = 0; length < whole.length; length++) {
      const { code } = await refusal(whole.slice(0, length));
      expect(["module_invalid", "foreign_module", "manifest_invalid", "export_missing"]).toContain(code);
    }
  });

  it("never hangs or crashes on flipped bits: it is refused, or it answers", async () => {
    const whole = buildModule();
    let loaded = 0;
    for (let at = 0; at < whole.length; at++) {
      const flipped = whole.slice();
      flipped[at] = (flipped[at] as number) ^ (1 << (at % 8));
      try {
        const policy = await loadPolicy(flipped, { limits: { memoryPages: 64 } });
        expect(["value", "undefined", "fault"]).toContain(policy.evaluate({ a: 1 }).kind);
        loaded++;
      } catch (error) {
        expect(error).toBeInstanceOf(PolicyLoadError);
      }
    }
    expect(loaded).toBeGreaterThan(0);
  });

  it("is too large before it is looked at", async () => {
    expect((await refusal(new Uint8Array(256 * 1024 * 1024 + 1))).code).toBe("module_too_large");
  });

  it("is foreign without a manifest", async () => {
    const error = await refusal(buildModule({ section: undefined }));
    expect(error.code).toBe("foreign_module");
    expect(error.message).toContain("opa build");
  });

  it("is of another ABI version", async () => {
    expect((await refusal(buildModule({ manifest: { version: 2 } }))).code).toBe("version_unsupported");
  });

  it("wants something else than host built-ins", async () => {
    for (const [module, name] of [
      ["env", "memory"],
      ["builtin", "http.send"],
      ["wasi_snapshot_preview1", "fd_write"],
    ] as const) {
      expect((await refusal(buildModule({ imports: [{ module, name }] }))).code).toBe("import_refused");
    }
  });

  it("lacks an export", async () => {
    expect((await refusal(buildModule({ exportMemory: false }))).code).toBe("export_missing");
    const entrypoints = [{ ...base.entrypoints[0], export: "nothing" }] as never;
    expect((await refusal(buildModule({ manifest: { entrypoints } }))).code).toBe("export_missing");
    const noFunction = [{ ...base.entrypoints[0], export: "memory" }] as never;
    expect((await refusal(buildModule({ manifest: { entrypoints: noFunction } }))).code).toBe("export_missing");
  });

  it("cannot be instantiated", async () => {
    // Data beyond the memory's size.
    const data = [11, ...leb(10), 1, 0, 0x41, 0xff, 0xff, 0xff, 0, 0x0b, 1, 0];
    const module = withoutSection(buildModule(), 11);
    expect((await refusal(Uint8Array.from([...module, ...data]))).code).toBe("instantiation_failed");
  });

  it("needs built-ins that are not granted, and names them", async () => {
    const manifest = {
      builtins: [
        { name: "http.send", arity: 1 },
        { name: "toString", arity: 1 },
      ],
    };
    const error = await refusal(buildModule({ manifest, imports: [{ module: "builtin", name: "http.send" }] }), {
      builtins: {},
    });
    expect(error.code).toBe("builtin_missing");
    expect(error.message).toContain("http.send, toString");
  });

  it("comes with an encoder that was written for another", async () => {
    const encoder = { version: 1, digests: ["sha256:another"], encoders: {} };
    expect((await refusal(buildModule({ functions: functionsNamed("echo") }), { encoder })).code).toBe(
      "encoder_mismatch",
    );
  });

  it("needs a clock that is not granted", async () => {
    expect((await refusal(buildModule({ functions: functionsNamed("clock") }))).code).toBe("clock_missing");
  });

  it("needs more memory than it may have", async () => {
    const bytes = buildModule({ memory: { min: 32 }, manifest: { memory: { heapStart: 32 * 65_536, maxPages: 64 } } });
    expect((await refusal(bytes, { limits: { memoryPages: 31 } })).code).toBe("memory_limit");
    const module = await WebAssembly.compile(new Uint8Array(bytes));
    expect((await refusal(module, { limits: { memoryPages: 31 } })).code).toBe("memory_limit");
    expect(
      (await refusal(buildModule(), { data: { roles: "x".repeat(200_000) }, limits: { memoryPages: 2 } })).code,
    ).toBe("memory_limit");
  });

  it("gets base documents that are none", async () => {
    const error = await refusal(buildModule(), { data: { roles: [{ limit: Number.NaN }] } });
    expect(error.code).toBe("data_invalid");
    expect(error.message).toContain("data.roles[0].limit");
  });

  it("carries its base documents already", async () => {
    const bytes = buildModule({ manifest: { digests: { sources: "sha256:00", data: "sha256:11" } } });
    expect((await refusal(bytes, { data: {} })).code).toBe("data_built_in");
    const policy = await loadPolicy(bytes);
    expect(() => policy.setData({})).toThrow(expect.objectContaining({ code: "data_built_in" }));
  });
});

describe("a manifest that lies", () => {
  const slot = { path: ["a"], slot: 0, as: "value" } as const;
  const lies: Record<string, TestModule["manifest"] | string> = {
    "no JSON": "{",
    "a list": "[]",
    "duplicate keys": '{"version":1,"version":1}',
    "deep nesting": "[".repeat(10_000),
    "missing members": '{"version":1}',
    "an address in the control block": { frame: { address: 64, slots: [slot] } },
    "an address that is not aligned": { frame: { address: FRAME + 4, slots: [slot] } },
    "a frame beyond the heap's start": { frame: { address: HEAP_START, slots: [slot] } },
    "a slot far beyond the frame": { frame: { address: FRAME, slots: [{ ...slot, slot: 900_000 }] } },
    "a frame over the data": { frame: { address: DATA, slots: [slot] } },
    "a frame over the constants": { frame: { address: 2048, slots: [slot] } },
    "one slot twice": { frame: { address: FRAME, slots: [slot, { ...slot, path: ["b"] }] } },
    "one path twice": { frame: { address: FRAME, slots: [slot, { ...slot, slot: 1 }] } },
    "a path that begins another": {
      frame: { address: FRAME, slots: [slot, { path: ["a", "b"], slot: 1, as: "value" }] },
    },
    "a path that another begins": {
      frame: { address: FRAME, slots: [{ path: ["a", "b"], slot: 1, as: "value" }, slot] },
    },
    "an unknown way to encode": { frame: { address: FRAME, slots: [{ ...slot, as: "pointer" as "value" }] } },
    "a path of objects": { frame: { address: FRAME, slots: [{ ...slot, path: [{} as string] }] } },
    "a heap beyond the memory's maximum": { memory: { heapStart: HEAP_START, maxPages: 0 } },
    "an entrypoint's slot that is not there": { entrypoints: [{ ...base.entrypoints[0], slots: [7] } as never] },
    "an entrypoint's built-in that is not there": {
      entrypoints: [{ ...base.entrypoints[0], builtins: ["x"] } as never],
    },
    "one entrypoint twice": { entrypoints: [base.entrypoints[0], base.entrypoints[0]] as never },
    "no entrypoint": { entrypoints: [] },
    "a string that is another": { strings: { DENY: 2048 } },
    "a string outside": { strings: { ALLOW: 2 ** 31 } },
    "another string among the strings": { otherString: 2048 },
    "another string that is none": { otherString: HEAP_START - 8 + 16 },
    "a trace beyond the heap's start": { rules: [{ id: 0, name: "r", file: "f", line: 1, trace: HEAP_START }] },
    "constants beyond the heap's start": { constants: { start: 2048, end: HEAP_START + 8 } },
    "constants that end before they start": { constants: { start: 2048, end: 1024 } },
    "a negative fuel bound": { entrypoints: [{ ...base.entrypoints[0], fuel: { bound: -1 } } as never] },
    "an arity of a thousand": { builtins: [{ name: "f", arity: 1000 }] },
    "one built-in twice": {
      builtins: [
        { name: "f", arity: 1 },
        { name: "f", arity: 1 },
      ],
    },
  };

  it.each(Object.keys(lies))("is refused: %s", async (name) => {
    const lie = lies[name];
    const bytes = typeof lie === "string" ? buildModule({ section: lie }) : buildModule({ manifest: lie ?? {} });
    expect((await refusal(bytes)).code).toBe("manifest_invalid");
  });

  it("is refused when there are two, or when it is no UTF-8", async () => {
    const bytes = buildModule();
    const second = [0, 17, 16, ...new TextEncoder().encode("flyball.manifest")];
    expect((await refusal(Uint8Array.from([...bytes, ...second]))).code).toBe("manifest_invalid");
    expect((await refusal(buildModule({ section: Uint8Array.of(0x22, 0xff, 0x22) }))).code).toBe("manifest_invalid");
  });

  it("may have members that this engine does not know", async () => {
    const policy = await loadPolicy(buildModule({ manifest: { future: { x: 1 } } as never }));
    expect(policy.evaluate(1)).toEqual({ kind: "value", value: 1 });
  });
});

describe("a module that can be loaded", () => {
  it("comes as a typed array, a part of one, a buffer, or compiled", async () => {
    const bytes = buildModule();
    const part = new Uint8Array([9, 9, ...bytes, 9]).subarray(2, -1);
    for (const source of [
      bytes,
      part,
      new Uint8Array(bytes).buffer,
      await WebAssembly.compile(new Uint8Array(bytes)),
    ]) {
      const policy = await loadPolicy(source);
      expect(policy.evaluate([1])).toEqual({ kind: "value", value: [1] });
    }
  });

  it("is named by the digest of its bytes", async () => {
    const bytes = buildModule();
    const { createHash } = await import("node:crypto");
    expect((await loadPolicy(bytes)).digest).toBe(`sha256:${createHash("sha256").update(bytes).digest("hex")}`);
    expect((await loadPolicy(await WebAssembly.compile(new Uint8Array(bytes)))).digest).toMatch(
      /^manifest-sha256:[0-9a-f]{64}$/,
    );
  });

  it("is no other than the one whose digest is asked for", async () => {
    const bytes = buildModule();
    const compiledModule = await WebAssembly.compile(new Uint8Array(bytes));
    for (const source of [bytes, compiledModule]) {
      const { digest } = await loadPolicy(source);
      expect((await loadPolicy(source, { digest })).digest).toBe(digest);
      expect((await refusal(source, { digest: digest.replace(/.$/, (last) => (last === "0" ? "1" : "0")) })).code).toBe(
        "digest_mismatch",
      );
      expect((await refusal(source, { digest: "" })).code).toBe("digest_mismatch");
    }
    const { digest } = await loadPolicy(bytes);
    expect((await refusal(bytes.slice(0, -1), { digest })).code).toBe("digest_mismatch");
  });

  it("keeps its manifest frozen", async () => {
    const { manifest } = await loadPolicy(buildModule());
    expect(Object.isFrozen(manifest)).toBe(true);
    expect(Object.isFrozen(manifest.frame.slots[0]?.path)).toBe(true);
  });
});

describe("the error codes", () => {
  afterAll(() => {
    // `platform_unsupported` needs another machine; the others are those of `PolicyEngine`, and met in its tests.
    const elsewhere = ["platform_unsupported", "entrypoint_missing", "self_test_failed", "superseded"];
    expect([...met, ...elsewhere].sort()).toEqual([...POLICY_LOAD_ERROR_CODES].sort());
  });

  it("are all documented", () => {
    const page = readFileSync(new URL("../../../docs/reference/engine.md", import.meta.url), "utf8");
    for (const code of POLICY_LOAD_ERROR_CODES) expect(page).toContain(`\`${code}\``);
  });
});

/** The module without its last section of the given id. */
function withoutSection(bytes: Uint8Array, id: number): Uint8Array {
  let at = 8;
  while (at < bytes.length) {
    const start = at;
    const found = bytes[at++];
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] as number;
      size += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    at += size;
    // The manifest, the only section behind the data, stays.
    if (found === id) return Uint8Array.from([...bytes.slice(0, start), ...bytes.slice(at)]);
  }
  throw new Error(`no section ${id}`);
}
