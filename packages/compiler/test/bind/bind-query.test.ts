import { describe, expect, it } from "vitest";
import { bindPolicy } from "../../src/bind/bind-policy.ts";
import { bindQuery } from "../../src/bind/bind-query.ts";
import { printBound } from "../../src/bind/print-bound.ts";
import { validateBound } from "../../src/bind/validate-bound.ts";
import { parseQuery } from "../../src/syntax/parse-query.ts";
import { parseText } from "./bind-text.ts";

function query(
  text: string,
  options: { readonly modules?: readonly string[]; readonly capture?: boolean } = {},
): string {
  const modules = (options.modules ?? []).map(parseText);
  const { policy } = bindPolicy({ modules });
  const { body } = parseQuery({ text });
  if (policy === undefined || body === undefined) throw new Error("the test's own text is wrong");
  const bound = bindQuery({ body, policy, modules, capture: options.capture ?? false });
  if (bound.policy === undefined) return bound.diagnostics.map(({ code, message }) => `${code}: ${message}`).join("; ");
  const faults = validateBound(bound.policy);
  if (faults.length > 0) throw new Error(faults.join("; "));
  const clauses = bound.policy.clauses.slice(-1);
  return printBound({ vars: bound.policy.vars, clauses }).trim();
}

describe("a query", () => {
  it("is a set of objects with its variables", () => {
    expect(query("data.a.p = x; y := x.z; some k; input[k]")).toBe(`data.$query contains {"x": x0, "y": y1, "k": k2}
  data.a.p = x0
  y1 = x0.z
  input[k2]`);
  });

  it("leaves out wildcards and what is inside of comprehensions", () => {
    expect(query("input.xs[_] = x; y = [z | z = x]")).toContain('contains {"x": x0, "y": y1}');
  });

  it("without variables has one solution or none", () => {
    expect(query("1 + 1 == 2")).toBe("data.$query contains {}\n  $0 = plus(1, 1)\n  equal($0, 2)");
  });

  it("calls functions of the modules by their path", () => {
    expect(query("data.a.f(1, x)", { modules: ["package a\nf(x) := x"] })).toContain("x1 = data.a.f(1)");
  });

  it("sees no names of packages", () => {
    expect(query("p = 1", { modules: ["package a\np := 1"] })).toContain('contains {"p": p0}');
  });

  it("reports what cannot be", () => {
    expect(query("x > 1")).toBe("rego_unsafe_var_error: var x is unsafe");
    expect(query("nope(1)")).toBe("rego_type_error: undefined function nope");
    expect(query("x := 1; x := 2")).toBe("rego_compile_error: var x assigned above");
  });
});

describe("a query whose values are captured", () => {
  it("answers false where a single statement is false", () => {
    expect(query("input.x == 2", { capture: true })).toBe(
      'data.$query := [{"bindings": {}, "expressions": [$0]} | $0 = equal(input.x, 2)]',
    );
  });

  it("has no solution where one of several statements is false", () => {
    expect(query("input.x; input.y == 2", { capture: true })).toBe(
      'data.$query := [{"bindings": {}, "expressions": [$0, $1]} | $0 = input.x; $0; $1 = equal(input.y, 2); $1]',
    );
  });

  it("answers true for unifications, negations and `every`, and nothing for `some`", () => {
    expect(query("some x; x = 1; not input.y; every z in [1] { z == 1 }", { capture: true })).toContain(
      '"expressions": [true, true, true]',
    );
  });
});

describe("print in a query", () => {
  it("is left out where nobody listens, and a call where somebody does", () => {
    const { body } = parseQuery({ text: "x := 1; print(x, input.no)" });
    const { policy } = bindPolicy({ modules: [] });
    if (policy === undefined || body === undefined) throw new Error("the test's own text is wrong");
    const printed = (prints: boolean): string => {
      const bound = bindQuery({ body, policy, modules: [], prints }).policy;
      return bound === undefined ? "" : printBound({ vars: bound.vars, clauses: bound.clauses });
    };
    expect(printed(false)).not.toContain("print");
    expect(printed(true)).toMatch(/internal\.print\(\[\{/);
  });
});
