import type { RegoValue } from "@flyball/engine/values";
import { isArray, isObject, isString, makeObject, objectEntries } from "@flyball/engine/values";

/** What is wrong with an annotation, for the author. */
export class AnnotationMistake extends Error {
  override readonly name = "AnnotationMistake";
}

/** Parsed YAML as Rego sees it: only the known fields, each in OPA's form, empty ones left out. Throws `AnnotationMistake`. */
export function annotationFields(yaml: unknown): ReadonlyMap<string, RegoValue> {
  const document = toValue(yaml, []);
  if (!isObject(document)) throw new AnnotationMistake("a METADATA block holds names and values (`title: ...`)");
  const given = new Map(objectEntries(document));
  const fields = new Map<string, RegoValue>();
  for (const [name, read] of Object.entries(READERS)) {
    const value = given.get(name);
    if (value === undefined || value === null) continue;
    const field = read(value, name);
    if (field !== undefined) fields.set(name, field);
  }
  return fields;
}

type Reader = (value: RegoValue, name: string) => RegoValue | undefined;

const READERS: Readonly<Record<string, Reader>> = {
  scope: text,
  title: text,
  entrypoint: (value, name) => {
    if (typeof value !== "boolean") throw new AnnotationMistake(`${name} is true or false`);
    return value || undefined;
  },
  description: text,
  organizations: (value, name) => list(value, name, (each) => text(each, name) ?? ""),
  related_resources: (value, name) => list(value, name, relatedResource),
  authors: (value, name) => list(value, name, author),
  schemas: (value, name) => list(value, name, schema),
  custom: map,
  labels: map,
};

function text(value: RegoValue, name: string): string | undefined {
  if (!isString(value)) throw new AnnotationMistake(`${name} is text`);
  return value === "" ? undefined : value;
}

function list(value: RegoValue, name: string, read: (each: RegoValue) => RegoValue): RegoValue | undefined {
  if (!isArray(value)) throw new AnnotationMistake(`${name} is a list`);
  return value.length === 0 ? undefined : value.map(read);
}

function map(value: RegoValue, name: string): RegoValue | undefined {
  if (!isObject(value)) throw new AnnotationMistake(`${name} has names and values`);
  return objectEntries(value).length === 0 ? undefined : value;
}

function relatedResource(value: RegoValue): RegoValue {
  const ref = isString(value) ? value : fieldOf(value, "ref");
  if (ref === "") throw new AnnotationMistake("a related resource is a URL, or has a `ref` that is one");
  return compact({ ref, description: fieldOf(value, "description") });
}

/** `Name <email>`, or an object of both. */
function author(value: RegoValue): RegoValue {
  if (!isString(value)) {
    const named = compact({ name: fieldOf(value, "name"), email: fieldOf(value, "email") });
    if (objectEntries(named).length === 0) throw new AnnotationMistake("an author has a `name` or an `email`");
    return named;
  }
  const words = value.split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) throw new AnnotationMistake("an author is not empty");
  const email = /^<(.*)>$/.exec(words.at(-1) ?? "")?.[1];
  return compact({ name: (email === undefined ? words : words.slice(0, -1)).join(" "), email: email ?? "" });
}

/** `input.x: schema.y`, or `input.x: {type: ...}`. */
function schema(value: RegoValue): RegoValue {
  const [entry] = isObject(value) ? objectEntries(value) : [];
  if (entry === undefined || !isString(entry[0])) throw new AnnotationMistake("a schema is a path and its schema");
  const [path, definition] = entry;
  const named = isString(definition) ? { schema: pathSteps(definition) } : { definition };
  return makeObject(Object.entries({ path: pathSteps(path), ...named }));
}

function pathSteps(path: string): readonly string[] {
  return [...path.matchAll(/\["([^"]*)"\]|[^.[\]]+/g)].map((match) => match[1] ?? match[0]);
}

function fieldOf(value: RegoValue, name: string): string {
  if (!isObject(value)) return "";
  const found = objectEntries(value).find(([key]) => key === name)?.[1];
  return found !== undefined && isString(found) ? found.trim() : "";
}

function compact(fields: Readonly<Record<string, string>>): ReturnType<typeof makeObject> {
  return makeObject(Object.entries(fields).filter(([, value]) => value !== ""));
}

function toValue(yaml: unknown, path: readonly string[]): RegoValue {
  if (yaml === null || typeof yaml === "boolean" || typeof yaml === "string" || typeof yaml === "bigint") return yaml;
  if (typeof yaml === "number" && Number.isFinite(yaml)) return yaml;
  if (Array.isArray(yaml)) return yaml.map((each, index) => toValue(each, [...path, String(index)]));
  if (yaml instanceof Map) {
    return makeObject(
      [...yaml].map(([key, value]): readonly [RegoValue, RegoValue] => {
        if (typeof key !== "string")
          throw new AnnotationMistake(`a name in ${path.join("/") || "METADATA"} is not text`);
        return [key, toValue(value, [...path, key])];
      }),
    );
  }
  throw new AnnotationMistake(`${path.join("/") || "METADATA"} has a value that JSON has not`);
}
