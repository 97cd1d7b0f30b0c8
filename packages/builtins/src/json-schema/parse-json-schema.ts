/** The keywords of JSON Schema one by one, each with the checks that OPA's library makes; longer than most files since there are so many of them. */
import { BuiltinError } from "@flyball/engine";
import {
  absoluteNumber,
  canonicalNumber,
  compareNumbers,
  getKey,
  isArray,
  isInteger,
  isNumber,
  isObject,
  isString,
  objectEntries,
  type RegoObject,
  type RegoValue,
  toJson,
} from "@flyball/engine/values";
import type { RE2JS } from "re2js";
import { parseReference } from "./json-reference.ts";
import { emptySchema, JSON_TYPES, type JsonSchema, type JsonTypeName } from "./json-schema.ts";
import { namedEntries } from "./named-entries.ts";
import { draftOf, isAtLeast, type SchemaDraft } from "./schema-draft.ts";
import { documentAt, poolOf, type SchemaPool } from "./schema-pool.ts";

export interface ParseJsonSchemaOptions {
  /** Compiles the expressions of `pattern` and `patternProperties`. Without it they are not looked at, so that expressions in other dialects than RE2's are no mistake, and the schema is good for its types only. */
  readonly compile?: (pattern: string) => RE2JS;
}

/**
 * A schema document (drafts 4, 6, 7) as OPA's library reads it: what it refuses is refused with its words. The document must be a tree of its own, as `parseJson` makes it. Properties are
 * read in order, so that of several mistakes the same one is always reported. Throws `BuiltinError`.
 */
export function parseJsonSchema(document: RegoValue, { compile }: ParseJsonSchemaOptions = {}): JsonSchema {
  const reading: Reading = { pool: poolOf(document), read: new Map(), compile };
  return readSchema(document, draftOf(document) ?? "hybrid", reading);
}

interface Reading {
  readonly pool: SchemaPool;
  /** Schemas that were referred to, by absolute reference; there before they are read to the end. */
  readonly read: Map<string, JsonSchema>;
  readonly compile: ((pattern: string) => RE2JS) | undefined;
}

function readSchema(document: RegoValue, draft: SchemaDraft, reading: Reading): JsonSchema {
  const schema = emptySchema(draft);
  fillSchema(schema, document, reading);
  return schema;
}

function fillSchema(schema: JsonSchema, document: RegoValue, reading: Reading): void {
  if (typeof document === "boolean" && isAtLeast(schema.draft, 6)) {
    schema.pass = document;
    return;
  }
  if (!isObject(document)) throw new BuiltinError("Expected: Valid Schema, given: Invalid JSON");
  const source: Source = { schema, document, reading };
  readNames(source);
  if (readReference(source)) return;
  readTypes(source);
  readObjectSchemas(source);
  readItemSchemas(source);
  readNumberLimits(source);
  readStringLimits(source);
  readSizes(source, "Properties");
  readRequired(source);
  readSizes(source, "Items");
  readUniqueItems(source);
  if (has(source, "contains") && isAtLeast(schema.draft, 6))
    schema.contains = read(source, keyword(source, "contains"));
  readValues(source);
  readCombinations(source);
}

interface Source {
  readonly schema: JsonSchema;
  readonly document: RegoObject;
  readonly reading: Reading;
}

function keyword({ document }: Source, name: string): RegoValue {
  return getKey(document, name) ?? null;
}

function has({ document }: Source, name: string): boolean {
  return getKey(document, name) !== undefined;
}

function read({ schema, reading }: Source, document: RegoValue): JsonSchema {
  return readSchema(document, schema.draft, reading);
}

function isSchema(value: RegoValue): boolean {
  return typeof value === "boolean" || isObject(value);
}

function invalidType(expected: string, given: string): BuiltinError {
  return new BuiltinError(`Invalid type. Expected: ${expected}, given: ${given}`);
}

function textKeyword(source: Source, name: string): string | undefined {
  const value = getKey(source.document, name);
  if (value === undefined || isString(value)) return value;
  throw invalidType("string", name);
}

function listKeyword(source: Source, name: string): readonly RegoValue[] | undefined {
  const value = getKey(source.document, name);
  if (value === undefined || isArray(value)) return value;
  throw new BuiltinError(`${name} must be of an array`);
}

/** Its own name, definitions, title and description are only checked. */
function readNames(source: Source): void {
  const { draft } = source.schema;
  const id = textKeyword(source, draft === 4 || (draft === "hybrid" && has(source, "id")) ? "id" : "$id");
  if (id !== undefined) parseReference(id);
  if (has(source, "definitions")) {
    const definitions = keyword(source, "definitions");
    if (!isObject(definitions)) throw invalidType("Array Of Schemas", "definitions");
    for (const [, definition] of objectEntries(definitions)) {
      if (!isSchema(definition)) throw invalidType("Array Of Schemas", "definitions");
      read(source, definition);
    }
  }
  textKeyword(source, "title");
  textKeyword(source, "description");
}

