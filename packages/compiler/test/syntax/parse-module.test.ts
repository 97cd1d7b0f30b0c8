import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseModule } from "../../src/syntax/parse-module.ts";
import { printTerm, printTree } from "../../src/syntax/print-tree.ts";
import { validateModule } from "../../src/syntax/validate-module.ts";

const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8");

function parse(text: string, regoVersion: 0 | 1 = 1) {
  const { module, diagnostics } = parseModule({ file: "policy.rego", text, regoVersion });
  expect(diagnostics).toEqual([]);
  if (module === undefined) {
    throw new Error("no module");
  }
  validateModule(module);
  return module;
}

/** The value of the rule `x := TEXT`, printed. */
function printedValue(text: string): string {
  const value = parse(`package p\nx := ${text}`).rules[0]?.head.value;
  return value === undefined ? "" : printTerm(value);
}

describe("the tree of a module", () => {
  it("holds every construct of the language", async () => {
    await expect(printTree(parse(fixture("every-construct.rego")))).toMatchFileSnapshot(
      "fixtures/every-construct.tree",
    );
  });

  it("keeps names, imports and comments as written", () => {
    const module = parse('package a.b["c d"]\nimport data.x as y # why\nimport input.z\n#no space\n');
    expect(module.package.path).toEqual(["a", "b", "c d"]);
    expect(module.imports.map(({ path, alias }) => [path, alias])).toEqual([
      [["data", "x"], "y"],
      [["input", "z"], undefined],
    ]);
    expect(module.comments.map(({ text }) => text)).toEqual([" why", "no space"]);
  });

  it("places every node in the source", () => {
    const text = "package p\n\nx if {\n\ty := (1 + 2)\n}\n";
    const [statement] = parse(text).rules[0]?.body ?? [];
    expect(text.slice(statement?.span.start, statement?.span.end)).toBe("y := (1 + 2)");
  });

  it("gives a further body a rule of its own with the same head", () => {
    const rules = parse("package p\nx := 1 if { a } { b }").rules;
    expect(rules).toHaveLength(2);
    expect(rules[1]?.head).toBe(rules[0]?.head);
  });
});

describe("operators", () => {
  it.each([
    ["1 + 2 * 3", "(call plus 1 (call mul 2 3))"],
    ["1 - 2 - 3", "(call minus (call minus 1 2) 3)"],
    ["a & b | c & d", "(call or (call and a b) (call and c d))"],
    ["a | b == c", "(call equal (call or a b) c)"],
    ["a == b in c", "(call internal.member_2 (call equal a b) c)"],
    ["a in b in c", "(call internal.member_2 (call internal.member_2 a b) c)"],
    ["a < b < c", "(call lt (call lt a b) c)"],
    ["(1 + 2) * 3", "(call mul (call() plus 1 2) 3)"],
    ["1 -1", "(call minus 1 1)"],
    ["-x.y", '(call minus 0 (ref x "y"))'],
    ["- 5", "-5"],
    [".5", "0.5"],
    ["-.5e3", "-0.5e3"],
    ["f(1, 2 in xs)", "(call f 1 (call internal.member_2 2 xs))"],
    ["f((1, 2 in xs))", "(call f (call() internal.member_3 1 2 xs))"],
  ])("binds %s as OPA does", (text, tree) => {
    expect(printedValue(text)).toBe(tree);
  });
});

