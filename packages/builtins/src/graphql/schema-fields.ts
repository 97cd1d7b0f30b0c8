import { getKey, type RegoObject } from "@flyball/engine/values";
import { flagOf, nodeOf, nodesOf, textOf, textsOf } from "./graphql-node.ts";
import { type TypeReference, typeReference } from "./query-document.ts";
import type { SchemaType, SchemaTypes } from "./schema-types.ts";

export interface FieldDefinition {
  readonly name: string;
  readonly type: TypeReference;
  /** Of a field of an output type; of an input field there are none. */
  readonly parameters: ReadonlyMap<string, ParameterDefinition>;
  readonly hasDefault: boolean;
  /** A default that is not null. */
  readonly hasValueDefault: boolean;
}

export type ParameterDefinition = Omit<FieldDefinition, "parameters">;

export interface DirectiveDefinition {
  readonly parameters: ReadonlyMap<string, ParameterDefinition>;
  readonly locations: readonly string[];
  readonly isRepeatable: boolean;
}

/** A schema that was found valid, as queries are held against it. */
export interface QueriedSchema {
  readonly types: ReadonlyMap<string, SchemaType>;
  readonly possible: ReadonlyMap<string, ReadonlySet<string>>;
  readonly query: SchemaType | undefined;
  readonly mutation: SchemaType | undefined;
  readonly subscription: SchemaType | undefined;
  readonly fieldsOf: (type: SchemaType) => ReadonlyMap<string, FieldDefinition>;
  readonly directiveNamed: (name: string) => DirectiveDefinition | undefined;
}

/** gqlparser's number for null among the kinds of values. */
const NULL_VALUE = 6;

const named = (name: string, nonNull: boolean): TypeReference => ({ name, element: undefined, nonNull });
const plain = (name: string, type: TypeReference): ParameterDefinition => ({
  name,
  type,
  hasDefault: false,
  hasValueDefault: false,
});

export const TYPENAME: FieldDefinition = { ...plain("__typename", named("String", false)), parameters: new Map() };

/** What every query may ask about the schema itself. */
const INTROSPECTION: readonly FieldDefinition[] = [
  { ...plain("__schema", named("__Schema", true)), parameters: new Map() },
  {
    ...plain("__type", named("__Type", false)),
    parameters: new Map([["name", plain("name", named("String", true))]]),
  },
];

/** `document` is the schema's, and `schema` what was collected from it; both were validated. */
export function queriedSchema(document: RegoObject, { types, directives, possible }: SchemaTypes): QueriedSchema {
  const roots = rootTypes(document, types);
  const fields = new Map<SchemaType, ReadonlyMap<string, FieldDefinition>>();
  const known = new Map<string, DirectiveDefinition>();
  return {
    types,
    possible,
    ...roots,
    fieldsOf: (type) => {
      let found = fields.get(type);
      if (found === undefined) {
        found = byName([...type.fields.map(fieldDefinition), ...(type === roots.query ? INTROSPECTION : [])]);
        fields.set(type, found);
      }
      return found;
    },
    directiveNamed: (name) => {
      const node = directives.get(name);
      const definition = known.get(name) ?? (node === undefined ? undefined : directiveDefinition(node));
      if (definition !== undefined) known.set(name, definition);
      return definition;
    },
  };
}

function rootTypes(
  document: RegoObject,
  types: ReadonlyMap<string, SchemaType>,
): Pick<QueriedSchema, "query" | "mutation" | "subscription"> {
  const definitions = nodesOf(document, "Schema");
  const names = new Map<string, string>();
  for (const node of [...definitions, ...nodesOf(document, "SchemaExtension")])
    for (const entry of nodesOf(node, "OperationTypes")) names.set(textOf(entry, "Operation"), textOf(entry, "Type"));
  // Where no schema definition names the roots, types of these names are.
  const root = (operation: string, fallback: string) =>
    types.get(names.get(operation) ?? (definitions.length === 0 ? fallback : ""));
  return {
    query: root("query", "Query"),
    mutation: root("mutation", "Mutation"),
    subscription: root("subscription", "Subscription"),
  };
}

function fieldDefinition(node: RegoObject): FieldDefinition {
  return { ...parameterDefinition(node), parameters: parametersOf(node) };
}

function parameterDefinition(node: RegoObject): ParameterDefinition {
  const value = nodeOf(node, "DefaultValue");
  return {
    name: textOf(node, "Name"),
    type: typeReference(nodeOf(node, "Type")),
    hasDefault: value !== undefined,
    hasValueDefault: value !== undefined && getKey(value, "Kind") !== NULL_VALUE,
  };
}

function parametersOf(node: RegoObject): ReadonlyMap<string, ParameterDefinition> {
  return byName(nodesOf(node, "Arguments").map(parameterDefinition));
}

function directiveDefinition(node: RegoObject): DirectiveDefinition {
  return {
    parameters: parametersOf(node),
    locations: textsOf(node, "Locations"),
    isRepeatable: flagOf(node, "IsRepeatable"),
  };
}

/** The first of each name counts. */
function byName<T extends { readonly name: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.toReversed().map((item) => [item.name, item]));
}
