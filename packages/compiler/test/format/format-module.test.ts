import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { formatModule } from "../../src/format/format-module.ts";

function format(text: string, regoVersion: 0 | 1 = 1): string {
  const result = formatModule({ file: "policy.rego", text, regoVersion });
  expect(result.diagnostics).toEqual([]);
  const once = result.text ?? "";
  expect(formatModule({ file: "policy.rego", text: once, regoVersion }).text).toBe(once);
  return once;
}

/** What stands behind the package line. */
function formatBody(text: string, regoVersion: 0 | 1 = 1): string {
  return format(`package p\n${text}\n`, regoVersion).slice("package p\n\n".length, -1);
}

describe("formatting", () => {
  it("tidies a module, comments and all", async () => {
    const text = readFileSync(new URL("fixtures/untidy.rego", import.meta.url), "utf8");
    await expect(format(text)).toMatchFileSnapshot("fixtures/untidy.formatted");
  });

  // Each pair as `opa fmt` of OPA 1.20.0 has it.
  it.each([
    ["p if { x }", "p if x"],
    ["p if {\n x }", "p if {\n\tx\n}"],
    ["p if { a; b }", "p if {\n\ta\n\tb\n}"],
    ["p if { {x} }", "p if {\n\t{x}\n}"],
    ["p := true if { x }", "p if x"],
    ["p := 1 if true", "p := 1"],
    ["p[x] := true if { x }", "p[x] := true if x"],
    ["f(x) if true", "f(x) := true"],
    ["f(x)", "f(x)"],
    ["p if { a } { b }", "p if a\n\np if b"],
    ["p if a else := 1", "p if a\n\nelse := 1"],
    ["p if {\n a } else if b", "p if {\n\ta\n} else if b"],
    ["a := 1\nb := 2\n\nc := 3", "a := 1\nb := 2\n\nc := 3"],
    ["foo.bar := 1", 'foo["bar"] := 1'],
    ["a.b.c := 1\nfoo.bar := 1", "a.b.c := 1\nfoo.bar := 1"],
    ["x := 1 + 2 * 3", "x := 1 + (2 * 3)"],
    ["x := f(\n1)", "x := f(1)"],
    ["x := f(1,\n2)", "x := f(\n\t1,\n\t2,\n)"],
    ["x := [\n1]", "x := [\n\t1,\n]"],
    ["x := {(a | b)}", "x := {(a | b)}"],
    ["x if { y := (1, 2 in xs) }", "x if y := (1, 2 in xs)"],
    ["x if {\n(a | b) == c\nd }", "x if {\n\t(a | b) == c\n\td\n}"],
    ['x := a["foo"]["if"].if', 'x := a.foo["if"].if'],
    ["x := f(1, # a\n2)", "x := f(\n\t1, # a\n\t2,\n)"],
    ["x if { a # c\n}", "x if a # c"],
    ["x if { # c\n a }", "x if { # c\n\ta\n}"],
    ["x if { a\n\n\n b }", "x if {\n\ta\n\n\tb\n}"],
    ["import data.b\nimport data.a\n\nimport input.c", "import data.a\nimport data.b\n\nimport input.c"],
  ])("writes %j as opa fmt does", (text, expected) => {
    expect(formatBody(text)).toBe(expected);
  });

  it.each([
    ["x if { (1 + 2) * 3 }", "x if (1 + 2) * 3"],
    ["x if { a == (b == c) }", "x if a == (b == c)"],
    ["x if { (a in b) == c }", "x if (a in b) == c"],
    ["x if { a in (b in c) }", "x if a in (b in c)"],
    ["x := {1, 1}", "x := {1, 1}"],
    ["f() := 1", "f() := 1"],
    ["x := -y", "x := -y"],
  ])("keeps the meaning of %j, which opa fmt changes or rewrites", (text, expected) => {
    expect(formatBody(text)).toBe(expected);
  });

  it.each([
    ["p[x] { x = 1 }", "p[x] {\n\tx = 1\n}"],
    ["p { true }", "p = true"],
    ["p = 1 { a } else = 2 { b }", "p = 1 {\n\ta\n}\n\nelse = 2 {\n\tb\n}"],
    ["f(x) = y { y := x }", "f(x) = y {\n\ty := x\n}"],
    ["import future.keywords.if\np if { a }", "import future.keywords.if\n\np if a"],
  ])("writes %j as Rego v0 where that is asked for", (text, expected) => {
    expect(formatBody(text, 0)).toBe(expected);
  });

  it("keeps parentheses that braces behind `not`, `and` and `or` need", () => {
    const text = "import future.keywords\n\np if not ({x} == y)\n\nq if ({x}) and b\n\nr if { (a | b) } or c";
    expect(formatBody(text)).toBe(text);
  });

  it("never loses a comment", () => {
    const text = 'package p\n\nx := {"a": # 1\n{"b": # 2\n{"c": # 3\n"d"}}} # 4\ny if {\n a # 5\n= # 6\nb }\n';
    const formatted = format(text);
    for (const mark of ["# 1", "# 2", "# 3", "# 4", "# 5", "# 6"]) {
      expect(formatted.split(mark)).toHaveLength(2);
    }
  });

  it("gives the diagnostics of a module that does not parse", () => {
    const { text, diagnostics } = formatModule({ file: "p.rego", text: "package p\nx := " });
    expect(text).toBeUndefined();
    expect(diagnostics).toHaveLength(1);
  });
});

describe("modules of others", () => {
  const shared = new URL("../../../../../shared/conformance/opa-v1.jsonl", import.meta.url);
  if (!existsSync(shared)) {
    console.warn("skipped: ../shared with the modules of the official OPA cases is not there");
  }

  it.skipIf(!existsSync(shared))("keep their meaning and come to rest", () => {
    const lines = readFileSync(shared, "utf8")
      .split("\n")
      .filter((line) => line !== "");
    const texts = new Set(lines.flatMap((line) => (JSON.parse(line) as { modules?: string[] }).modules ?? []));
    expect(texts.size).toBeGreaterThan(1_500);
    for (const text of texts) {
      format(text);
    }
  });
});
