import { RegoNumber } from "@flyball/engine/values";

/** JSON with exact numbers: what arguments, facts, obligations and results are made of. Always a frozen copy. */
export type PlainValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | RegoNumber
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue };

export type PlainResult =
  | { readonly ok: true; readonly value: PlainValue }
  /** `path` names the first part that is not plain, as keys and indexes from the root. */
  | { readonly ok: false; readonly path: readonly (string | number)[]; readonly problem: string };

export interface PlainLimits {
  readonly depth: number;
  readonly nodes: number;
}

export const plainLimits: PlainLimits = Object.freeze({ depth: 64, nodes: 100_000 });

/**
 * Copies `value` so that nothing its owner does afterwards can change it: each part is read once, only own enumerable
 * data properties count, and the copy is frozen. Accessors, functions, symbols, dates, class instances, cycles, NaN,
 * Infinity and lone surrogates are problems, named by path. A key `__proto__` is copied as data. Never throws, also
 * where `value` is a proxy that does.
 */
export function toPlainValue(value: unknown, limits: PlainLimits = plainLimits): PlainResult {
  const walk: Walk = { path: [], left: limits.nodes, depth: limits.depth };
  try {
    return { ok: true, value: copy(value, walk) };
  } catch (thrown) {
    const problem = thrown instanceof NotPlain ? thrown.message : "cannot be read";
    return { ok: false, path: Object.freeze([...walk.path]), problem };
  }
}

/** The first number with more digits than anything here can calculate with or write down. */
const beyondDigits = 10n ** 4_096n;

/** `Array.isArray` does not narrow a readonly array out of a union. */
export function isPlainList(value: PlainValue): value is readonly PlainValue[] {
  return Array.isArray(value);
}

export function isPlainRecord(value: PlainValue): value is { readonly [key: string]: PlainValue } {
  return typeof value === "object" && value !== null && !isPlainList(value) && !RegoNumber.is(value);
}

interface Walk {
  readonly path: (string | number)[];
  left: number;
  depth: number;
}

class NotPlain extends Error {}

function copy(value: unknown, walk: Walk): PlainValue {
  walk.left -= 1;
  if (walk.left < 0) throw new NotPlain("has too many parts");
  switch (typeof value) {
    case "boolean":
      return value;
    case "bigint":
      if (value >= beyondDigits || value <= -beyondDigits) throw new NotPlain("has too many digits");
      return value;
    case "number":
      if (!Number.isFinite(value)) throw new NotPlain("is not a finite number");
      return value;
    case "string":
      if (!value.isWellFormed()) throw new NotPlain("holds half of a surrogate pair");
      return value;
    case "object":
      return value === null ? null : copyObject(value, walk);
    default:
      throw new NotPlain(value === undefined ? "is undefined" : `is a ${typeof value}`);
  }
}

function copyObject(value: object, walk: Walk): PlainValue {
  if (RegoNumber.is(value)) return value;
  walk.depth -= 1;
  if (walk.depth < 0) throw new NotPlain("is nested too deeply");
  const result = Array.isArray(value) ? copyArray(value, walk) : copyFields(value, walk);
  walk.depth += 1;
  return Object.freeze(result);
}

function copyArray(value: readonly unknown[], walk: Walk): PlainValue[] {
  const result: PlainValue[] = [];
  const length = value.length;
  if (length > walk.left) throw new NotPlain("has too many parts");
  for (let index = 0; index < length; index += 1) {
    walk.path.push(index);
    result.push(copy(dataProperty(value, String(index)), walk));
    walk.path.pop();
  }
  return result;
}

function copyFields(value: object, walk: Walk): { [key: string]: PlainValue } {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw new NotPlain("is not a plain object");
  const entries: [string, PlainValue][] = [];
  for (const key of Reflect.ownKeys(value)) {
    if (typeof key === "symbol") throw new NotPlain("has a symbol for a key");
    walk.path.push(key);
    if (!key.isWellFormed()) throw new NotPlain("has a key with half of a surrogate pair");
    entries.push([key, copy(dataProperty(value, key), walk)]);
    walk.path.pop();
  }
  // Defines properties; assignment would call the setter that `__proto__` inherits.
  return Object.fromEntries(entries);
}

function dataProperty(owner: object, key: string): unknown {
  const property = Object.getOwnPropertyDescriptor(owner, key);
  if (property === undefined) throw new NotPlain("is missing");
  if (property.get !== undefined || property.set !== undefined) throw new NotPlain("is an accessor");
  return property.value as unknown;
}
