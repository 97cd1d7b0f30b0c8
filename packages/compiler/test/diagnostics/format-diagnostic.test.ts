import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { formatDiagnostic } from "../../src/diagnostics/format-diagnostic.ts";
import { sortDiagnostics } from "../../src/diagnostics/sort-diagnostics.ts";
import { createSourceFile, lineText, positionAt } from "../../src/diagnostics/source-file.ts";

function diagnostic(start: number, end: number, more: Partial<Diagnostic> = {}): Diagnostic {
  return {
    code: "rego_parse_error",
    severity: "error",
    span: { file: "p.rego", start, end },
    message: "wrong",
    ...more,
  };
}

describe("a position", () => {
  const source = createSourceFile("p.rego", "a😀b\r\nc\n");

  it("counts lines and code points from 1", () => {
    expect(positionAt(source, 0)).toEqual({ line: 1, column: 1 });
    expect(positionAt(source, 3)).toEqual({ line: 1, column: 3 });
    expect(positionAt(source, 6)).toEqual({ line: 2, column: 1 });
    expect(positionAt(source, 8)).toEqual({ line: 3, column: 1 });
  });

  it("is the end for offsets behind the end", () => {
    expect(positionAt(source, 99)).toEqual({ line: 3, column: 1 });
  });

  it("does not count a byte-order mark", () => {
    expect(positionAt(createSourceFile("p", "\ufeffpackage"), 1)).toEqual({ line: 1, column: 1 });
  });

  it("gives lines without what ends them", () => {
    expect([1, 2, 3].map((line) => lineText(source, line))).toEqual(["a😀b", "c", ""]);
  });
});

describe("a diagnostic as text", () => {
  it("shows file, line, column, the line, an underline and the way out", () => {
    const source = createSourceFile("p.rego", "package p\n\tallow {\n");
    expect(formatDiagnostic(diagnostic(17, 18, { suggestion: "write `if {`" }), source)).toBe(
      ["p.rego:2:8: rego_parse_error: wrong", "  2 | \tallow {", "    | \t      ^", "    = write `if {`"].join("\n"),
    );
  });

  it("underlines code points, not halves of them", () => {
    const source = createSourceFile("p.rego", '"😀" x');
    expect(formatDiagnostic(diagnostic(0, 4), source).split("\n")[2]).toBe("    | ^^^");
  });

  it("underlines a span over several lines to the end of its first", () => {
    const source = createSourceFile("p.rego", "ab{\nc\n}");
    expect(formatDiagnostic(diagnostic(2, 7), source).split("\n")[2]).toBe("    |   ^");
  });

  it("points behind the last character at the end of a file", () => {
    expect(formatDiagnostic(diagnostic(2, 2), createSourceFile("p.rego", "ab")).split("\n")[2]).toBe("    |   ^");
  });

  it("cuts long lines around the place", () => {
    const lines = formatDiagnostic(diagnostic(5_000, 5_001), createSourceFile("p.rego", "x".repeat(10_000))).split(
      "\n",
    );
    expect(lines.every((line) => line.length < 150)).toBe(true);
    expect(lines[1]?.[(lines[2] ?? "").indexOf("^")]).toBe("x");
  });

  it("passes no control characters to a terminal", () => {
    const printed = formatDiagnostic(diagnostic(0, 1), createSourceFile("p.rego", "a\u001b[31m\u202eb"));
    expect(printed).not.toContain("\u001b");
    expect(printed).not.toContain("\u202e");
  });

  it("marks warnings", () => {
    expect(formatDiagnostic(diagnostic(0, 1, { severity: "warning" }), createSourceFile("p.rego", "a"))).toContain(
      "warning: ",
    );
  });

  it("is one line where the text is not at hand", () => {
    expect(formatDiagnostic(diagnostic(0, 1, { suggestion: "do" }), undefined)).toBe(
      "p.rego: rego_parse_error: wrong (do)",
    );
  });
});

describe("several diagnostics", () => {
  it("are sorted by file and place, and said once", () => {
    const other = diagnostic(0, 1, { span: { file: "a.rego", start: 9, end: 10 } });
    const sorted = sortDiagnostics([diagnostic(5, 6), diagnostic(1, 2), other, diagnostic(5, 6)]);
    expect(sorted.map(({ span }) => `${span.file}:${span.start}`)).toEqual(["a.rego:9", "p.rego:1", "p.rego:5"]);
  });
});
