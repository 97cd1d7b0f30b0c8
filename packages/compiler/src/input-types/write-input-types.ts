import type { Manifest } from "@flyball/engine/abi";
import type { PathKey, QueryPlan } from "../plan/query-plan.ts";
import { inferPathTypes, type PathType } from "./infer-path-types.ts";

/** A place in the input: whole where a slot begins, or with members below it. */
interface Shape {
  readonly members: Map<string, Shape>;
  /** The slot's path, where one begins here. */
  slot: readonly PathKey[] | undefined;
  /** Array positions are read below: the place is taken whole. */
  indexed: boolean;
}

/**
 * The TypeScript type of the input of each entrypoint, as the text of a module: the parts that the manifest says are read, each with its type as far as the policy shows it. Every part may be missing, as Rego's
 * undefined. Same policy, same text.
 */
export function writeInputTypes(plan: QueryPlan, manifest: Manifest): string {
  const types = inferPathTypes(plan);
  const names = interfaceNames(manifest.entrypoints.map(({ name }) => name));
  const interfaces = manifest.entrypoints.map(({ name, slots }) => {
    const paths = manifest.frame.slots.filter(({ slot }) => slots.includes(slot)).map(({ path }) => path);
    return writeInterface({ name, typeName: names.get(name) ?? "", shape: shapeOf(paths), types });
  });
  const body = interfaces.join("\n");
  const used = ["RegoNumeric", "RegoValue"].filter((name) => body.includes(name));
  return [
    `// Written by \`flyball build --types\` for the sources ${manifest.digests.sources}. Do not edit.`,
    ...(used.length > 0 ? [`import type { ${used.join(", ")} } from "@flyball/engine/values";`] : []),
    "",
    body,
    "/** The input by entrypoint. */",
    "export interface PolicyInputs {",
    ...manifest.entrypoints.map(({ name }) => `  readonly ${JSON.stringify(name)}: ${names.get(name)};`),
    "}",
    "",
  ].join("\n");
}

function shapeOf(paths: readonly (readonly PathKey[])[]): Shape {
  const root = emptyShape();
  for (const path of paths) {
    let at = root;
    for (const step of path) {
      if (typeof step === "number") {
        at.indexed = true;
        break;
      }
      const next = at.members.get(step) ?? emptyShape();
      at.members.set(step, next);
      at = next;
    }
    at.slot ??= path;
  }
  return root;
}

function emptyShape(): Shape {
  return { members: new Map(), slot: undefined, indexed: false };
}

interface InterfaceOptions {
  readonly name: string;
  readonly typeName: string;
  readonly shape: Shape;
  readonly types: ReadonlyMap<string, ReadonlySet<PathType>>;
}

function writeInterface({ name, typeName, shape, types }: InterfaceOptions): string {
  const comment = `/** What \`${name.replaceAll("*/", "*\\/")}\` reads of its input. Other members may be there; nobody looks at them. */`;
  if (shape.slot !== undefined || shape.indexed)
    return `${comment}\nexport type ${typeName} = ${typeText(shape, types, 0)};\n`;
  return `${comment}\nexport interface ${typeName} ${membersText(shape, types, 0)}\n`;
}

function typeText(shape: Shape, types: InterfaceOptions["types"], depth: number): string {
  if (shape.indexed) return "readonly RegoValue[]";
  if (shape.slot === undefined) return membersText(shape, types, depth);
  const known = types.get(JSON.stringify(shape.slot)) ?? new Set<PathType>(["any"]);
  const [only] = known;
  return known.size === 1 && only !== undefined ? TYPES[only] : unionText(known);
}

const TYPES: Readonly<Record<PathType, string>> = {
  string: "string",
  number: "RegoNumeric",
  boolean: "boolean",
  null: "RegoValue",
  array: "readonly RegoValue[]",
  object: "RegoValue",
  set: "ReadonlySet<RegoValue> | readonly RegoValue[]",
  any: "RegoValue",
};

/** Several uses that show different types leave the place open, but for scalars: `x == 1` beside `x == "a"`. */
function unionText(known: ReadonlySet<PathType>): string {
  const texts = (["string", "number", "boolean"] as const).filter((type) => known.has(type));
  const others = [...known].filter((type) => !(texts as readonly PathType[]).includes(type) && type !== "null");
  if (others.length > 0) return "RegoValue";
  return [...texts.map((type) => TYPES[type]), ...(known.has("null") ? ["null"] : [])].join(" | ");
}

function membersText({ members }: Shape, types: InterfaceOptions["types"], depth: number): string {
  if (members.size === 0) return "{}";
  const indent = "  ".repeat(depth);
  const lines = [...members]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([name, shape]) =>
        `${indent}  readonly ${propertyName(name)}?: ${typeText(shape, types, depth + 1)} | undefined;`,
    );
  return `{\n${lines.join("\n")}\n${indent}}`;
}

function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

/** `finance/decision` is `FinanceDecisionInput`; names that would be equal are numbered. */
function interfaceNames(entrypoints: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>(["PolicyInputs"]);
  for (const entrypoint of entrypoints) {
    const words = entrypoint.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
    const joined = words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join("");
    const base = `${/^\d/.test(joined) ? "_" : ""}${joined}`;
    let name = `${base}Input`;
    for (let number = 2; taken.has(name); number++) name = `${base}${number}Input`;
    taken.add(name);
    names.set(entrypoint, name);
  }
  return names;
}
