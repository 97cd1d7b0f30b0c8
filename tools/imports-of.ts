import { parseSync, Visitor } from "oxc-parser";

export type Import = {
  readonly specifier: string;
  readonly line: number;
  readonly kind: "static" | "dynamic" | "type";
};

/**
 * Every module that a file names: static imports, re-exports, `import()` of a constant, and `import("x").T`. A text
 * where the file cannot be parsed.
 */
export function importsOf(file: string, source: string): readonly Import[] | string {
  const { program, module, errors } = parseSync(file, source);
  const problem = errors[0];
  if (problem !== undefined) return problem.message;
  const found: Import[] = [];
  const add = (specifier: string, offset: number, kind: Import["kind"]): void => {
    found.push({ specifier, line: source.slice(0, offset).split("\n").length, kind });
  };
  for (const entry of module.staticImports) {
    const isType = entry.entries.length > 0 && entry.entries.every((one) => one.isType);
    add(entry.moduleRequest.value, entry.start, isType ? "type" : "static");
  }
  for (const entry of module.staticExports) {
    const request = entry.entries.find((one) => one.moduleRequest !== null)?.moduleRequest;
    const isType = entry.entries.every((one) => one.isType);
    if (request) add(request.value, entry.start, isType ? "type" : "static");
  }
  new Visitor({
    ImportExpression(node) {
      if (node.source.type === "Literal" && typeof node.source.value === "string")
        add(node.source.value, node.start, "dynamic");
    },
    TSImportType(node) {
      add(node.source.value, node.start, "type");
    },
  }).visit(program);
  return found;
}
