import { BuiltinError } from "@flyball/engine";
import { textOf } from "./graphql-node.ts";
import { type QueryValue, type TypeReference, typeText } from "./query-document.ts";
import type { SchemaType } from "./schema-types.ts";
import { LIST_VALUE, OBJECT_VALUE, type QueryVisitor, type QueryWalk, VARIABLE_VALUE } from "./walk-query.ts";

/** gqlparser's numbers for the kinds of literals. */
const INT = 1;
const FLOAT = 2;
const STRING = 3;
const BLOCK_STRING = 4;
const BOOLEAN = 5;
const NULL = 6;
const ENUM = 7;

/** Values: of the type that is expected where they stand, variables known and compatible. Source: the GraphQL specification, sections 5.6 and 5.8. */
export const valueRules: QueryVisitor = {
  value: (value, walk) => {
    if (value.kind === VARIABLE_VALUE && walk.operation !== undefined && value.variable === undefined) {
      const where = walk.operation.name === "" ? "" : ` by operation "${walk.operation.name}"`;
      throw new BuiltinError(`Variable "$${value.raw}" is not defined${where}`);
    }
    if (value.kind === OBJECT_VALUE) checkOnce(value);
    checkType(value, walk);
    checkPosition(value, walk);
  },
};

function checkOnce({ children }: QueryValue): void {
  const seen = new Set<string>();
  for (const { name } of children) {
    if (seen.has(name)) throw new BuiltinError(`There can be only one input field named "${name}"`);
    seen.add(name);
  }
}

const SCALARS: ReadonlySet<string> = new Set(["Int", "Float", "String", "Boolean", "ID"]);

function checkType(value: QueryValue, walk: QueryWalk): void {
  const { definition, expected, kind } = value;
  if (definition === undefined || expected === undefined) return;
  if (kind === NULL && expected.nonNull) throw unexpected(value, expected);
  // A scalar of the schema's own takes anything.
  if (definition.kind === "SCALAR" && !SCALARS.has(definition.name)) return;
  if (!isReadable(value)) throw unexpected(value, expected);
  if (kind === OBJECT_VALUE) checkObject(value, definition, walk);
  else if (!isAllowed(value, { definition, expected })) throw unexpected(value, expected);
}

interface Place {
  readonly definition: SchemaType;
  readonly expected: TypeReference;
}

function isAllowed({ kind, raw }: QueryValue, { definition, expected }: Place): boolean {
  const { name } = definition;
  switch (kind) {
    case VARIABLE_VALUE:
    case NULL:
      return true;
    case LIST_VALUE:
      return expected.element !== undefined;
    case INT:
      return name === "Int" || name === "Float" || name === "ID";
    case FLOAT:
      return name === "Float";
    case STRING:
    case BLOCK_STRING:
      return name === "String" || name === "ID";
    case BOOLEAN:
      return name === "Boolean";
    case ENUM:
      return definition.kind === "ENUM" && definition.enumValues.some((each) => textOf(each, "Name") === raw);
    default:
      return false;
  }
}

function unexpected(value: QueryValue, expected: TypeReference): BuiltinError {
  return new BuiltinError(`Expected value of type "${typeText(expected)}", found ${valueText(value)}`);
}

function valueText({ kind, raw, children }: QueryValue): string {
  switch (kind) {
    case VARIABLE_VALUE:
      return `$${raw}`;
    case STRING:
    case BLOCK_STRING:
      return JSON.stringify(raw);
    case LIST_VALUE:
      return `[${children.map((child) => valueText(child.value)).join(",")}]`;
    case OBJECT_VALUE:
      return `{${children.map((child) => `${child.name}:${valueText(child.value)}`).join(",")}}`;
    default:
      return raw;
  }
}

const MAX_INT = 2n ** 63n;

/** Integers of 64 bits, doubles that are finite, true or false; what a variable has is not known. */
function isReadable({ kind, raw }: QueryValue): boolean {
  switch (kind) {
    case INT: {
      if (!/^[+-]?\d{1,30}$/.test(raw)) return false;
      const integer = BigInt(raw.replace(/^\+/, ""));
      return integer >= -MAX_INT && integer < MAX_INT;
    }
    case FLOAT:
      return raw.trim() === raw && raw !== "" && Number.isFinite(Number(raw));
    case BOOLEAN:
      return /^(1|0|t|T|TRUE|true|True|f|F|FALSE|false|False)$/.test(raw);
    default:
      return true;
  }
}

function checkObject({ children }: QueryValue, definition: SchemaType, { schema }: QueryWalk): void {
  const fields = schema.fieldsOf(definition);
  const given = new Map(children.map((child) => [child.name, child.value]));
  for (const field of fields.values())
    if (field.type.nonNull && !field.hasDefault && !given.has(field.name))
      throw new BuiltinError(
        `Field "${definition.name}.${field.name}" of required type "${typeText(field.type)}" was not provided`,
      );
  if (isOneOf(definition)) {
    if (children.length !== 1)
      throw new BuiltinError(`OneOf Input Object "${definition.name}" must specify exactly one key`);
    if (children[0]?.value.kind === NULL)
      throw new BuiltinError(`Field "${definition.name}.${children[0].name}" must be non-null`);
  }
  for (const { name } of children)
    if (!fields.has(name)) throw new BuiltinError(`Field "${name}" is not defined by type "${definition.name}"`);
}

function isOneOf({ directives }: SchemaType): boolean {
  return directives.some((directive) => textOf(directive, "Name") === "oneOf");
}

function checkPosition(value: QueryValue, walk: QueryWalk): void {
  const { kind, variable, expected, definition } = value;
  if (kind === VARIABLE_VALUE && expected !== undefined && variable !== undefined && walk.operation !== undefined) {
    const hasDefault = variable.defaultValue !== undefined && variable.defaultValue.kind !== NULL;
    const needed = hasDefault || value.expectedHasDefault ? { ...expected, nonNull: false } : expected;
    if (!isCompatible(variable.type, needed))
      throw new BuiltinError(
        `Variable "$${value.raw}" of type "${typeText(variable.type)}" used in position expecting type "${typeText(expected)}"`,
      );
  }
  if (kind !== OBJECT_VALUE || definition === undefined || !isOneOf(definition)) return;
  for (const { value: inner } of value.children)
    if (inner.kind === VARIABLE_VALUE && inner.variable?.type.nonNull === false)
      throw new BuiltinError(
        `Variable "$${inner.raw}" is of type "${typeText(inner.variable.type)}" but must be non-nullable to be used for OneOf Input Object "${definition.name}"`,
      );
}

function isCompatible(type: TypeReference, needed: TypeReference): boolean {
  if (type.name !== needed.name) return false;
  if (type.element !== undefined) {
    if (needed.element === undefined || !isCompatible(type.element, needed.element)) return false;
  }
  return !needed.nonNull || type.nonNull;
}
