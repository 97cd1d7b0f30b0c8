import { BuiltinError } from "@flyball/engine";
import { getKey, isNumber, type RegoObject } from "@flyball/engine/values";
import { flagOf, nodeOf, nodesOf, textOf } from "./graphql-node.ts";
import type { FieldDefinition } from "./schema-fields.ts";
import type { SchemaType } from "./schema-types.ts";

/** A query as validation sees it: the nodes of the document, and at each what the schema says of it, which walking fills in. */
export interface QueryDocument {
  readonly operations: readonly QueryOperation[];
  readonly fragments: readonly QueryFragment[];
  /** The first of each name. */
  readonly fragmentNamed: ReadonlyMap<string, QueryFragment>;
}

export interface QueryOperation {
  readonly operation: string;
  readonly name: string;
  readonly variables: readonly QueryVariable[];
  readonly directives: readonly QueryDirective[];
  readonly selections: readonly QuerySelection[];
}

export interface QueryFragment {
  readonly name: string;
  readonly typeCondition: string;
  readonly directives: readonly QueryDirective[];
  readonly selections: readonly QuerySelection[];
}

export interface QueryVariable {
  readonly name: string;
  readonly type: TypeReference;
  readonly defaultValue: QueryValue | undefined;
  readonly directives: readonly QueryDirective[];
  definition: SchemaType | undefined;
  used: boolean;
}

export type QuerySelection = QueryField | QuerySpread | QueryInline;

export interface QueryField {
  readonly kind: "field";
  readonly alias: string;
  readonly name: string;
  readonly arguments: readonly QueryArgument[];
  readonly directives: readonly QueryDirective[];
  readonly selections: readonly QuerySelection[];
  /** The type that it is asked of. */
  parent: SchemaType | undefined;
  definition: FieldDefinition | undefined;
}

export interface QuerySpread {
  readonly kind: "spread";
  readonly name: string;
  readonly directives: readonly QueryDirective[];
  parent: SchemaType | undefined;
  definition: QueryFragment | undefined;
}

export interface QueryInline {
  readonly kind: "inline";
  readonly typeCondition: string;
  readonly directives: readonly QueryDirective[];
  readonly selections: readonly QuerySelection[];
  parent: SchemaType | undefined;
}

export interface QueryDirective {
  readonly name: string;
  readonly arguments: readonly QueryArgument[];
}

export interface QueryArgument {
  readonly name: string;
  readonly value: QueryValue;
}

export interface QueryValue {
  /** gqlparser's number: `VALUE_KIND`. */
  readonly kind: number;
  /** The name of a variable, the text of a literal; empty for lists and objects. */
  readonly raw: string;
  readonly children: readonly QueryArgument[];
  expected: TypeReference | undefined;
  expectedHasDefault: boolean;
  /** The type inside lists. */
  definition: SchemaType | undefined;
  variable: QueryVariable | undefined;
}

/** `name` is empty for a list. */
export interface TypeReference {
  readonly name: string;
  readonly element: TypeReference | undefined;
  readonly nonNull: boolean;
}

/** From the object that a query was parsed to. Throws `BuiltinError` where a part that validation needs is missing. */
export function queryDocument(document: RegoObject): QueryDocument {
  const fragments = nodesOf(document, "Fragments").map((node) => ({
    name: textOf(node, "Name"),
    typeCondition: textOf(node, "TypeCondition"),
    directives: directivesOf(node),
    selections: selectionsOf(node),
  }));
  return {
    operations: nodesOf(document, "Operations").map((node) => ({
      operation: textOf(node, "Operation"),
      name: textOf(node, "Name"),
      variables: nodesOf(node, "VariableDefinitions").map(variableOf),
      directives: directivesOf(node),
      selections: selectionsOf(node),
    })),
    fragments,
    fragmentNamed: new Map(fragments.toReversed().map((fragment) => [fragment.name, fragment])),
  };
}

function variableOf(node: RegoObject): QueryVariable {
  const defaultValue = nodeOf(node, "DefaultValue");
  return {
    name: textOf(node, "Variable"),
    type: typeReference(nodeOf(node, "Type")),
    defaultValue: defaultValue === undefined ? undefined : queryValue(defaultValue),
    directives: directivesOf(node),
    definition: undefined,
    used: false,
  };
}

function selectionsOf(node: RegoObject): readonly QuerySelection[] {
  return nodesOf(node, "SelectionSet").map((selection) => {
    const directives = directivesOf(selection);
    if (getKey(selection, "Alias") !== undefined)
      return {
        kind: "field",
        alias: textOf(selection, "Alias"),
        name: textOf(selection, "Name"),
        arguments: argumentsOf(selection, "Arguments"),
        directives,
        selections: selectionsOf(selection),
        parent: undefined,
        definition: undefined,
      };
    if (getKey(selection, "Name") !== undefined)
      return { kind: "spread", name: textOf(selection, "Name"), directives, parent: undefined, definition: undefined };
    const typeCondition = textOf(selection, "TypeCondition");
    return { kind: "inline", typeCondition, directives, selections: selectionsOf(selection), parent: undefined };
  });
}

function directivesOf(node: RegoObject): readonly QueryDirective[] {
  return nodesOf(node, "Directives").map((directive) => ({
    name: textOf(directive, "Name"),
    arguments: argumentsOf(directive, "Arguments"),
  }));
}

function argumentsOf(node: RegoObject, name: "Arguments" | "Children"): readonly QueryArgument[] {
  return nodesOf(node, name).map((argument) => {
    const value = nodeOf(argument, "Value");
    if (value === undefined) throw new BuiltinError("GraphQL: an argument has no value");
    return { name: textOf(argument, "Name"), value: queryValue(value) };
  });
}

function queryValue(node: RegoObject): QueryValue {
  const kind = getKey(node, "Kind");
  return {
    kind: kind !== undefined && isNumber(kind) ? Number(kind.toString()) : 0,
    raw: textOf(node, "Raw"),
    children: argumentsOf(node, "Children"),
    expected: undefined,
    expectedHasDefault: false,
    definition: undefined,
    variable: undefined,
  };
}

/** Throws `BuiltinError` where there is no type. */
export function typeReference(node: RegoObject | undefined): TypeReference {
  if (node === undefined) throw new BuiltinError("GraphQL: a type is missing");
  const name = textOf(node, "NamedType");
  return {
    name,
    element: name === "" ? typeReference(nodeOf(node, "Elem")) : undefined,
    nonNull: flagOf(node, "NonNull"),
  };
}

/** The name inside of all lists. */
export function innermostName(type: TypeReference): string {
  let inner = type;
  while (inner.element !== undefined) inner = inner.element;
  return inner.name;
}

export function typeText({ name, element, nonNull }: TypeReference): string {
  return (element === undefined ? name : `[${typeText(element)}]`) + (nonNull ? "!" : "");
}
