import { describe, expect, it } from "vitest";
import { checkModules, compile } from "../src/compile.ts";

function errorsOf(modules: Readonly<Record<string, string>>) {
  return checkModules({ modules }).filter(({ severity }) => severity === "error");
}

describe("a policy that cannot be", () => {
  it.each([
    [
      "nests ten thousand brackets",
      `package a\np := ${"[".repeat(10_000)}${"]".repeat(10_000)}`,
      "rego_parse_error",
      /500 levels/,
    ],
    [
      "nests ten thousand calls",
      `package a\np := ${"abs(".repeat(10_000)}1${")".repeat(10_000)}`,
      "rego_parse_error",
      /500 levels/,
    ],
    ["never ends a string", 'package a\np := "abc', "rego_parse_error", /never closed/],
    ["is binary", "\0\u0001\u0002 package", "rego_parse_error", /null character/],
    ["has half a surrogate pair", 'package a\np := "\ud800"', "rego_parse_error", /surrogate/],
    ["has a number beyond all limits", "package a\np := 1e999999999", "rego_parse_error", /number/],
    ["asks for all of data", "package a\np if count(data) > 1", "rego_recursion_error", /data\.a\.p/],
    ["asks for every package", "package a\np if { some name; data[name].p }", "rego_recursion_error", /data\.a\.p/],
  ])("because it %s gets a diagnostic with a place", (_, text, code, message) => {
    const [first] = errorsOf({ "a.rego": text });
    expect(first).toMatchObject({ code, message: expect.stringMatching(message), span: { file: "a.rego" } });
    expect(first?.span.end).toBeLessThanOrEqual(text.length);
  });

  it("because its packages need each other is told the way round", () => {
    const errors = errorsOf({
      "a.rego": "package a\nimport data.b\np if b.q",
      "b.rego": "package b\nimport data.a\nq if a.p",
    });
    expect(errors.map(({ message }) => message)).toContain(
      "rule data.a.p is recursive: data.a.p -> data.b.q -> data.a.p",
    );
  });

  it("may import in a circle as long as no rule needs itself", () => {
    expect(
      errorsOf({
        "a.rego": "package a\nimport data.b\np := b.r\nz := 1",
        "b.rego": "package b\nimport data.a\nq := a.z\nr := 2",
      }),
    ).toEqual([]);
  });

  it("because a package lies inside of a rule is told of both places", () => {
    const errors = errorsOf({ "a.rego": "package a\nb := 1", "b.rego": "package a.b\nc := 1" });
    expect(errors.map(({ span }) => span.file)).toEqual(["a.rego", "b.rego"]);
  });

  it.each([
    ["a rule", "b := 1", { a: { b: 2 } }],
    ["a partial set", "b contains 1", { a: { b: [1] } }],
    ["a rule that reaches below its name", "b[x].c := 1 if some x in [1]", { a: { b: { q: 1 } } }],
    ["a function", "b(x) := x", { a: { b: 1 } }],
  ])("because data lies where %s is gets the rule's place", (_, rule, data) => {
    const { wasm, diagnostics } = compile({
      modules: { "a.rego": `package a\n${rule}\nz := 1` },
      data,
      entrypoints: ["a/z"],
    });
    expect(wasm).toBeUndefined();
    expect(diagnostics).toMatchObject([{ code: "rego_compile_error", span: { file: "a.rego", start: 10 } }]);
  });

  it("may have data beside its rules", () => {
    const { diagnostics } = compile({
      modules: { "a.rego": "package a\nb := 1" },
      data: { a: { c: 2 } },
      entrypoints: ["a/b"],
    });
    expect(diagnostics).toEqual([]);
  });
});

describe("a policy of great size", () => {
  it("gets all of its mistakes", () => {
    const text = `package a\n${Array.from({ length: 20_000 }, (_, n) => `p${n} := nothing(${n})`).join("\n")}`;
    expect(errorsOf({ "a.rego": text })).toHaveLength(20_000);
  });

  it("is compiled when each rule needs the one before", () => {
    const rules = Array.from({ length: 3_000 }, (_, n) => `r${n + 1} := r${n} + 1`);
    const { diagnostics } = compile({
      modules: { "a.rego": ["package a", "r0 := input.n", ...rules].join("\n") },
      entrypoints: ["a/r3000"],
    });
    expect(diagnostics).toEqual([]);
  });

  it.each([
    ["arrays", (n: number) => `[x${n}, x${n}]`],
    ["objects", (n: number) => `{"a": x${n}, "b": x${n}}`],
    ["sets", (n: number) => `{x${n}, [x${n}]}`],
  ])("is compiled when its types double with every line: %s", (_name, next) => {
    const lines = Array.from({ length: 60 }, (_, n) => `\tx${n + 1} := ${next(n)}`);
    const text = ["package a", "p := 1 if {", "\tx0 := [input.a]", ...lines, "\tcount(x60) > 0", "}"].join("\n");
    expect(compile({ modules: { "a.rego": text }, entrypoints: ["a/p"] }).diagnostics).toEqual([]);
  });
});