/** True where the schema is a reference that was not met before: then nothing else in it counts. */
function readReference(source: Source): boolean {
  const { schema, document, reading } = source;
  const written = textKeyword(source, "$ref");
  if (written === undefined) return false;
  const text = reading.pool.references.get(document) ?? written;
  const reference = parseReference(text);
  schema.reference = text;
  const known = reading.read.get(text);
  if (known !== undefined) {
    schema.target = known;
    return false;
  }
  const found = documentAt(reading.pool, reference);
  if (!isSchema(found.document)) throw new BuiltinError("Valid Schema must be of type object");
  const target = emptySchema(found.draft ?? schema.draft);
  reading.read.set(text, target);
  fillSchema(target, found.document, reading);
  schema.target = target;
  return true;
}

function readTypes(source: Source): void {
  if (!has(source, "type")) return;
  const type = keyword(source, "type");
  if (!isString(type) && !isArray(type)) throw invalidType("type", "string/Array Of Strings");
  for (const name of isString(type) ? [type] : type) {
    if (!isString(name)) throw invalidType("type", "string/Array Of Strings");
    if (!isTypeName(name))
      throw new BuiltinError(
        `has a primitive type that is NOT VALID -- given: /${name}/ Expected valid values are:[${JSON_TYPES.join(" ")}]`,
      );
    if (source.schema.types.includes(name)) throw new BuiltinError(`${name} type is duplicated`);
    source.schema.types.push(name);
  }
}

function isTypeName(name: string): name is JsonTypeName {
  return JSON_TYPES.some((known) => known === name);
}

function readObjectSchemas(source: Source): void {
  const { schema } = source;
  if (has(source, "properties")) {
    const properties = keyword(source, "properties");
    if (!isObject(properties)) throw new BuiltinError("Properties must be of type object");
    for (const [name, property] of namedEntries(properties)) schema.properties.set(name, read(source, property));
  }
  schema.additionalProperties = openness(source, "additionalProperties");
  if (has(source, "patternProperties")) {
    const patterns = keyword(source, "patternProperties");
    if (!isObject(patterns)) throw invalidType("Valid Schema", "patternProperties");
    for (const [name, property] of namedEntries(patterns)) {
      const pattern = compiled(source, name, `Invalid regex pattern '${name}'`);
      const inner = read(source, property);
      if (pattern !== undefined) schema.patternProperties.push({ pattern, schema: inner });
    }
  }
  if (has(source, "propertyNames") && isAtLeast(schema.draft, 6)) {
    const names = keyword(source, "propertyNames");
    if (!isSchema(names)) throw invalidType("Valid Schema", "patternProperties");
    schema.propertyNames = read(source, names);
  }
  if (has(source, "dependencies")) readDependencies(source);
}

function compiled({ reading }: Source, pattern: string, complaint: string): RE2JS | undefined {
  try {
    return reading.compile?.(pattern);
  } catch (error) {
    if (error instanceof BuiltinError) throw new BuiltinError(complaint);
    throw error;
  }
}

/** `additionalProperties`, `additionalItems`: yes, no, or such as the schema says. */
function openness(source: Source, name: string): boolean | JsonSchema | undefined {
  if (!has(source, name)) return undefined;
  const value = keyword(source, name);
  if (typeof value === "boolean") return value;
  if (!isObject(value)) throw invalidType("boolean/Valid Schema", name);
  return read(source, value);
}

function readDependencies(source: Source): void {
  const dependencies = keyword(source, "dependencies");
  if (!isObject(dependencies)) throw new BuiltinError("dependencies must be of type object");
  for (const [name, dependency] of namedEntries(dependencies)) {
    if (isSchema(dependency)) {
      source.schema.dependencies.set(name, read(source, dependency));
      continue;
    }
    if (!isArray(dependency) || !dependency.every(isString))
      throw new BuiltinError("Dependency must be of type Schema Or Array Of Strings");
    if (dependency.length > 0) source.schema.dependencies.set(name, dependency);
  }
}

function readItemSchemas(source: Source): void {
  const { schema } = source;
  if (has(source, "items")) {
    const items = keyword(source, "items");
    if (isArray(items)) {
      schema.items = items.map((item) => {
        if (!isSchema(item)) throw invalidType("Valid Schema/Array Of Schemas", "items");
        return read(source, item);
      });
    } else if (isSchema(items)) schema.items = read(source, items);
    else throw invalidType("Valid Schema/Array Of Schemas", "items");
  }
  schema.additionalItems = openness(source, "additionalItems");
}

function readNumberLimits(source: Source): void {
  const { schema } = source;
  if (has(source, "multipleOf")) {
    const multipleOf = keyword(source, "multipleOf");
    if (!isNumber(multipleOf)) throw invalidType("Number", "multipleOf");
    if (compareNumbers(multipleOf, 0) <= 0) throw new BuiltinError("multipleOf must be strictly greater than 0");
    schema.multipleOf = multipleOf;
  }
  readBound(source, "minimum", "exclusiveMinimum");
  readBound(source, "maximum", "exclusiveMaximum");
}

