import { readFileSync } from "node:fs";
import { loadPolicy } from "@flyball/engine";
import { describe, expect, test } from "vitest";
import { assemblePlan, checkModules, compile, planModules } from "../src/compile.ts";
import { COMPILER_VERSION } from "../src/version.ts";

const limits = `package finance
import data.shared

default decision := "DENY"

decision := "ALLOW" if {
	input.role == "junior"
	input.amount <= shared.bound
	regex.match("^[A-Z]+$", upper(input.symbol))
}`;
const shared = "package shared\nbound := 5000\ntest_bound if bound == 5000\ntodo_later if false";
const modules = { "a/limits.rego": limits, "b/shared.rego": shared };

describe("compile", () => {
  test("gives a module with its manifest", async () => {
    const { wasm, manifest, diagnostics } = compile({ modules, entrypoints: ["finance/decision"] });
    expect(diagnostics).toEqual([]);
    expect(manifest).toMatchObject({
      version: 1,
      compiler: COMPILER_VERSION,
      digests: { sources: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), data: "" },
      entrypoints: [{ name: "finance/decision", export: "e0", fuel: {}, builtins: ["regex.match"], clock: false }],
      builtins: [{ name: "regex.match", arity: 2 }],
    });
    expect(manifest?.frame.slots.map(({ path }) => path)).toEqual([["role"], ["amount"], ["symbol"]]);
    expect(manifest?.rules).toContainEqual({
      id: expect.any(Number),
      name: "data.finance.decision",
      file: "a/limits.rego",
      line: 6,
      trace: expect.any(Number),
    });
    if (wasm === undefined) throw new Error("not compiled");
    const policy = await loadPolicy(wasm, { builtins: { "regex.match": ([, text]) => text === "AAPL" } });
    expect(policy.evaluate({ role: "junior", amount: 5000, symbol: "aapl" })).toEqual({
      kind: "value",
      value: "ALLOW",
    });
    expect(policy.evaluate({ role: "junior", amount: 5000.01, symbol: "aapl" })).toEqual({
      kind: "value",
      value: "DENY",
    });
  });

  test("gives the same bytes whatever the order of the files", () => {
    const first = compile({ modules, entrypoints: ["finance/decision"] });
    const reversed = Object.fromEntries(Object.entries(modules).reverse());
    const second = compile({ modules: reversed, entrypoints: ["finance/decision"] });
    expect(Buffer.from(first.wasm ?? []).equals(Buffer.from(second.wasm ?? []))).toBe(true);
  });

  test("gives the same bytes for the same data whatever the order of its keys", () => {
    const entrypoints = ["p/x"];
    const policy = { "p.rego": "package p\nx := data.roles[input.r]\ny := z if { z := x with data.roles as {} }" };
    const first = compile({ modules: policy, entrypoints, data: { roles: { a: 1, b: [2] }, z: 1 } });
    const second = compile({ modules: policy, entrypoints, data: { z: 1, roles: { b: [2], a: 1 } } });
    expect(first.manifest?.digests.data).toMatch(/^sha256:/);
    expect(Buffer.from(first.wasm ?? []).equals(Buffer.from(second.wasm ?? []))).toBe(true);
  });

  test("changes the digest with any source", () => {
    const digest = (text: string, file = "p.rego"): string | undefined =>
      compile({ modules: { [file]: text }, entrypoints: ["p/x"] }).manifest?.digests.sources;
    const digests = ["package p\nx := 1", "package p\nx := 2", "package p\nx := 1\n"].map((text) => digest(text));
    expect(new Set([...digests, digest("package p\nx := 1", "q.rego")]).size).toBe(4);
  });

  test("answers mistakes with diagnostics and no module", () => {
    const result = compile({ modules: { "p.rego": "package p\nx := y" }, entrypoints: ["p/x"] });
    expect(result).toMatchObject({ wasm: undefined, manifest: undefined, diagnostics: [{ severity: "error" }] });
    expect(checkModules({ modules: { "p.rego": "package p\nx := " } })).toMatchObject([{ code: "rego_parse_error" }]);
    expect(checkModules({ modules })).toEqual([]);
  });

  test("says that the documents need more memory than the module may have", () => {
    const data = { x: "a".repeat(200_000) };
    const options = { modules: { "p.rego": "package p\ny := data.x" }, entrypoints: ["p/y"], data };
    expect(compile({ ...options, maxPages: 4 }).diagnostics).toMatchObject([{ code: "unsupported" }]);
    expect(compile({ ...options, maxPages: 8 }).diagnostics).toEqual([]);
  });

  test("says that a policy is deeper than it can follow", () => {
    const statements = Array.from({ length: 5000 }, (_, index) => `some y${index} in input.xs`);
    const text = `package p\nx if {\n${statements.join("\n")}\n}`;
    const { wasm, diagnostics } = compile({ modules: { "p.rego": text }, entrypoints: ["p/x"] });
    expect(wasm).toBeUndefined();
    expect(diagnostics).toMatchObject([{ code: "unsupported", severity: "error", span: { file: "p.rego" } }]);
  });

  test("makes tests entrypoints when asked to", () => {
    const { tests, manifest } = compile({ modules, entrypoints: [], tests: true });
    expect(tests).toMatchObject([
      { name: "data.shared.test_bound", entrypoint: "shared/test_bound", file: "b/shared.rego", line: 3, kind: "test" },
      { name: "data.shared.todo_later", entrypoint: "shared/todo_later", file: "b/shared.rego", line: 4, kind: "todo" },
    ]);
    expect(manifest?.entrypoints.map(({ name }) => name)).toEqual(["shared/test_bound"]);
  });

  test("keeps every text apart in the manifest's strings, whatever the text", () => {
    const { wasm, manifest } = compile({
      modules: { "p.rego": 'package p\nx if input.k in {"__proto__", "constructor", "1", ""}' },
      entrypoints: ["p/x"],
    });
    expect(Object.keys(manifest?.strings ?? {}).sort()).toEqual(["", "1", "__proto__", "constructor"]);
    expect(wasm).toBeDefined();
  });

  test("states the version of its package", () => {
    const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
      version: string;
    };
    expect(COMPILER_VERSION).toBe(version);
  });
});

describe("the module", () => {
  const { plan } = planModules({ modules, entrypoints: ["finance/decision"] });
  if (plan === undefined) throw new Error("no plan");

  test("imports host built-ins only, exports memory and entrypoints, has a maximum of memory", () => {
    const { wasm, manifest } = assemblePlan(plan, { maxPages: 100 });
    const module = new WebAssembly.Module(wasm);
    expect(WebAssembly.Module.imports(module)).toEqual([{ module: "builtin", name: "regex.match", kind: "function" }]);
    expect(WebAssembly.Module.exports(module).map(({ name }) => name)).toEqual(["memory", "e0"]);
    expect(manifest.memory.maxPages).toBe(100);
    const { exports } = new WebAssembly.Instance(module, { builtin: { "regex.match": () => 1 } });
    const { memory } = exports as { memory: WebAssembly.Memory };
    expect(() => memory.grow(100)).toThrow(RangeError);
  });
});
