import { BuiltinError } from "@flyball/engine";
import type { RegoObject } from "@flyball/engine/values";
import { flagOf, nodeOf, nodesOf, textOf, textsOf } from "./graphql-node.ts";
import { parseGraphqlSchema } from "./parse-schema.ts";
import { GRAPHQL_PRELUDE } from "./prelude.ts";

/** A type with what its extensions add. */
export interface SchemaType {
  readonly name: string;
  readonly kind: string;
  readonly builtIn: boolean;
  readonly directives: RegoObject[];
  readonly interfaces: string[];
  readonly fields: RegoObject[];
  readonly members: string[];
  readonly enumValues: RegoObject[];
}

export interface SchemaTypes {
  readonly types: ReadonlyMap<string, SchemaType>;
  readonly directives: ReadonlyMap<string, RegoObject>;
  /** Names of the types that a value of an interface, a union or a type may have. */
  readonly possible: ReadonlyMap<string, ReadonlySet<string>>;
}

let prelude: RegoObject | undefined;

/** The types and directives of a schema document, those that every schema has among them. Throws `BuiltinError` for what is declared twice and for extensions of another kind. */
export function collectTypes(document: RegoObject): SchemaTypes {
  prelude ??= parseGraphqlSchema(GRAPHQL_PRELUDE);
  const types = new Map<string, SchemaType>();
  for (const [source, builtIn] of [
    [prelude, true],
    [document, false],
  ] as const)
    for (const node of nodesOf(source, "Definitions")) addDefinition(types, node, builtIn);
  for (const extension of nodesOf(document, "Extensions")) extend(types, extension);
  const directives = new Map<string, RegoObject>();
  for (const node of [...nodesOf(prelude, "Directives"), ...nodesOf(document, "Directives")]) {
    const name = textOf(node, "Name");
    if (directives.has(name) && !BUILT_IN_DIRECTIVES.has(name))
      throw new BuiltinError(`Cannot redeclare directive ${name}.`);
    directives.set(name, node);
  }
  return { types, directives, possible: possibleTypes(types) };
}

const BUILT_IN_DIRECTIVES = new Set(["include", "skip", "deprecated", "specifiedBy", "defer", "oneOf"]);

function addDefinition(types: Map<string, SchemaType>, node: RegoObject, builtIn: boolean): void {
  const name = textOf(node, "Name");
  if (types.has(name)) throw new BuiltinError(`Cannot redeclare type ${name}.`);
  types.set(name, {
    name,
    kind: textOf(node, "Kind"),
    builtIn: builtIn || flagOf(node, "BuiltIn"),
    directives: [...nodesOf(node, "Directives")],
    interfaces: [...textsOf(node, "Interfaces")],
    fields: [...nodesOf(node, "Fields")],
    members: [...textsOf(node, "Types")],
    enumValues: [...nodesOf(node, "EnumValues")],
  });
}

/** An extension of a type that is not there makes it. */
function extend(types: Map<string, SchemaType>, node: RegoObject): void {
  const [name, kind] = [textOf(node, "Name"), textOf(node, "Kind")];
  const type = types.get(name) ?? {
    name,
    kind,
    builtIn: false,
    directives: [],
    interfaces: [],
    fields: [],
    members: [],
    enumValues: [],
  };
  types.set(name, type);
  if (type.kind !== kind)
    throw new BuiltinError(`Cannot extend type ${name} because the base type is a ${type.kind}, not ${kind}.`);
  type.directives.push(...nodesOf(node, "Directives"));
  type.interfaces.push(...textsOf(node, "Interfaces"));
  type.fields.push(...nodesOf(node, "Fields"));
  type.members.push(...textsOf(node, "Types"));
  type.enumValues.push(...nodesOf(node, "EnumValues"));
}

function possibleTypes(types: ReadonlyMap<string, SchemaType>): ReadonlyMap<string, ReadonlySet<string>> {
  const possible = new Map<string, Set<string>>();
  const add = (name: string, type: string) => {
    const known = possible.get(name) ?? new Set();
    possible.set(name, known.add(type));
  };
  for (const { name, kind, members, interfaces } of types.values()) {
    for (const member of members) add(name, member);
    for (const each of interfaces) add(each, name);
    if (kind === "OBJECT" || kind === "INPUT_OBJECT") add(name, name);
  }
  return possible;
}

/** The name of the type inside lists. */
export function namedType(type: RegoObject | undefined): string {
  for (let inner = type; inner !== undefined; inner = nodeOf(inner, "Elem")) {
    const name = textOf(inner, "NamedType");
    if (name !== "") return name;
  }
  return "";
}

export function typeOf(node: RegoObject): RegoObject {
  const type = nodeOf(node, "Type");
  if (type === undefined) throw new BuiltinError("GraphQL: a type is missing");
  return type;
}
