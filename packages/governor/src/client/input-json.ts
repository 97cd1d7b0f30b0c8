import { numberText, RegoNumber } from "@flyball/engine/values";

export type InputJson = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

const maxDepth = 512;
/** 8 Mi UTF-16 code units: beyond, an input is a mistake, and making its text would hold up everybody else. */
const maxLength = 8 * 1024 * 1024;

interface Walk {
  readonly parts: string[];
  length: number;
  depth: number;
}

class NotJson extends Error {}

/**
 * The JSON text of a policy's input, numbers exact. As in the engine, own enumerable data properties count and those that
 * are undefined are left out; each part is read once and no getter runs. Unlike the engine, JSON has no `Set` and no
 * `Map`. Never throws, also where the input is a proxy that does.
 */
export function inputJson(input: unknown): InputJson {
  const walk: Walk = { parts: [], length: 0, depth: 0 };
  try {
    write(input, walk);
    return { ok: true, text: walk.parts.join("") };
  } catch (thrown) {
    return { ok: false, message: `The input ${thrown instanceof NotJson ? thrown.message : "cannot be read"}.` };
  }
}

function write(value: unknown, walk: Walk): void {
  if (typeof value === "object" && value !== null) writeCompound(value, walk);
  else put(walk, scalarText(value));
}

function scalarText(value: unknown): string {
  switch (typeof value) {
    case "string":
      if (!value.isWellFormed()) throw new NotJson("holds half of a surrogate pair");
      return JSON.stringify(value);
    case "number":
      if (!Number.isFinite(value)) throw new NotJson(`holds ${value}`);
      return numberText(value);
    case "bigint":
      return numberText(value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      return "null";
    default:
      throw new NotJson(`holds ${value === undefined ? "undefined" : `a ${typeof value}`} where JSON needs a value`);
  }
}

function put(walk: Walk, text: string): void {
  walk.length += text.length;
  if (walk.length > maxLength) throw new NotJson("is too large");
  walk.parts.push(text);
}

function writeCompound(value: object, walk: Walk): void {
  if (RegoNumber.is(value)) {
    put(walk, numberText(value));
    return;
  }
  walk.depth += 1;
  if (walk.depth > maxDepth) throw new NotJson("is nested too deeply, or contains itself");
  if (Array.isArray(value)) writeList(value, walk);
  else writeFields(value, walk);
  walk.depth -= 1;
}

function writeList(list: readonly unknown[], walk: Walk): void {
  const { length } = list;
  put(walk, "[");
  for (let index = 0; index < length; index += 1) {
    if (index > 0) put(walk, ",");
    write(dataProperty(list, String(index)), walk);
  }
  put(walk, "]");
}

function writeFields(fields: object, walk: Walk): void {
  const prototype: unknown = Object.getPrototypeOf(fields);
  if (prototype !== Object.prototype && prototype !== null) throw new NotJson("holds an object that is not plain");
  let separator = "{";
  for (const key of Object.keys(fields)) {
    if (!key.isWellFormed()) throw new NotJson("has a key with half of a surrogate pair");
    const field = dataProperty(fields, key);
    if (field === undefined) continue;
    put(walk, `${separator}${JSON.stringify(key)}:`);
    write(field, walk);
    separator = ",";
  }
  put(walk, separator === "{" ? "{}" : "}");
}

function dataProperty(owner: object, key: string): unknown {
  const property = Object.getOwnPropertyDescriptor(owner, key);
  if (property?.get !== undefined || property?.set !== undefined) throw new NotJson("holds an accessor");
  return property?.value as unknown;
}
