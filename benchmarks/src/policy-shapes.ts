import type { CompileOptions } from "@flyball/compiler";

export type Sources = Pick<CompileOptions, "modules" | "entrypoints" | "tests">;

/** Policies of a given number of rules, or of that many parts of one rule, each of the shape that one kind of policy has many of. */
export const POLICY_SHAPES: Readonly<Record<string, (rules: number) => Sources>> = {
  "rules that decide": (rules) =>
    onePackage(lines(rules, (n) => `allow if { input.user == "u${n}"; input.role == "r${n % 7}" }`)),
  "a partial set": (rules) =>
    onePackage(
      lines(rules, (n) => `deny contains msg if { input.kind == "k${n}"; msg := sprintf("%s is ${n}", [input.name]) }`),
    ),
  "a partial object": (rules) => onePackage(lines(rules, (n) => `limit["k${n}"] := ${n} if input.level > ${n % 9}`)),
  "functions that call one another": (rules) =>
    onePackage(`f0(x) := x\n${lines(rules, (n) => `f${n + 1}(x) := f${n >> 1}(x) + 1`)}\nv := f${rules}(input.n)`),
  "rules in a chain": (rules) => onePackage(`r0 := input.n\n${lines(rules, (n) => `r${n + 1} := r${n} + 1`)}`),
  "clauses of one function": (rules) =>
    onePackage(`${lines(rules, (n) => `price("k${n}") := ${n}`)}\nv := price(input.k)`),
  "statements of one body": (rules) => onePackage(`allow if {\n${lines(rules, (n) => `input.a${n % 300} == ${n}`)}\n}`),
  "branches of one else": (rules) =>
    onePackage(`level := 0 if input.n == 0\n${lines(rules, (n) => `else := ${n + 1} if input.a${n % 300} > ${n}`)}`),
  "comprehensions in one array": (rules) =>
    onePackage(`found := [\n${lines(rules, (n) => `[x | some x in input.list; x > ${n}],`)}\n]`),
  "a library of modules": (rules) => ({
    modules: Object.fromEntries(
      Array.from({ length: Math.ceil(rules / 30) }, (_, file) => [`lib${file}.rego`, libraryModule(file)]),
    ),
    entrypoints: ["lib"],
  }),
  "tests that replace the input": (rules) => ({
    ...onePackage(
      `allow if input.user == "u1"\n${lines(rules, (n) => `test_${n} if not allow with input.user as ${n}`)}`,
    ),
    tests: true,
  }),
  "tests that replace rules and data": (rules) => ({
    ...onePackage(
      `limit := data.limit\nallow if input.n < limit\n${lines(rules, (n) =>
        n % 2 === 0 ? `test_${n} if allow with limit as ${n}` : `test_${n} if allow with data.limit as ${n}`,
      )}`,
    ),
    tests: true,
  }),
};

function onePackage(text: string): Sources {
  return { modules: { "policy.rego": `package policy\n\n${text}\n` }, entrypoints: ["policy"] };
}

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join("\n");
}

function libraryModule(file: number): string {
  const helper = file === 0 ? "" : `import data.lib.m${file - 1}`;
  const rules = lines(
    28,
    (n) => `deny contains "m${file}-${n}" if { input.items[_].kind == "k${n}"; near(input.x, ${n}) }`,
  );
  const near = file === 0 ? "near(x, n) if x < n" : `near(x, n) if m${file - 1}.near(x, n + 1)`;
  return `package lib.m${file}\n\n${helper}\n\n${near}\n\n${rules}\n`;
}
