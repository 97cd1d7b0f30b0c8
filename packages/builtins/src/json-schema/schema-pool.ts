import { BuiltinError } from "@flyball/engine";
import {
  getKey,
  isArray,
  isObject,
  isString,
  objectEntries,
  parseJson,
  type RegoObject,
  type RegoValue,
} from "@flyball/engine/values";
import {
  isCanonical,
  type JsonReference,
  parseReference,
  pointerSteps,
  referenceText,
  resolveReference,
} from "./json-reference.ts";
import { METASCHEMAS } from "./metaschemas.ts";
import { draftOf, type SchemaDraft } from "./schema-draft.ts";

export interface PooledSchema {
  readonly document: RegoValue;
  /** Undefined where no draft is named: then it is that of the schema which refers to it. */
  readonly draft: SchemaDraft | undefined;
}

/** The documents that a schema may refer to: itself, the parts that have names of their own (`$id`), and the schemas of schemas. Nothing is fetched. */
export interface SchemaPool {
  /** By the text of a reference. */
  readonly documents: Map<string, PooledSchema>;
  /** The `$ref` of a part, relative to the names around it. The parts are told apart by identity, so each document is a tree of its own. */
  readonly references: Map<RegoObject, string>;
}

const ROOT = parseReference("");

/** `document` must share no part with anything else. Throws `BuiltinError`. */
export function poolOf(document: RegoValue): SchemaPool {
  const pool: SchemaPool = { documents: new Map(), references: new Map() };
  addDocument(pool, ROOT, document);
  return pool;
}

function addDocument(pool: SchemaPool, at: JsonReference, document: RegoValue): void {
  const draft = draftOf(document);
  findNames(pool, document, { at, draft });
  pool.documents.set(referenceText(at), { document, draft });
}

interface Place {
  readonly at: JsonReference;
  readonly draft: SchemaDraft | undefined;
}

/** Keywords below which names stand for properties, not for keywords. */
const MAPS_OF_SCHEMAS: ReadonlySet<RegoValue> = new Set(["properties", "dependencies", "patternProperties"]);

function findNames(pool: SchemaPool, document: RegoValue, place: Place): void {
  if (isArray(document)) {
    for (const item of document) findNames(pool, item, place);
    return;
  }
  if (!isObject(document)) return;
  const inner = { ...place, at: ownName(pool, document, place) };
  const reference = getKey(document, "$ref");
  if (reference !== undefined && isString(reference)) {
    const found = parsed(reference);
    if (found !== undefined) pool.references.set(document, referenceText(resolveReference(inner.at, found)));
  }
  for (const [keyword, value] of objectEntries(document)) {
    if (keyword === "const" || keyword === "enum") continue;
    if (!MAPS_OF_SCHEMAS.has(keyword)) findNames(pool, value, inner);
    else if (isObject(value)) for (const [, each] of objectEntries(value)) findNames(pool, each, inner);
  }
}

function ownName(pool: SchemaPool, document: RegoObject, { at, draft }: Place): JsonReference {
  const id = getKey(document, "id") ?? getKey(document, "$id");
  const own = id !== undefined && isString(id) ? parsed(id) : undefined;
  if (own === undefined) return at;
  const absolute = resolveReference(at, own);
  const name = referenceText(absolute);
  if (pool.documents.has(name)) throw new BuiltinError(`Reference already exists: "${name}"`);
  pool.documents.set(name, { document, draft });
  return absolute;
}

/** What is no URL is reported where the schema is read. */
function parsed(text: string): JsonReference | undefined {
  try {
    return parseReference(text);
  } catch (error) {
    if (error instanceof BuiltinError) return undefined;
    throw error;
  }
}

/** What lies at an absolute reference. Throws `BuiltinError`. */
export function documentAt(pool: SchemaPool, reference: JsonReference): PooledSchema {
  const known = pool.documents.get(referenceText(reference));
  if (known !== undefined) return known;
  const whole = { ...reference, fragment: "" };
  const home = pool.documents.get(referenceText(whole)) ?? standardDocument(pool, whole, reference);
  const found = { document: follow(home.document, pointerSteps(reference.fragment)), draft: home.draft };
  pool.documents.set(referenceText(reference), found);
  return found;
}

function standardDocument(pool: SchemaPool, whole: JsonReference, reference: JsonReference): PooledSchema {
  if (!isCanonical(reference)) throw new BuiltinError(`Reference ${referenceText(reference)} must be canonical`);
  const text = METASCHEMAS.get(referenceText(whole));
  if (text === undefined) throw new BuiltinError(`remote reference loading disabled: ${referenceText(whole)}`);
  const document = parseJson(text);
  addDocument(pool, whole, document);
  return { document, draft: draftOf(document) };
}

function follow(document: RegoValue, steps: readonly string[]): RegoValue {
  let found = document;
  for (const step of steps) {
    if (isArray(found)) {
      if (!/^[+-]?\d+$/.test(step)) throw new BuiltinError(`Invalid array index '${step}'`);
      const item = found[Number(step)];
      if (item === undefined) throw new BuiltinError(`Out of bound array[0,${found.length}] index '${Number(step)}'`);
      found = item;
    } else if (isObject(found)) {
      const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
      const value = getKey(found, key);
      if (value === undefined) throw new BuiltinError(`Object has no key '${key}'`);
      found = value;
    } else throw new BuiltinError(`Invalid token reference '${step}'`);
  }
  return found;
}
