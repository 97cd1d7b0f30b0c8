import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { formatDiagnostic } from "../../src/diagnostics/format-diagnostic.ts";
import { createSourceFile, positionAt } from "../../src/diagnostics/source-file.ts";
import { parseModule } from "../../src/syntax/parse-module.ts";

function diagnose(text: string) {
  return parseModule({ file: "policy.rego", text }).diagnostics;
}

/** `line:message` of each diagnostic. */
function linesOf(text: string): readonly string[] {
  const source = createSourceFile("policy.rego", text);
  return diagnose(text).map(({ span, message }) => `${positionAt(source, span.start).line}: ${message}`);
}

describe("a file with many mistakes", () => {
  const text = readFileSync(new URL("fixtures/mistakes.rego", import.meta.url), "utf8");

  it("gets all of them at once, each with its line and a way out", async () => {
    const source = createSourceFile("mistakes.rego", text);
    const printed = parseModule({ file: "mistakes.rego", text }).diagnostics.map((one) =>
      formatDiagnostic(one, source),
    );
    await expect(`${printed.join("\n\n")}\n`).toMatchFileSnapshot("fixtures/mistakes.diagnostics");
  });

  it("is reported in the order of its lines", () => {
    const starts = diagnose(text).map(({ span }) => span.start);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  });
});

describe("going on after a mistake", () => {
  it("starts again at the next rule", () => {
    expect(linesOf("package p\nb if { x == }\nc := 1\nd := ]\n")).toEqual([
      "2: A term is expected here, not `}`",
      "4: A term is expected here, not `]`",
    ]);
  });

  it("finds the rules behind a body that is never closed", () => {
    expect(linesOf("package p\na if {\n\tx\n\nb if {\n\ty\n}\n\nc := ]\n").map((line) => line[0])).toEqual(["5", "9"]);
  });

  it("says of a bracket that it is never closed", () => {
    const [diagnostic] = diagnose("package p\nx := f(1, 2\ny := 1");
    expect(diagnostic).toMatchObject({
      message: expect.stringContaining("`(` is never closed"),
      span: { start: 16, end: 17 },
    });
  });

  it("does not stumble over bodies that are not indented", () => {
    expect(linesOf("package p\na if {\nx = = 1\ny == 2\n}\nb := ]")).toHaveLength(2);
  });

  it("says nothing twice", () => {
    const messages = diagnose("package p\nx := 'a'\nx := \0").map(({ span, message }) => `${span.start}${message}`);
    expect(new Set(messages).size).toBe(messages.length);
  });
});

describe("suggestions", () => {
  it.each([
    ["allow { true }", "write `if {`"],
    ["deny[msg] { msg := 1 }", "deny contains msg if"],
    ["x := [a.b * 2 | a := 1]", "the head of a comprehension is one term"],
    ["x if a && b", "lines of their own"],
    ["x if a || b", "two rules"],
    ["x if a => b", "`>=`"],
    ["x if a = = b", "`==`"],
    ["x if !a", "not x"],
    ["x := 'a'", "back quotes"],
    ["x if f (1)", "no white space"],
    ['x := "\\d"', "back quotes"],
    ["defualt x := 1", "`default`"],
    ["x iff true", "`if`"],
    ["x contians 1", "`contains`"],
    ["x when true", "`if`"],
    ["x if { sme y in z }", "`some`"],
    ["x if { evry y in z { y } }", "`every`"],
    ["x if { nto y }", "`not`"],
    ["x if { y wiht input as 1 }", "`with`"],
    ["x if { 1, 2 }", "not by commas"],
    ["import foo.bar", "import data.foo.bar"],
    ["import data.if", "import data.if as if_"],
    ["x: 1", "`:=`"],
    ["x : = 1", "without a gap"],
    ["x := 01", "does not start with 0"],
    ["x // y", "`#`"],
    ["count(input.x)", "body of a rule"],
    ["default x", "default allow := false"],
  ])("%s", (line, expected) => {
    const suggestions = diagnose(`package p\n${line}\n`).map(({ suggestion }) => suggestion ?? "");
    expect(suggestions.join("\n")).toContain(expected);
  });
});

describe("hostile text", () => {
  const nested = (open: string, close: string, depth = 10_000) =>
    `package p\nx := ${open.repeat(depth)}1${close.repeat(depth)}`;

  it.each([
    ["brackets", nested("[", "]")],
    ["braces", nested("{", "}")],
    ["parentheses", nested("(", ")")],
    ["calls", nested("f(", ")")],
    ["indices", nested("a[", "]")],
    ["comprehensions", nested("{a | ", "}")],
    ["templates", nested('$"{', '}"')],
    ["bodies", `package p\nx if { ${"every x in xs { ".repeat(10_000)}`],
    ["operators", `package p\nx := 1${" + 1".repeat(10_000)}`],
    ["unclosed brackets", `package p\nx := ${"[".repeat(100_000)}`],
  ])("with 10,000 %s in one another names the limit", (_, text) => {
    expect(diagnose(text)).toMatchObject([{ message: expect.stringContaining("500") }]);
  });

  it("may nest deeper where the limit is raised", () => {
    expect(parseModule({ file: "p", text: nested("[", "]", 900), maxNesting: 1_000 }).diagnostics).toEqual([]);
  });

  it("that nests too deeply for the stack is a diagnostic as well", () => {
    const { diagnostics } = parseModule({
      file: "p",
      text: nested("[", "]", 100_000),
      maxNesting: Number.MAX_SAFE_INTEGER,
    });
    expect(diagnostics).toMatchObject([{ message: expect.stringContaining("stack") }]);
  });

  it("that is no text gets a bounded number of diagnostics", () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7_919 + index * index) % 256);
    const diagnostics = diagnose(Buffer.from(bytes).toString("latin1"));
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(diagnostics.length).toBeLessThan(200);
  });

  it.each([
    ["nothing", "", "The file is empty"],
    ["only a comment", "# x", "The file is empty"],
    ["no package", "x := 1", "The file does not start with its package"],
    ["a null character", "package p\n# \0", "A null character in the source"],
    ["a byte-order mark inside", "package p\n# \ufeff", "A byte-order mark may stand only at the start of a file"],
    [
      "half a surrogate pair",
      'package p\nx := "\ud800"',
      "Half of a surrogate pair in the source: the text is not well-formed Unicode",
    ],
    ["an invisible character", "package p\nx :=\u00a01", "The invisible character U+00A0 in the source"],
    ["an open string", 'package p\nx := "a', "This string is never closed"],
    ["an open raw string", "package p\nx := `a\n\n", "This raw string is never closed"],
    ["an open template", 'package p\nx := $"a', "This template string is never closed"],
    ["an escape cut short", 'package p\nx := "\\u12"', "`\\u` wants four hexadecimal digits"],
    [
      "a huge exponent",
      "package p\nx := 1e30104",
      "The number is too big or too close to 0: its exponent is over the limit",
    ],
  ])("%s: %j", (_, text, message) => {
    expect(diagnose(text)[0]?.message).toBe(message);
  });
});
