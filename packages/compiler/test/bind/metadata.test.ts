import { describe, expect, it } from "vitest";
import { bindText, boundText } from "./bind-text.ts";

describe("rego.metadata", () => {
  it("answers the rule's own annotations as a constant", () => {
    expect(
      boundText(`package a

# METADATA
# title: Limits
# description: |
#   Two
#   lines
# authors:
# - Ada <ada@example.com>
# - name: Grace
# organizations: [Flyball]
# related_resources:
# - https://example.com
# custom:
#   severity: 3
#   tags: [x, y]
p := rego.metadata.rule()`),
    ).toBe(
      `data.a.p := {"authors":[{"email":"ada@example.com","name":"Ada"},{"name":"Grace"}],"custom":{"severity":3,"tags":["x","y"]},"description":"Two\\nlines\\n","organizations":["Flyball"],"related_resources":[{"ref":"https://example.com"}],"scope":"rule","title":"Limits"}`,
    );
  });

  it("answers nothing where there are none", () => {
    expect(boundText("package a\np := rego.metadata.rule()")).toBe("data.a.p := {}");
    expect(boundText("package a\np := rego.metadata.chain()")).toBe('data.a.p := [{"path":["a","p"]}]');
  });

  it("answers the way from the rule outward to the packages above", () => {
    const { policy } = bindText([
      "# METADATA\n# scope: subpackages\n# title: root\npackage a",
      "# METADATA\n# title: package\npackage a.b\n\n# METADATA\n# scope: document\n# title: document\np := 1 if { false }\n\n# METADATA\n# title: rule\np := rego.metadata.chain()",
    ]);
    const value = policy?.clauses.at(-1)?.branches[0].value;
    expect(value?.kind === "constant" ? value.value : undefined).toEqual([
      { path: ["a", "b", "p"], annotations: { scope: "rule", title: "rule" } },
      { path: ["a", "b", "p"], annotations: { scope: "document", title: "document" } },
      { path: ["a", "b"], annotations: { scope: "package", title: "package" } },
      { path: ["a"], annotations: { scope: "subpackages", title: "root" } },
    ]);
  });

  it.each([
    ["scope: planet", 'invalid annotation scope "planet"'],
    ["scope: package", "must be applied to package"],
    ["title: [x]", "title is text"],
    ["authors: [{}]", "an author has a `name`"],
    ["a: b: c", "Nested mappings"],
    ["1", "names and values"],
    ["custom: {1: x}", "is not text"],
  ])("refuses `%s`", (yaml, message) => {
    const { diagnostics } = bindText([`package a\n\n# METADATA\n# ${yaml}\np := rego.metadata.rule()`]);
    expect(diagnostics.map(({ code }) => code)).toEqual(["rego_parse_error"]);
    expect(diagnostics[0]?.message).toContain(message);
  });

  it("is checked even where no rule asks for it", () => {
    const { diagnostics } = bindText(["package a\n# METADATA\n# title: a: b: c\np := 1"]);
    expect(diagnostics).toMatchObject([{ code: "rego_parse_error", span: { start: 10 } }]);
  });

  it("is no metadata away from the margin", () => {
    expect(bindText(["package a\n # METADATA\n # title: a: b: c\np := 1"]).diagnostics).toEqual([]);
  });

  it("refuses an entrypoint whose scope is one rule", () => {
    const { diagnostics } = bindText(["package a\n# METADATA\n# entrypoint: true\n# scope: rule\np := 1"]);
    expect(diagnostics[0]?.message).toContain("entrypoint applied to non-document");
  });
});
