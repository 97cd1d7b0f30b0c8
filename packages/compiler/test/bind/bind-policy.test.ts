import { describe, expect, it } from "vitest";
import { bindText, boundText } from "./bind-text.ts";

describe("names", () => {
  it("become variables, documents of the package, imports, or the input", () => {
    expect(
      boundText(`package shop
        import data.prices as p
        import input.customer
        limit := 10
        allow if { some item in input.items; p[item] < limit; customer.vip }`),
    ).toBe(`data.shop.limit := 10

data.shop.allow := true
  item0 = input.items[$1]
  lt(data.prices[item0], data.shop.limit)
  input.customer.vip`);
  });

  it("are covered by parameters and declarations for the whole body", () => {
    expect(boundText("package a\nq := 1\nf(q) := q\np := x if { x := [q | q := 2] }")).toBe(`data.a.q := 1

data.a.f(q0) := q0

data.a.p := x2
  x2 = [q1 | q1 = 2]`);
  });

  it("that comprehensions share with the body around them are the same variable, even when that comes later", () => {
    expect(boundText("package a\np := y if { y := [z | z = x]; x = 1 }")).toBe(`data.a.p := y2
  x0 = 1
  y2 = [z1 | z1 = x0]`);
  });

  it("that two comprehensions use each for itself are two variables", () => {
    expect(boundText("package a\np := [count([x | x = 1]), count([x | x = 2])]")).toContain("x2 = 2");
  });

  it("of wildcards are all different", () => {
    expect(boundText("package a\np if { input.a[_]; input.b[_] }")).toBe(`data.a.p := true
  input.a[_0]
  input.b[_1]`);
  });
});

describe("statements", () => {
  it("are reordered so that variables are bound before they are needed", () => {
    expect(
      boundText("package a\np if { not q[x]; y > 1; y = x + 1; x = input.x }\nq contains 1"),
    ).toBe(`data.a.p := true
  x0 = input.x
  not {
    data.a.q[x0]
  }
  $2 = plus(x0, 1)
  y1 = $2
  gt(y1, 1)

data.a.q contains 1`);
  });

  it("stand before a legacy negation where OPA evaluates operands outside of it", () => {
    expect(boundText('package a\np if { not startswith(lower(input.name), "x") }')).toBe(`data.a.p := true
  $0 = lower(input.name)
  not {
    startswith($0, "x")
  }`);
    expect(boundText("package a\np if { not input.a in input.b[input.c] }")).toBe(`data.a.p := true
  $0 = input.a
  $1 = input.c
  $2 = input.b[$1]
  not {
    internal.member_2($0, $2)
  }`);
  });

  it("stay inside of a legacy negation where OPA leaves them: equality, and the negated reference itself", () => {
    expect(
      boundText("package a\np if { not input.a == input.b }\nq if { not input.xs[input.i] }"),
    ).toBe(`data.a.p := true
  not {
    equal(input.a, input.b)
  }

data.a.q := true
  $0 = input.i
  not {
    input.xs[$0]
  }`);
  });

  it("stay inside of a negation under `import future.keywords.not`", () => {
    expect(
      boundText('package a\nimport future.keywords.not\np if { not startswith(lower(input.name), "x") }'),
    ).toBe(`data.a.p := true
  not {
    $0 = lower(input.name)
    startswith($0, "x")
  }`);
  });

  it("call built-ins and functions with their result as the last argument", () => {
    expect(boundText("package a\nf(x) := x\np := [n, m] if { count(input.xs, n); f(n, m) }")).toBe(`data.a.f(x0) := x0

data.a.p := [n1, m2]
  n1 = count(input.xs)
  m2 = data.a.f(n1)`);
  });

  it("give `walk` as a relation, as a statement and in a term", () => {
    expect(boundText("package a\np contains v if { walk(input, [_, v]) }\nq := [x | [_, x] := walk(input)]")).toContain(
      "[_1, v0] in walk(input)",
    );
  });

  it("carry a `with` on every call that is hoisted out of them, and evaluate its value outside", () => {
    expect(boundText("package a\nf(x) := x\np if { f(f(1)) == 1 with input as input.a }")).toBe(`data.a.f(x0) := x0

data.a.p := true
  $1 = input.a
  $2 = data.a.f(1) with input as $1
  $3 = data.a.f($2) with input as $1
  equal($3, 1) with input as $1`);
  });

  it("evaluate the domain of `every` once", () => {
    expect(boundText("package a\np if { every k, v in input.xs { v > k } }")).toBe(`data.a.p := true
  $0 = input.xs
  every k1, v2 in $0 {
    gt(v2, k1)
  }`);
  });

  it("say `and` and `or` with negations, which bind nothing either", () => {
    expect(boundText("package a\nimport future.keywords.or\np if { input.a or input.b }")).toBe(`data.a.p := true
  not {
    not {
      input.a
    }
    not {
      input.b
    }
  }`);
  });

  it("iterate by themselves: what iterates inside of a term stands before it", () => {
    expect(boundText("package a\np if { input.xs[i] + 1 > input.ys[i] }")).toBe(`data.a.p := true
  $2 = input.xs[i0]
  $1 = plus($2, 1)
  gt($1, input.ys[i0])`);
  });

  it("look up patterns in sets by iterating and unifying", () => {
    expect(boundText("package a\np contains x if { data.pairs[[x, 1]] }")).toBe(`data.a.p contains x0
  data.pairs[$1]
  [x0, 1] = $1`);
  });

  it("wait for the reference that binds the key of their pattern", () => {
    expect(boundText("package a\np contains v if { some {k: v} in input.objects[k] }")).toContain("= input.objects[k");
  });
});

describe("heads", () => {
  it("have a constant path, then keys", () => {
    const { policy } = bindText(["package a\np.q[x].r[y] := 1 if { x := 1; y := 2 }\ns.t contains 3\nu.v := 4"]);
    expect(policy?.clauses.map(({ form, path, keys }) => ({ form, path, keys: keys.length }))).toEqual([
      { form: "object", path: ["a", "p", "q"], keys: 3 },
      { form: "set", path: ["a", "s", "t"], keys: 0 },
      { form: "complete", path: ["a", "u", "v"], keys: 0 },
    ]);
  });

  it("hold variables and constants only: the body computes the rest", () => {
    expect(boundText("package a\np[lower(x)] := count(y) if { x := input.x; y := input.y }")).toBe(`data.a.p[$2] := $3
  x0 = input.x
  y1 = input.y
  $2 = lower(x0)
  $3 = count(y1)`);
  });

  it("share their parameters with all else branches, which have variables of their own", () => {
    expect(boundText("package a\nf(x) := y if { y := x } else := y if { y := -x }")).toBe(`data.a.f(x0) := y1
  y1 = x0
else := y3
  $2 = minus(0, x0)
  y3 = $2`);
  });

  it("compare computed parameters with the argument", () => {
    expect(boundText("package a\nf(input.x) := 1")).toBe(`data.a.f($0) := 1
  $1 = input.x
  $0 = $1`);
  });

  it("keep the comprehension of a default in its value", () => {
    expect(boundText("package a\ndefault p := [x | x := 1]")).toBe("default data.a.p := [x0 | x0 = 1]");
  });
});

describe("constants", () => {
  it("are folded, composites included", () => {
    expect(boundText('package a\np := {"b": [1, {2, 2.0}], "c": 1e2}')).toBe('data.a.p := {"b":[1,[2]],"c":100}');
  });

  it("keep digits that a double has not", () => {
    expect(boundText("package a\np := 5000.0000000000000001")).toBe("data.a.p := 5000.0000000000000001");
  });
});