/** In draft 4 the exclusive keyword says whether the other is exclusive; later it is a bound of its own. */
function readBound(
  source: Source,
  inclusive: "minimum" | "maximum",
  exclusive: "exclusiveMinimum" | "exclusiveMaximum",
): void {
  const { schema } = source;
  if (has(source, inclusive)) {
    const bound = keyword(source, inclusive);
    if (!isNumber(bound)) throw new BuiltinError(`${inclusive} must be of a Number`);
    schema[inclusive] = bound;
  }
  if (!has(source, exclusive)) return;
  const value = keyword(source, exclusive);
  if (isNumber(value) && schema.draft !== 4) {
    schema[exclusive] = value;
    return;
  }
  const mayBeFlag = schema.draft === 4 || schema.draft === "hybrid";
  if (typeof value !== "boolean" || !mayBeFlag) {
    const expected = schema.draft === 4 ? "boolean" : schema.draft === "hybrid" ? "boolean/number" : "number";
    throw invalidType(expected, exclusive);
  }
  if (schema[inclusive] === undefined) throw new BuiltinError(`${exclusive} cannot be used without ${inclusive}`);
  if (value) {
    schema[exclusive] = schema[inclusive];
    schema[inclusive] = undefined;
  }
}

function readStringLimits(source: Source): void {
  const { schema } = source;
  schema.minLength = sizeKeyword(source, "minLength");
  schema.maxLength = sizeKeyword(source, "maxLength");
  if (isGreater(schema.minLength, schema.maxLength))
    throw new BuiltinError("minLength cannot be greater than maxLength");
  const pattern = textKeyword(source, "pattern");
  const expression = pattern === undefined ? undefined : compiled(source, pattern, "pattern must be a valid regex");
  if (pattern !== undefined && expression !== undefined) schema.pattern = { text: pattern, expression };
  schema.format = textKeyword(source, "format");
}

function readSizes(source: Source, what: "Properties" | "Items"): void {
  const { schema } = source;
  const least = sizeKeyword(source, `min${what}`);
  const most = sizeKeyword(source, `max${what}`);
  schema[`min${what}`] = least;
  schema[`max${what}`] = most;
  if (what === "Properties" && isGreater(least, most))
    throw new BuiltinError("minProperties cannot be greater than maxProperties");
}

function isGreater(least: number | undefined, most: number | undefined): boolean {
  return least !== undefined && most !== undefined && least > most;
}

const MAX_INTEGER = canonicalNumber(2n ** 63n - 1n);

function sizeKeyword(source: Source, name: string): number | undefined {
  if (!has(source, name)) return undefined;
  const value = keyword(source, name);
  if (!isNumber(value) || !isInteger(value) || compareNumbers(absoluteNumber(value), MAX_INTEGER) > 0)
    throw new BuiltinError(`${name} must be of an integer`);
  if (compareNumbers(value, 0) < 0) throw new BuiltinError(`${name} must be greater than or equal to 0`);
  return Number(value.toString());
}

function readRequired(source: Source): void {
  const seen = new Set<string>();
  for (const name of listKeyword(source, "required") ?? []) {
    if (!isString(name)) throw invalidType("string", "required");
    if (seen.has(name)) throw new BuiltinError("required items must be unique");
    seen.add(name);
  }
  source.schema.required.push(...seen);
}

function readUniqueItems(source: Source): void {
  if (!has(source, "uniqueItems")) return;
  const unique = keyword(source, "uniqueItems");
  if (typeof unique !== "boolean") throw new BuiltinError("uniqueItems must be of a boolean");
  source.schema.uniqueItems = unique;
}

function readValues(source: Source): void {
  const { schema } = source;
  if (has(source, "const") && isAtLeast(schema.draft, 6)) schema.const = toJson(keyword(source, "const"));
  const values = listKeyword(source, "enum");
  if (values === undefined) return;
  const texts = new Set<string>();
  for (const value of values) {
    const text = toJson(value);
    if (texts.has(text)) throw new BuiltinError("enum items must be unique");
    texts.add(text);
  }
  schema.enum = [...texts];
}

function readCombinations(source: Source): void {
  const { schema } = source;
  for (const name of ["oneOf", "anyOf", "allOf"] as const)
    for (const each of listKeyword(source, name) ?? []) schema[name].push(read(source, each));
  const names = isAtLeast(schema.draft, 7) ? (["not", "if", "then", "else"] as const) : (["not"] as const);
  for (const name of names) {
    if (!has(source, name)) continue;
    const value = keyword(source, name);
    if (!isSchema(value)) throw new BuiltinError(`${name} must be of an object`);
    schema[name] = read(source, value);
  }
}
