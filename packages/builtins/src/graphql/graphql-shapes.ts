import { BuiltinError } from "@flyball/engine";
import { getKey, isArray, isNumber, isObject, isString, type RegoObject, type RegoValue } from "@flyball/engine/values";
import { graphqlNode } from "./graphql-node.ts";

/** A field of a node: a plain value (what it is where it is absent), a node, or a list of nodes or texts. */
type FieldShape =
  | { readonly kind: "text" | "flag" | "number" }
  | { readonly kind: "texts" }
  | { readonly kind: "node" | "nodes"; readonly of: NodeName };

const TEXT: FieldShape = { kind: "text" };
const FLAG: FieldShape = { kind: "flag" };
const TEXTS: FieldShape = { kind: "texts" };
const one = (of: NodeName): FieldShape => ({ kind: "node", of });
const many = (of: NodeName): FieldShape => ({ kind: "nodes", of });

type NodeName =
  | "QueryDocument"
  | "SchemaDocument"
  | "Operation"
  | "Fragment"
  | "VariableDefinition"
  | "Field"
  | "Argument"
  | "Value"
  | "ChildValue"
  | "Type"
  | "Directive"
  | "SchemaDefinition"
  | "OperationType"
  | "Definition"
  | "FieldDefinition"
  | "EnumValue"
  | "DirectiveDefinition"
  | "Comments"
  | "Comment";

const COMMENTS = { BeforeDescriptionComment: one("Comments"), AfterDescriptionComment: one("Comments") };

/** The fields of gqlparser's nodes. Fields that only validation fills are left out. Comments of the nodes of a query count for nothing, as there. */
const SHAPES: Readonly<Record<NodeName, Readonly<Record<string, FieldShape>>>> = {
  QueryDocument: { Operations: many("Operation"), Fragments: many("Fragment"), Comment: one("Comments") },
  SchemaDocument: {
    Schema: many("SchemaDefinition"),
    SchemaExtension: many("SchemaDefinition"),
    Directives: many("DirectiveDefinition"),
    Definitions: many("Definition"),
    Extensions: many("Definition"),
    Comment: one("Comments"),
  },
  Operation: {
    Operation: TEXT,
    Name: TEXT,
    VariableDefinitions: many("VariableDefinition"),
    Directives: many("Directive"),
    SelectionSet: many("Field"),
  },
  Fragment: {
    Name: TEXT,
    VariableDefinition: many("VariableDefinition"),
    TypeCondition: TEXT,
    Directives: many("Directive"),
    SelectionSet: many("Field"),
  },
  VariableDefinition: {
    Variable: TEXT,
    Type: one("Type"),
    DefaultValue: one("Value"),
    Directives: many("Directive"),
    Used: FLAG,
    Comment: one("Comments"),
  },
  Field: {
    Alias: TEXT,
    Name: TEXT,
    Arguments: many("Argument"),
    Directives: many("Directive"),
    SelectionSet: many("Field"),
  },
  Argument: { Name: TEXT, Value: one("Value"), Comment: one("Comments") },
  Value: {
    Raw: TEXT,
    Children: many("ChildValue"),
    Kind: { kind: "number" },
    Comment: one("Comments"),
    ExpectedTypeHasDefault: FLAG,
  },
  ChildValue: { Name: TEXT, Value: one("Value"), Comment: one("Comments") },
  Type: { NamedType: TEXT, Elem: one("Type"), NonNull: FLAG },
  Directive: { Name: TEXT, Arguments: many("Argument"), Location: TEXT },
  SchemaDefinition: {
    Description: TEXT,
    Directives: many("Directive"),
    OperationTypes: many("OperationType"),
    ...COMMENTS,
    EndOfDefinitionComment: one("Comments"),
  },
  OperationType: { Operation: TEXT, Type: TEXT, Comment: one("Comments") },
  Definition: {
    Kind: TEXT,
    Description: TEXT,
    Name: TEXT,
    Directives: many("Directive"),
    Interfaces: TEXTS,
    Fields: many("FieldDefinition"),
    Types: TEXTS,
    EnumValues: many("EnumValue"),
    BuiltIn: FLAG,
    ...COMMENTS,
    EndOfDefinitionComment: one("Comments"),
  },
  FieldDefinition: {
    Description: TEXT,
    Name: TEXT,
    Arguments: many("FieldDefinition"),
    DefaultValue: one("Value"),
    Type: one("Type"),
    Directives: many("Directive"),
    ...COMMENTS,
  },
  EnumValue: { Description: TEXT, Name: TEXT, Directives: many("Directive"), ...COMMENTS },
  DirectiveDefinition: {
    Description: TEXT,
    Name: TEXT,
    Arguments: many("FieldDefinition"),
    Locations: TEXTS,
    IsRepeatable: FLAG,
    ...COMMENTS,
  },
  Comments: { List: many("Comment") },
  Comment: { Value: TEXT },
};

/**
 * A document that a policy hands in as an object, with the fields that gqlparser's nodes have and no others: absent texts are empty, absent flags false. As there, each member of a selection
 * set is read as a field, also where it was a fragment. Throws `BuiltinError` for fields of other types.
 */
export function graphqlDocument(kind: "QueryDocument" | "SchemaDocument", value: RegoObject): RegoObject {
  return shaped(value, kind);
}

function shaped(value: RegoObject, name: NodeName): RegoObject {
  const fields: Record<string, RegoValue | undefined> = {};
  for (const [field, shape] of Object.entries(SHAPES[name]))
    fields[field] = fieldValue(getKey(value, field) ?? undefined, shape, `${name}.${field}`);
  return graphqlNode(fields);
}

function fieldValue(value: RegoValue | undefined, shape: FieldShape, place: string): RegoValue | undefined {
  switch (shape.kind) {
    case "text":
      return value === undefined || isString(value) ? (value ?? "") : wrong(place);
    case "flag":
      return value === undefined || typeof value === "boolean" ? (value ?? false) : wrong(place);
    case "number":
      return value === undefined || isNumber(value) ? (value ?? 0) : wrong(place);
    case "texts":
      return value === undefined || (isArray(value) && value.every(isString)) ? value : wrong(place);
    case "node":
      return value === undefined ? undefined : isObject(value) ? shaped(value, shape.of) : wrong(place);
    case "nodes":
      if (value === undefined) return undefined;
      return isArray(value) && value.every(isObject) ? value.map((each) => shaped(each, shape.of)) : wrong(place);
  }
}

function wrong(place: string): never {
  throw new BuiltinError(`GraphQL: ${place} has a value of another type`);
}