describe("brackets that can be read in two ways", () => {
  it.each([
    ["[a | b]", "(array a | b)"],
    ["[a | b, c]", "[(call or a b) c]"],
    ["[a + 1 | b]", "[(call or (call plus a 1) b)]"],
    ["[(a + 1) | b]", "(array (call() plus a 1) | b)"],
    ["{a | b}", "(set a | b)"],
    ["{a | b, c}", "{(call or a b) c}"],
    ["{a: b | c}", "(object a: b | c)"],
    ["{a: b | c, d: e}", "{a: (call or b c) d: e}"],
    ["{a: b | c, d in e: f}", "{a: (call or b c) (call internal.member_2 d e): f}"],
    ["{a + 1: b | c}", "(object (call plus a 1): b | c)"],
    ["{, 1}", "{1}"],
    ["[, 1,]", "[1]"],
    ["[x | k, v in m]", "(array x | (call internal.member_3 k v m))"],
    ["{}", "{:}"],
    ["set()", "set()"],
  ])("reads %s as OPA does", (text, tree) => {
    expect(printedValue(text)).toBe(tree);
  });

  it.each([
    ["if {a}", "{ a }"],
    ["if {}", "{ {:} }"],
    ['if {"a": 1}', '{ {"a": 1} }'],
    ["if {a | b}", "{ (set a | b) }"],
    ["if {a} == b", "{ (call equal {a} b) }"],
    ["if {a; b}", "{ a; b }"],
    ["if {f(a, b)}", "{ (call f a b) }"],
  ])("reads the body of `%s` as OPA does", (text, body) => {
    const printed = printTree(parse(`package p\nx ${text}`))
      .split("\n")
      .slice(2, -1);
    expect(`{ ${printed.map((line) => line.trim()).join("; ")} }`).toBe(body);
  });

  it("reads nested tries once, whatever their depth", () => {
    const depth = 150;
    const text = `package p\nx := ${"[a | ".repeat(depth)}b${", c]".repeat(depth)}`;
    expect(parse(text).rules).toHaveLength(1);
  });
});

describe("strings", () => {
  it.each([
    [String.raw`"a\n\t\"\\\/\u00e9"`, '"a\\n\\t\\"\\\\/é"'],
    [String.raw`"\ud83d\ude00"`, '"😀"'],
    [String.raw`"\ud800"`, '"\ufffd"'],
    ["`a\\n\r\nb`", 'raw"a\\\\n\\r\\nb"'],
    [String.raw`$"a\{b}{c}"`, '(template "a{b}" {c})'],
    ['$"{f({"a": 1}["a"])}"', '(template {(call f (ref {"a": 1} "a"))})'],
    ['$"{$"{1}"}"', "(template {(template {1})})"],
    ["$`a{b}\n`", '(raw template "a" {b} "\\n")'],
  ])("reads %s", (text, tree) => {
    expect(printedValue(text)).toBe(tree);
  });

  it("keeps `with` inside a template", () => {
    expect(printedValue('$"{x with input as 1}"')).toBe("(template {x with input as 1})");
  });
});

describe("keywords", () => {
  it("are names in references", () => {
    const text = "package p\nif.x := input.default\nimport data.in.every as e\nwith.y if not.z";
    expect(parse(text).rules).toHaveLength(2);
  });

  it("need an import in v0", () => {
    expect(parse("package p\nif := 1\nq { in := if }", 0).rules).toHaveLength(2);
    expect(parse("package p\nimport future.keywords\nq contains x if { x in [1] }", 0).rules).toHaveLength(1);
  });

  it("make `p[x]` a partial set in v0, and a map with `if`", () => {
    const [set, map] = parse("package p\nimport future.keywords.if\nq[x] { x = 1 }\nr[x] if x = 1", 0).rules;
    expect(set?.head.contains?.kind).toBe("var");
    expect(map?.head.ref).toHaveLength(2);
  });

  it("negate with their operands inside where `not` is imported", () => {
    const [statement] = parse("package p\nimport future.keywords.not\nx if not f(y)").rules[0]?.body ?? [];
    expect(statement).toMatchObject({ kind: "not-statement", scoped: true });
  });
});

describe("what surrounds a module", () => {
  it("may be a byte-order mark, carriage returns and comments", () => {
    const module = parse("\ufeffpackage p\r\n\r\n# c\r\nx := 1\r\n");
    expect(module.comments[0]?.text).toBe(" c");
    expect(module.rules).toHaveLength(1);
  });

  it("does not have to put rules on lines of their own", () => {
    expect(parse("package p x := 1 y if x z contains 1").rules).toHaveLength(3);
  });
});
