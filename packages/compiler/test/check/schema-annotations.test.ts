import { describe, expect, it } from "vitest";
import { checkModules, compile } from "../../src/compile.ts";
import { createSourceFile, positionAt } from "../../src/diagnostics/source-file.ts";
import { planQuery } from "../../src/plan-query.ts";

const SCHEMAS = {
  order: { type: "object", properties: { side: { type: "string" }, amount: { type: "number" } } },
  "pods/v1": { properties: { names: { type: "array", items: { type: "string" } } } },
  "odd-name": { type: "object", properties: { a: { type: "string" } } },
};

/** Lines with errors, of a module whose package stands in the first line. */
function errorLines(text: string, schemas?: Readonly<Record<string, never>>): readonly number[] {
  const module = `package a\n${text}`;
  const source = createSourceFile("a.rego", module);
  return checkModules({ modules: { "a.rego": module }, schemas: schemas ?? SCHEMAS })
    .map(({ code, span }) => {
      expect(code).toBe("rego_type_error");
      return positionAt(source, span.start).line;
    })
    .filter((line, index, all) => all.indexOf(line) === index);
}

/** Each with the lines in which `opa check -s` 1.22.2 finds errors. */
const CASES: readonly (readonly [title: string, text: string, lines: readonly number[]])[] = [
  ["a schema by name", "# METADATA\n# schemas:\n#   - input: schema.order\np if input.sid == 1", [5]],
  ["a schema in a folder", "# METADATA\n# schemas:\n#   - input: schema.pods.v1\np if input.names[_] == 1", [5]],
  ["a schema whose name is no word", '# METADATA\n# schemas:\n#   - input: schema["odd-name"]\np if input.b', [5]],
  [
    "a schema in place",
    "# METADATA\n# schemas:\n#   - input.x: {type: string}\np if { input.x == 1 }\nq if input.y",
    [5],
  ],
  [
    "a part replaced",
    "# METADATA\n# schemas:\n#   - input: schema.order\n#   - input.side: {type: number}\np if input.side == 1\nq if true",
    [],
  ],
  [
    "a part of a known object that it has not",
    "# METADATA\n# schemas:\n#   - input: schema.order\n#   - input.b.c: {type: number}\np if { input.b.c == 1; input.b.d }",
    [6],
  ],
  ["a base document", "# METADATA\n# schemas:\n#   - data.ext: schema.order\np if data.ext.b\nq if data.ext.b", [5]],
  ["an undefined schema", "# METADATA\n# schemas:\n#   - input: schema.nope\np if input.b", [5]],
  ["other rules", "# METADATA\n# schemas:\n#   - input: schema.order\np if true\nq if input.b", []],
  [
    "all clauses of a document",
    "# METADATA\n# scope: document\n# schemas:\n#   - input: schema.order\np if true\np if input.b",
    [7],
  ],
  ["with input replaced", '# METADATA\n# schemas:\n#   - input: schema.order\np if input.b with input as {"b": 1}', []],
  [
    "comprehensions and functions",
    "# METADATA\n# schemas:\n#   - input: schema.order\np := [x | x := input.b]\nf(x) := x.b",
    [5],
  ],
  [
    "a rule that takes the type on",
    '# METADATA\n# schemas:\n#   - input: schema.order\np := input.amount\nq if p == "x"',
    [6],
  ],
  [
    "anyOf",
    "# METADATA\n# schemas:\n#   - input: {anyOf: [{type: string}, {type: number}]}\np if input == true\nq if true",
    [5],
  ],
  [
    "a schema that comes back to itself",
    '# METADATA\n# schemas:\n#   - input: {type: object, properties: {next: {$ref: "#"}}}\np if input.next.next.next\nq if true',
    [],
  ],
];

describe("schema annotations", () => {
  it.each(CASES)("say where they do not fit: %s", (_, text, lines) => {
    expect(errorLines(text)).toEqual(lines);
  });

  it("that name schemas say nothing where none are given", () => {
    const modules = { "a.rego": "package a\n# METADATA\n# schemas:\n#   - input: schema.nope\np if input.b" };
    expect(checkModules({ modules })).toEqual([]);
  });

  it("hold for a package, and for those below, unless a nearer one says otherwise", () => {
    const modules = {
      "above.rego": "# METADATA\n# scope: subpackages\n# schemas:\n#   - input: schema.order\npackage a\np if input.b",
      "below.rego": "package a.below\nq if input.b",
      "other.rego":
        "# METADATA\n# scope: package\n# schemas:\n#   - input: {type: object, properties: {b: {}}}\npackage a.other\nr if input.b",
      "beside.rego": "package b\ns if input.b",
    };
    expect(checkModules({ modules, schemas: SCHEMAS }).map(({ span }) => span.file)).toEqual([
      "above.rego",
      "below.rego",
    ]);
  });

  it("leave the module as it is", () => {
    const text = 'package a\n# METADATA\n# schemas:\n#   - input: schema.order\np if input.side == "BUY"';
    const options = { modules: { "a.rego": text }, entrypoints: ["a/p"] };
    expect(compile({ ...options, schemas: SCHEMAS }).wasm).toEqual(compile(options).wasm);
  });
});

describe("a schema without a path is the input's everywhere", () => {
  const schemas = { "": SCHEMAS.order };

  it("in rules and in queries", () => {
    expect(checkModules({ modules: { "a.rego": "package a\np if input.b\nq if input.side" }, schemas })).toHaveLength(
      1,
    );
    expect(planQuery({ query: "input.b", modules: {}, schemas }).diagnostics).toHaveLength(1);
    expect(planQuery({ query: "input.side", modules: {}, schemas }).diagnostics).toEqual([]);
  });

  it("and a mistake in it is one of its own", () => {
    const [first, ...rest] = checkModules({
      modules: { "a.rego": "package a\np := 1" },
      schemas: { "": { type: "objekt" } },
    });
    expect(rest).toEqual([]);
    expect(first).toMatchObject({ code: "rego_type_error", span: { file: "schema" } });
  });

  it.each(["__proto__", "constructor"])("and %s is the name of no schema that was not given", (name) => {
    const text = `package a\n# METADATA\n# schemas:\n#   - input: schema.${name}\np if input.b`;
    expect(checkModules({ modules: { "a.rego": text }, schemas: {} })[0]?.message).toBe(
      `undefined schema: schema.${name}`,
    );
  });
});
