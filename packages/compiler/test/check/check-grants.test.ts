import { GRANT_NAMES } from "@flyball/builtins";
import { describe, expect, it } from "vitest";
import { checkModules, compile } from "../../src/compile.ts";

const NEEDY: Readonly<Record<string, string>> = {
  http: 'http.send({"method": "get", "url": "https://example.com"})',
  lookUpAddresses: 'net.lookup_ip_addr("example.com")',
  parseModule: 'rego.parse_module("a.rego", "package a")',
  randomBytes: 'uuid.rfc4122("x")',
  runtime: "opa.runtime()",
};

const modulesOf = (call: string) => ({ "a.rego": `package a\np := x if { x := ${call} }\nq := [y | y := ${call}]` });

describe("what reaches outside", () => {
  it("is all that needs a grant", () => {
    expect([...GRANT_NAMES].sort()).toEqual(Object.keys(NEEDY).sort());
  });

  it.each(Object.entries(NEEDY))("needs %s, and each call is an error where that is not granted", (grant, call) => {
    const modules = modulesOf(call);
    const others = GRANT_NAMES.filter((name) => name !== grant);
    expect(checkModules({ modules, grants: others }).map(({ code, severity }) => ({ code, severity }))).toEqual([
      { code: "rego_type_error", severity: "error" },
      { code: "rego_type_error", severity: "error" },
    ]);
    expect(compile({ modules, entrypoints: ["a/p"], grants: others }).wasm).toBeUndefined();
    expect(checkModules({ modules, grants: [grant] })).toEqual([]);
    expect(compile({ modules, entrypoints: ["a/p"], grants: [grant] }).manifest?.builtins).toHaveLength(1);
  });

  it.each(Object.values(NEEDY))("is warned of once where nobody knows yet: %s", (call) => {
    const diagnostics = checkModules({ modules: modulesOf(call), grants: "unknown" });
    expect(diagnostics.map(({ severity }) => severity)).toEqual(["warning"]);
    expect(checkModules({ modules: modulesOf(call) })).toEqual([]);
  });

  it("is found where `with` puts it in place of another", () => {
    const modules = { "a.rego": "package a\nf(x) := x\np if f(1) with f as opa.runtime" };
    expect(checkModules({ modules, grants: [] }).some(({ message }) => message.includes("opa.runtime"))).toBe(true);
  });

  it("is not the clock", () => {
    expect(checkModules({ modules: { "a.rego": "package a\np := time.now_ns()" }, grants: [] })).toEqual([]);
  });
});
