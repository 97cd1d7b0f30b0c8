import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bindText } from "../bind/bind-text.ts";
import { MISTAKES, type Mistake } from "./mistakes.ts";

describe("a mistake is reported with OPA's code, at a place, with a way out or a plain message", () => {
  it.each(MISTAKES.map((mistake) => [mistake.title, mistake] as const))(
    "%s",
    (_, { modules, code, message, strict }) => {
      const { policy, diagnostics } = bindText(modules, strict);
      expect(policy).toBeUndefined();
      const found = diagnostics.find((diagnostic) => diagnostic.code === code && diagnostic.message.includes(message));
      expect(found, JSON.stringify(diagnostics)).toBeDefined();
      expect(found?.span.end).toBeGreaterThan(found?.span.start ?? Number.POSITIVE_INFINITY);
      expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual(diagnostics.map(() => code));
    },
  );

  it("all at once", () => {
    const text = "package a\np if { x }\nq if { y := 1; y := 2 }\nr if { nope(1) }\ns if { s }\nt := 1\nt contains 1";
    expect(new Set(bindText([text]).diagnostics.map(({ code }) => code))).toEqual(
      new Set(["rego_unsafe_var_error", "rego_compile_error", "rego_type_error", "rego_recursion_error"]),
    );
  });

  it("with the name that was probably meant", () => {
    expect(bindText(['package a\np if { startwith("a", "b") }']).diagnostics[0]?.suggestion).toBe(
      "Did you mean startswith?",
    );
    expect(
      bindText(["package a\nimport data.b\np := b.hlep(1)", "package b\nhelp(x) := x"]).diagnostics[0]?.suggestion,
    ).toBe("Did you mean b.help?");
  });

  it.each([
    ["a rule", "package a\nallowed if input.x\np if alowed", "allowed"],
    ["an import", "package a\nimport data.roles\np if rolse.x == 1", "roles"],
    ["the input", "package a\np if inptu.x == 1", "input"],
    ["a variable", "package a\np if { amount := input.x; amuont > 1; amount > 2 }", "amount"],
    ["a member of an object", 'package a\nuser := {"name": "x", "mail": "y"}\np := user.nmae', "name"],
  ])("with the name that was probably meant: %s", (_, text, meant) => {
    expect(bindText([text]).diagnostics.map(({ suggestion }) => suggestion)).toEqual([`Did you mean ${meant}?`]);
  });

  it("warns of a reference that is a slip away from a rule, and no more than warns", () => {
    const { policy, diagnostics } = bindText([
      "package a\nimport data.utils\np := utils.nmae\nq := data.utlis.name\nr := data.util.name",
      "package utils\nname := 1",
    ]);
    expect(policy).toBeDefined();
    expect(diagnostics.map(({ severity, suggestion }) => [severity, suggestion])).toEqual([
      ["warning", "Did you mean data.utils.name?"],
      ["warning", "Did you mean data.utils?"],
    ]);
  });

  it("beside a call that is wrong, and without blaming what that call would have bound", () => {
    const text =
      "package a\np if { nope(input.x, y); y > 1; abs(1, 2, 3); z := nope(1); z > w; count([1], n, 2); n == 1 }";
    expect(bindText([text]).diagnostics.map(({ message }) => message)).toEqual([
      "undefined function nope",
      "arity mismatch: abs takes 1 argument, (x: number); got 3",
      "undefined function nope",
      "var w is unsafe",
      "arity mismatch: count takes 1 argument, (collection: string | array[...any] | object[...any: any] | set[any]); got 3",
    ]);
  });

  it("in types of what has no other mistake, whatever the rest has", () => {
    const text = 'package a\np if { x }\nq if count(1) == 1\nr if p == "x"';
    expect(bindText([text]).diagnostics.map(({ code }) => code)).toEqual(["rego_unsafe_var_error", "rego_type_error"]);
  });
});

/** A real OPA, where there is one: its path in FLYBALL_OPA. */
const OPA = process.env.FLYBALL_OPA ?? "";
const present = existsSync(OPA);
if (!present)
  console.warn("SKIPPED: FLYBALL_OPA does not name a real OPA, so the codes of mistakes are not compared with it");

describe.skipIf(!present)("a real OPA", () => {
  it.each(MISTAKES.map((mistake) => [mistake.title, mistake] as const))("finds the same: %s", (_, mistake) => {
    expect(codesOfOpa(mistake)).toContain(mistake.code);
  });
});

function codesOfOpa({ modules, strict }: Mistake): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "flyball-mistakes-"));
  try {
    for (const [index, text] of modules.entries()) writeFileSync(join(folder, `module-${index}.rego`), text);
    const { stdout, stderr } = spawnSync(OPA, ["check", "--format", "json", ...(strict ? ["--strict"] : []), folder]);
    const { errors }: { errors: readonly { readonly code: string }[] } = JSON.parse(String(stderr) || String(stdout));
    return errors.map(({ code }) => code);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
