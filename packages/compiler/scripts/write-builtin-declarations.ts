import { readFileSync, writeFileSync } from "node:fs";

/**
 * Writes src/builtins/declarations.ts from the JSON that `opa capabilities --current` prints:
 * `node packages/compiler/scripts/write-builtin-declarations.ts capabilities.json`
 */

interface TypeJson {
  readonly type: string;
  readonly of?: TypeJson | readonly TypeJson[];
  readonly static?: readonly (TypeJson & { readonly key?: unknown; readonly value?: TypeJson })[];
  readonly dynamic?: TypeJson & { readonly key?: TypeJson; readonly value?: TypeJson };
  readonly name?: string;
}

interface BuiltinJson {
  readonly name: string;
  readonly decl: { readonly args?: readonly TypeJson[]; readonly variadic?: TypeJson; readonly result?: TypeJson };
  readonly relation?: boolean;
  readonly nondeterministic?: boolean;
  readonly deprecated?: boolean;
}

const OUTPUT = new URL("../src/builtins/declarations.ts", import.meta.url);

const [, , source] = process.argv;
if (source === undefined) throw new Error("give the file that `opa capabilities --current` was written to");
const { builtins } = JSON.parse(readFileSync(source, "utf8")) as { builtins: readonly BuiltinJson[] };
const lines = builtins.map(line).sort();
const text = [
  "/**",
  " * The built-ins of OPA: name, parameters, result, and what sets them apart (relation, nondeterministic, deprecated). Written by",
  " * scripts/write-builtin-declarations.ts; `builtin-table.ts` reads it.",
  " */",
  "export const DECLARATIONS: string = `",
  ...lines,
  "`;",
  "",
];
writeFileSync(OUTPUT, text.join("\n"));

function line({ name, decl, relation, nondeterministic, deprecated }: BuiltinJson): string {
  const args = (decl.args ?? []).map((arg) =>
    arg.name === undefined ? typeText(arg) : `${arg.name}: ${typeText(arg)}`,
  );
  if (decl.variadic !== undefined) args.push(`...${typeText(decl.variadic)}`);
  const flags = [relation && "relation", nondeterministic && "nondeterministic", deprecated && "deprecated"];
  const result = decl.result === undefined ? "void" : typeText(decl.result);
  return [`${name}(${args.join(", ")}) => ${result}`, ...flags.filter((flag) => flag)].join(" ; ");
}

function typeText(json: TypeJson): string {
  switch (json.type) {
    case "any":
      return Array.isArray(json.of) ? json.of.map(typeText).join(" | ") : "any";
    case "set":
      return `set[${json.of === undefined ? "any" : typeText(json.of as TypeJson)}]`;
    case "array": {
      const items = (json.static ?? []).map(typeText);
      if (json.dynamic !== undefined) items.push(`...${typeText(json.dynamic)}`);
      return `array[${items.join(", ")}]`;
    }
    case "object": {
      const items = (json.static ?? []).map(
        (entry) => `${JSON.stringify(entry.key)}: ${typeText(entry.value ?? { type: "any" })}`,
      );
      const { key, value } = json.dynamic ?? {};
      if (json.dynamic !== undefined)
        items.push(`...${typeText(key ?? { type: "any" })}: ${typeText(value ?? { type: "any" })}`);
      return `object[${items.join(", ")}]`;
    }
    default:
      return json.type;
  }
}
