// Long because it is a table: one entry for each kind of mistake.

import type { DiagnosticCode } from "../../src/diagnostics/diagnostic.ts";

/** Modules with mistakes that OPA finds after parsing, with its code and our message. */
export interface Mistake {
  readonly title: string;
  readonly modules: readonly string[];
  readonly code: DiagnosticCode;
  /** Part of the message. */
  readonly message: string;
  readonly strict?: boolean;
}

const mistake = (title: string, code: DiagnosticCode, message: string, ...modules: readonly string[]): Mistake => ({
  title,
  code,
  message,
  modules,
});

const unsafe = (title: string, name: string, text: string): Mistake =>
  mistake(title, "rego_unsafe_var_error", `var ${name} is unsafe`, `package a\n${text}`);

export const MISTAKES: readonly Mistake[] = [
  // -- variables that nothing binds --
  unsafe("a name that is nothing", "x", "p if { x }"),
  unsafe("a variable that is only compared", "x", "p if { x > 1 }"),
  unsafe("a variable that is only negated", "x", "p if { not x }"),
  unsafe("a wildcard in a negation", "_", "p if { not input.xs[_] }"),
  unsafe("a wildcard in a scoped negation", "_", "import future.keywords.not\np if { not input.xs[_] }"),
  unsafe("a variable of the head", "x", "p contains x if { input.y }"),
  unsafe("a key of the head", "x", "p[x] := 1 if { input.y }"),
  unsafe("the value of the head", "x", "p := x if { input.y }"),
  unsafe("a head that waits for what a comprehension keeps to itself", "x", "p := x if { y := [x | x = 1]; y }"),
  unsafe("a comprehension's head", "y", "p := [y | x := 1; x]"),
  unsafe("an argument of a built-in", "x", "p if { count(x) == 1 }"),
  unsafe("an argument beside an output", "x", "p := y if { plus(x, 1, y) }"),
  unsafe("the cause, not what is assigned from it", "y", "p := x if { x := y }"),
  unsafe("a circle of variables", "x", "p if { x = y + 1; y = x - 1 }"),
  unsafe("a key of an object pattern", "k", "p := v if { {k: v} = input.x }"),
  unsafe("an element of a set", "x", "p := x if { {x} = input.s }"),
  unsafe("a `with` value", "x", "p if { input.y with input as x }"),
  unsafe("a closure over what comes from itself", "x", "p if { x = [y | y = x] }"),
  unsafe("a variable that only `every` binds", "x", "p if { every x in input.xs { x > 1 }; x > 2 }"),
  unsafe("a body of `every`", "y", "p if { every x in input.xs { x > y } }"),
  unsafe("a bare variable in a template", "x", 'p := $"{x}"'),
  unsafe("a negation inside of a comprehension", "z", "p := [x | x := input.x; not z == x]"),
  unsafe("an else branch that needs a variable of the first", "x", "p := 1 if { x := 1; x == 2 } else := x"),
  mistake(
    "an expression in a template",
    "rego_compile_error",
    "var _ is undeclared",
    'package a\np := $"{input.xs[_]}"',
  ),
  mistake(
    "an operand of `and`",
    "rego_unsafe_var_error",
    "var x is unsafe",
    "package a\nimport future.keywords.and\np if { input.a and x == 1 }",
  ),

  // -- declarations --
  mistake("two assignments", "rego_compile_error", "var x assigned above", "package a\np if { x := 1; x := 2 }"),
  mistake(
    "an assignment after use",
    "rego_compile_error",
    "var x referenced above",
    "package a\np if { x == 1; x := 2 }",
  ),
  mistake(
    "an assignment after `some`",
    "rego_compile_error",
    "var x declared above",
    "package a\np if { some x; x := 2; x }",
  ),
  mistake("an assignment to a parameter", "rego_compile_error", "arg x redeclared", "package a\nf(x) if { x := 2 }"),
  mistake(
    "`some` after an assignment",
    "rego_compile_error",
    "var x assigned above",
    "package a\np if { x := 2; some x; x }",
  ),
  mistake(
    "`some x in` over what has x",
    "rego_compile_error",
    "var x assigned before",
    "package a\np if { some x in x }",
  ),
  mistake(
    "a declared variable without use",
    "rego_compile_error",
    "declared var x unused",
    "package a\np if { some x; input.y }",
  ),
  mistake("a declared wildcard", "rego_compile_error", "declared var _ unused", "package a\np if { some _ }"),
  mistake(
    "a value of `every` without use",
    "rego_compile_error",
    "declared var x unused",
    "package a\np if { every x in [1] { input.y } }",
  ),
  mistake(
    "an assignment inside a negation",
    "rego_compile_error",
    "cannot assign vars",
    "package a\np if { not x := 1 }",
  ),
  mistake(
    "an assignment to a reference",
    "rego_compile_error",
    "cannot assign to ref",
    "package a\np if { input.x := 1 }",
  ),
  mistake(
    "an assignment to a call",
    "rego_compile_error",
    "cannot assign to call",
    "package a\np if { count(input) := 1 }",
  ),
  mistake(
    "an assignment to a constant in a pattern",
    "rego_compile_error",
    "cannot assign to number",
    "package a\np if { [x, 1] := input.y; x }",
  ),
  mistake(
    "a local named input",
    "rego_compile_error",
    "must not shadow input",
    "package a\np if { input := 1; input == 1 }",
  ),
  mistake("a rule named data", "rego_compile_error", "must not shadow data", "package a\ndata := 1"),
  mistake("a parameter named input", "rego_compile_error", "must not shadow input", "package a\nf(input) := 1"),
  mistake(
    "a call of a local",
    "rego_compile_error",
    "called function f shadowed",
    "package a\nf(x) := x\np if { f := 1; f == f(1) }",
  ),
  mistake("a call in a parameter", "rego_compile_error", "cannot contain calls", "package a\nf(count(x)) := 1"),
  mistake(
    "two imports of one name",
    "rego_compile_error",
    "must not shadow import",
    "package a\nimport data.x.q\nimport data.y.q\np := q",
  ),

  // -- calls --
  mistake("a function that does not exist", "rego_type_error", "undefined function g", "package a\np if { g(1) }"),
  mistake(
    "a built-in that does not exist",
    "rego_type_error",
    "undefined function strings.nope",
    'package a\np if { strings.nope("x") }',
  ),
  mistake(
    "a function of another package that does not exist",
    "rego_type_error",
    "undefined function data.b.f",
    "package a\np if { data.b.f(1) }",
    "package b\ng(x) := x",
  ),
  mistake(
    "a function through an import that does not exist",
    "rego_type_error",
    "undefined function b.f",
    "package a\nimport data.b\np if { b.f(1) }",
    "package b\ng(x) := x",
  ),
  mistake(
    "a built-in with too few arguments",
    "rego_type_error",
    "takes 2 arguments",
    'package a\np if { startswith("a") }',
  ),
  mistake(
    "a built-in with too many arguments",
    "rego_type_error",
    "takes 1 argument",
    "package a\np if { count([1], 1, 2) }",
  ),
  mistake(
    "a built-in with an output in a term",
    "rego_type_error",
    "takes 1 argument",
    "package a\np if { count([1], 1) == 1 }",
  ),
  mistake(
    "a function with too many arguments",
    "rego_type_error",
    "data.a.f takes 1 argument",
    "package a\nf(x) := x\np := f(1, 2)",
  ),
  mistake("`print` as a value", "rego_type_error", "has no value", "package a\np := print(1)"),
  mistake("a relation in a template", "rego_compile_error", "relation", 'package a\np := $"{walk(input)}"'),

  mistake(
    "a built-in that Rego v1 has dropped",
    "rego_type_error",
    "deprecated built-in function calls in expression: any",
    "package a\np if { any([input.x]) }",
  ),

  // -- with --
  mistake(
    "a target that is nothing",
    "rego_type_error",
    "with keyword target must reference existing",
    "package a\np if { input.x with nothing as 1 }",
  ),
  mistake(
    "a part of a virtual document",
    "rego_compile_error",
    "partially replace",
    "package a\nq := {}\np if { q with data.a.q.x as 1 }",
  ),
  mistake("unification as a target", "rego_compile_error", "invalid", "package a\np if { input.x with eq as 1 }"),
  mistake(
    "an internal built-in as a target",
    "rego_compile_error",
    "internal",
    "package a\np if { input.x with internal.print as 1 }",
  ),
  mistake("a relation as a target", "rego_compile_error", "relation", "package a\np if { input.x with walk as 1 }"),
  mistake(
    "a built-in without result as a target",
    "rego_compile_error",
    "void",
    "package a\np if { input.x with print as 1 }",
  ),
  mistake(
    "a replacement with other parameters",
    "rego_type_error",
    "replaced",
    "package a\nf(x, y) := x + y\np if { count([1]) == 1 with count as f }",
  ),

  // -- types --
  mistake(
    "a constant of the wrong type",
    "rego_type_error",
    "startswith: invalid argument(s): argument 1 (search) must be string, not number",
    'package a\np if { startswith(1, "x") }',
  ),
  mistake("a rule of the wrong type", "rego_type_error", "must be", "package a\nq := 1\np := upper(q)"),
  mistake(
    "a function's result of the wrong type",
    "rego_type_error",
    "must be",
    "package a\nf(x) := [x]\np := f(1) + 1",
  ),
  mistake(
    "an argument that the function's body refuses",
    "rego_type_error",
    "must be string",
    "package a\nf(x) := upper(x)\np := f(1)",
  ),
  mistake("an element of the wrong type", "rego_type_error", "must be", 'package a\np := sum([1, "2"])'),
  mistake(
    "a comprehension of the wrong type",
    "rego_type_error",
    "must be",
    'package a\np := concat(",", [x | some x in [1, 2]])',
  ),
  mistake(
    "an output of the wrong type",
    "rego_type_error",
    "the result is number",
    'package a\np if { count(input.x, "a") }',
  ),
  mistake("constants that are never equal", "rego_type_error", "match error", 'package a\np if { 1 == "a" }'),
  mistake(
    "a variable and a constant that are never equal",
    "rego_type_error",
    "match error",
    'package a\np if { x := 1; x == "a" }',
  ),
  mistake(
    "arrays of other lengths",
    "rego_type_error",
    "match error",
    "package a\np if { xs := [1, 2, 3]; xs == [1, 2] }",
  ),
  mistake("a search for what cannot be there", "rego_type_error", "never in", 'package a\np if { "a" in [1, 2] }'),
  mistake("a key that a rule does not have", "rego_type_error", "undefined ref", 'package a\nq := {"x": 1}\np := q.y'),
  mistake("a reference into a number", "rego_type_error", "undefined ref", "package a\nq := 1\np := q.y"),
  mistake(
    "an index of text into an array",
    "rego_type_error",
    "undefined ref",
    'package a\np := x if { xs := [1]; x := xs["a"] }',
  ),
  mistake("a function that is not called", "rego_type_error", "is a function", "package a\nf(x) := x\np := f"),
  mistake("a rule that is called", "rego_type_error", "undefined function", "package a\nq := 1\np := q()"),
  mistake(
    "a stand-in that refuses what the built-in takes",
    "rego_type_error",
    "where http.send takes",
    "package a\np if { input.x with http.send as net.lookup_ip_addr }",
  ),

  // -- rules among each other --
  mistake("a rule that needs itself", "rego_recursion_error", "data.a.p -> data.a.p", "package a\np if { p }"),
  mistake(
    "a circle of rules",
    "rego_recursion_error",
    "data.a.p -> data.a.q -> data.a.p",
    "package a\np if { q }\nq if { p }",
  ),
  mistake("a recursive function", "rego_recursion_error", "data.a.f -> data.a.f", "package a\nf(x) := f(x - 1)"),
  mistake(
    "a circle across packages",
    "rego_recursion_error",
    "data.a.p -> data.b.q -> data.a.p",
    "package a\np if { data.b.q }",
    "package b\nq if { data.a.p }",
  ),
  mistake(
    "a rule in its own package's document",
    "rego_recursion_error",
    "data.a.p -> data.a.p",
    "package a\np if { data.a }",
  ),
  mistake(
    "a rule reached through a variable",
    "rego_recursion_error",
    "data.a.p -> data.a.p",
    "package a\np if { data.a[input.x] }",
  ),
  mistake(
    "a circle through else",
    "rego_recursion_error",
    "data.a.p -> data.a.p",
    "package a\np := 1 if { input.x } else := p",
  ),
  mistake(
    "a circle through a replaced function",
    "rego_recursion_error",
    "data.a.f -> data.a.f",
    "package a\nf(x) := y if { y := count(x) with count as f }",
  ),
  mistake(
    "a complete rule and a set of one name",
    "rego_type_error",
    "conflicting rules data.a.p found",
    "package a\np := 1\np contains 1",
  ),
  mistake(
    "a complete rule and an object of one name",
    "rego_type_error",
    "conflicting rules data.a.p found",
    'package a\np := 1\np[x] := 1 if { x := "y" }',
  ),
  mistake(
    "a rule and a function of one name",
    "rego_type_error",
    "conflicting rules data.a.p found",
    "package a\np := 1\np(x) := 1",
  ),
  mistake(
    "functions with other numbers of parameters",
    "rego_type_error",
    "conflicting rules data.a.f found",
    "package a\nf(x) := 1\nf(x, y) := 1",
  ),
  mistake(
    "a set and an object of sets",
    "rego_type_error",
    "conflicting rules data.a.p found",
    "package a\np contains 1\np[x] contains y if { x := 1; y := 2 }",
  ),
  mistake(
    "a rule below a complete rule",
    "rego_type_error",
    "conflicts with [data.a.p.q]",
    "package a\np := {}\np.q := 1",
  ),
  mistake(
    "a function below a general head",
    "rego_type_error",
    "conflicts with [data.a.p.f]",
    'package a\np[x] := 1 if { x := "y" }\np.f(x) := 1',
  ),
  mistake(
    "two defaults",
    "rego_type_error",
    "multiple default rules data.a.p found",
    "package a\ndefault p := 1\ndefault p := 2",
  ),
  mistake(
    "a package in the place of a rule",
    "rego_type_error",
    "package a.b conflicts with rule data.a.b",
    "package a\nb := 1",
    "package a.b\nc := 1",
  ),

  mistake(
    "what is called, declared further down",
    "rego_compile_error",
    "var lower referenced above",
    'package a\np if { lower("A") == "a"; lower := 1; lower > 0 }',
  ),
  mistake(
    "a reference over constants that lead back",
    "rego_recursion_error",
    "rule data.a.r is recursive",
    'package a\nr if { some root in ["a", "b"]; data[root].r }',
  ),

  // -- strict mode --
  {
    ...mistake(
      "an import without use",
      "rego_compile_error",
      "import data.b unused",
      "package a\nimport data.b\np := 1",
    ),
    strict: true,
  },
  {
    ...mistake(
      "an assigned variable without use",
      "rego_compile_error",
      "assigned var x unused",
      "package a\np if { x := 1 }",
    ),
    strict: true,
  },
  {
    ...mistake("a parameter without use", "rego_compile_error", "unused argument x", "package a\nf(x) := 1"),
    strict: true,
  },
];
