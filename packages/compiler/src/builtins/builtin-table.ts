import { DECLARATIONS } from "./declarations.ts";

export interface BuiltinDeclaration {
  readonly name: string;
  /** Type expressions, with the parameter's name where it has one: `x: number`. */
  readonly parameters: readonly string[];
  /** Takes any number of arguments (`print`). */
  readonly variadic: boolean;
  /** A type expression, or undefined where there is no result (`print`). */
  readonly result: string | undefined;
  /** Has several solutions (`walk`). */
  readonly relation: boolean;
  readonly nondeterministic: boolean;
  readonly deprecated: boolean;
}

let table: ReadonlyMap<string, BuiltinDeclaration> | undefined;

/** The built-in with this name, as Rego writes it: `time.now_ns`. Operators have names: `plus`, `equal`, `internal.member_2`. */
export function findBuiltin(name: string): BuiltinDeclaration | undefined {
  return allBuiltins().get(name);
}

export function allBuiltins(): ReadonlyMap<string, BuiltinDeclaration> {
  if (table === undefined) {
    const declarations = DECLARATIONS.trim().split("\n").map(readDeclaration);
    table = new Map(declarations.map((declaration) => [declaration.name, declaration]));
  }
  return table;
}

function readDeclaration(line: string): BuiltinDeclaration {
  const [signature = "", ...flags] = line.split(" ; ");
  const open = signature.indexOf("(");
  const arrow = signature.lastIndexOf(") => ");
  const parameters = splitTopLevel(signature.slice(open + 1, arrow));
  const result = signature.slice(arrow + 5);
  return {
    name: signature.slice(0, open),
    parameters,
    variadic: parameters[0]?.startsWith("...") === true,
    result: result === "void" ? undefined : result,
    relation: flags.includes("relation"),
    nondeterministic: flags.includes("nondeterministic"),
    deprecated: flags.includes("deprecated"),
  };
}

/** Splits at the separators that stand in no bracket. */
export function splitTopLevel(text: string, separator: "," | "|" = ","): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === "[") depth++;
    else if (character === "]") depth--;
    else if (character === separator && depth === 0) {
      parts.push(text.slice(start, index).trim());
      start = index + 1;
    }
  }
  if (text.trim() !== "") parts.push(text.slice(start).trim());
  return parts;
}
