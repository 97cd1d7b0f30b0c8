import { describe, expect, it } from "vitest";
import { parseQuery } from "../../src/syntax/parse-query.ts";
import { parseStandaloneTerm } from "../../src/syntax/parse-standalone-term.ts";
import { printStatement, printTerm } from "../../src/syntax/print-tree.ts";

describe("a query", () => {
  it.each([
    ["data.a.b = x", ['(call eq (ref data "a" "b") x)']],
    ["x := 1; y := x\nz", ["(call assign x 1)", "(call assign y x)", "z"]],
    ["some x in [1]; not x == 2 with input as {}", ["some x in [1]", "not* (call equal x 2) with input as {:}"]],
  ])("%j is statements", (text, statements) => {
    expect(parseQuery({ text }).body?.map(printStatement)).toEqual(statements);
  });

  it.each(["", "x ;", "p if true", "x := ", "{"])("%j is refused", (text) => {
    const { body, diagnostics } = parseQuery({ text });
    expect(body).toBeUndefined();
    expect(diagnostics).toHaveLength(1);
  });

  it("knows the keywords it is given", () => {
    expect(parseQuery({ text: "a and b", keywords: ["and"] }).body).toHaveLength(1);
  });
});

describe("a term on its own", () => {
  it.each(['{"a": {1, 2}}', "[set(), null]"])("%s is read", (text) => {
    const { term, diagnostics } = parseStandaloneTerm({ text });
    expect(diagnostics).toEqual([]);
    expect(term === undefined ? "" : printTerm(term)).not.toBe("");
  });

  it.each(["1 2", "not x", "x with input as 1", "some x"])("%s is refused", (text) => {
    expect(parseStandaloneTerm({ text }).diagnostics).toHaveLength(1);
  });
});
