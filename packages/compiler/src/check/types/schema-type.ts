import { BuiltinError } from "@flyball/builtins";
import { type JsonSchema, type JsonTypeName, parseJsonSchema } from "@flyball/builtins/json-schema";
import { parseJson, type RegoValue, structuralKey, toJson } from "@flyball/engine/values";
import { ANY, bounded, either, type MaybeType, NUMBER, type ObjectType, type RegoType, STRING } from "./rego-type.ts";

/** What is wrong with a schema, for the author. */
export class SchemaMistake extends Error {
  override readonly name = "SchemaMistake";
}

/** The parts of a schema that say something about types; several schemas that all hold are merged into one. */
interface TypedSchema {
  readonly types: readonly JsonTypeName[];
  readonly properties: readonly (readonly [name: string, schema: JsonSchema])[];
  readonly items: readonly JsonSchema[];
  /** One schema for all items. */
  readonly itemsAreOne: boolean;
}

/** Schemas that are being looked at, and those that were, by reference: a schema that comes back to itself is any there. */
type KnownTypes = Map<string, MaybeType>;

/** The type that a JSON Schema document gives a value, as OPA's type checker takes it: what a schema does not name an object has not. Throws `SchemaMistake`. */
export function schemaType(document: RegoValue): RegoType {
  let schema: JsonSchema;
  try {
    schema = parseJsonSchema(parseJson(toJson(document)));
  } catch (error) {
    if (error instanceof BuiltinError) throw new SchemaMistake(`unable to compile the schema: ${error.message}`);
    throw error;
  }
  return bounded(typeOf(schema, new Map()));
}

function typeOf(schema: JsonSchema, known: KnownTypes): RegoType {
  const { target, reference } = schema;
  if (target === undefined || reference === undefined) return ownType(schema, known);
  if (known.has(reference)) return known.get(reference) ?? ANY;
  known.set(reference, undefined);
  const type = typeOf(target, known);
  known.set(reference, type);
  return type;
}

function ownType(schema: JsonSchema, known: KnownTypes): RegoType {
  if (schema.anyOf.length > 0) return anyOfType(schema, known);
  if (schema.allOf.length > 0) return allOfType(schema, known);
  return typedType(typedSchema(schema), known);
}

function typedSchema({ types, properties, items }: JsonSchema): TypedSchema {
  const list = items === undefined ? [] : isList(items) ? items : [items];
  return { types, properties: [...properties], items: list, itemsAreOne: items !== undefined && !isList(items) };
}

function isList(items: JsonSchema | readonly JsonSchema[]): items is readonly JsonSchema[] {
  return Array.isArray(items);
}

function anyOfType(schema: JsonSchema, known: KnownTypes): RegoType {
  let type: MaybeType;
  if (schema.types.length > 0) {
    const core = typedType(typedSchema(schema), known);
    // Only what names its properties adds something.
    if (core.kind === "object" && core.dynamic === undefined) type = core;
  }
  for (const each of schema.anyOf) type = either(typeOf(each, known), type);
  return type ?? ANY;
}

function allOfType(schema: JsonSchema, known: KnownTypes): RegoType {
  const parts = schema.allOf.map(resolved).filter((part) => {
    const saysNothing = part.types.length === 0 && part.properties.size === 0 && part.items === undefined;
    return !(saysNothing && part.anyOf.length > 0);
  });
  if (parts.length === 0) return ANY;
  const merged = mergeSchemas(parts.map(typedSchema));
  const { types } = schema;
  if (types.length === 0) return typedType(merged, known);
  const isSameComposite = (["object", "array"] as const).some(
    (name) => types.includes(name) && merged.types.includes(name),
  );
  if (isSameComposite) return typedType(mergeSchemas([merged, typedSchema(schema)]), known);
  if (typeNames(types) !== typeNames(merged.types))
    throw new SchemaMistake("type checking: unable to merge these schemas");
  return typedType(merged, known);
}

function resolved(schema: JsonSchema): JsonSchema {
  let inner = schema;
  for (let steps = 0; inner.target !== undefined && steps < 100; steps++) inner = inner.target;
  return inner;
}

function typeNames(types: readonly JsonTypeName[]): string {
  return types.length === 0 ? "Undefined" : types.join(",");
}

/** Schemas that name properties or items are of the type that has them, said or not. */
function implied(schema: TypedSchema): TypedSchema {
  const type = schema.properties.length > 0 ? "object" : schema.items.length > 0 ? "array" : undefined;
  return type === undefined || schema.types.includes(type) ? schema : { ...schema, types: [...schema.types, type] };
}

function mergeSchemas(schemas: readonly TypedSchema[]): TypedSchema {
  const [first, ...rest] = schemas.map(implied);
  if (first === undefined) throw new SchemaMistake("type checking: unable to merge these schemas");
  let merged = first;
  for (const each of rest) {
    if (typeNames(merged.types) !== typeNames(each.types))
      throw new SchemaMistake(
        `type checking: unable to merge these schemas: type mismatch: ${typeNames(merged.types)} and ${typeNames(each.types)}`,
      );
    merged = {
      ...merged,
      properties: merged.properties.length === 0 ? merged.properties : [...merged.properties, ...each.properties],
      items: merged.items.length === 0 ? merged.items : mergeItems(merged.items, each.items),
    };
  }
  return merged;
}

function mergeItems(items: readonly JsonSchema[], others: readonly JsonSchema[]): readonly JsonSchema[] {
  for (const [index, other] of others.entries()) {
    const item = items[index];
    if (item !== undefined && typeNames(item.types) !== typeNames(other.types))
      throw new SchemaMistake("type checking: unable to merge these schemas");
  }
  return [...items, ...others.slice(items.length)];
}

const ANYTHING: ObjectType = { kind: "object", properties: new Map(), dynamic: { key: ANY, value: ANY } };

/** Of several types the first of this order counts, as in OPA. */
function typedType(given: TypedSchema, known: KnownTypes): RegoType {
  const schema = given.types.length === 0 ? implied(given) : given;
  const { types, properties, items, itemsAreOne } = schema;
  if (types.includes("boolean")) return { kind: "boolean" };
  if (types.includes("string")) return STRING;
  if (types.includes("integer") || types.includes("number")) return NUMBER;
  if (types.includes("object")) {
    if (properties.length === 0) return ANYTHING;
    const typed = properties.map(([key, each]) => [structuralKey(key), { key, type: typeOf(each, known) }] as const);
    return { kind: "object", properties: new Map(typed), dynamic: undefined };
  }
  if (!types.includes("array")) return ANY;
  const [first] = items;
  if (first === undefined) return { kind: "array", items: [], rest: ANY };
  if (itemsAreOne) return { kind: "array", items: [], rest: typeOf(first, known) };
  return { kind: "array", items: items.map((item) => typeOf(item, known)), rest: undefined };
}
