import { isArray, isSet, objectEntries, type RegoValue, structuralKey, typeName } from "@flyball/engine/values";

/**
 * What is known of a value before the policy runs, as OPA's type checker knows it. A component that is not known yet is `undefined`; `any` is known to be
 * anything.
 */
export type RegoType =
  | { readonly kind: "any" | "null" | "boolean" | "number" | "string" }
  | ArrayType
  | ObjectType
  | SetType
  | UnionType
  | FunctionType;

export type MaybeType = RegoType | undefined;

export interface ArrayType {
  readonly kind: "array";
  /** The first elements. */
  readonly items: readonly MaybeType[];
  /** What may follow them; without it nothing does. */
  readonly rest: MaybeType;
}

export interface ObjectType {
  readonly kind: "object";
  /** By structural key. */
  readonly properties: ReadonlyMap<string, { readonly key: RegoValue; readonly type: MaybeType }>;
  readonly dynamic: { readonly key: MaybeType; readonly value: MaybeType } | undefined;
}

/** Without `of` the empty set. */
export interface SetType {
  readonly kind: "set";
  readonly of: MaybeType;
}

export interface UnionType {
  readonly kind: "union";
  readonly members: readonly RegoType[];
}

export interface FunctionType {
  readonly kind: "function";
  readonly params: readonly MaybeType[];
  readonly result: MaybeType;
}

export const ANY: RegoType = { kind: "any" };
export const STRING: RegoType = { kind: "string" };
export const NUMBER: RegoType = { kind: "number" };

/** A union of more types than this says too little to be worth its cost. */
const MAX_MEMBERS = 24;

/** A type of more parts than this is any: terms that name the same variable twice again and again have types that grow exponentially. */
const MAX_PARTS = 4096;

const partCounts = new WeakMap<object, number>();

/** The type itself, or any where it has too many parts. To be asked of each type that is put together from others. */
export function bounded(type: RegoType): RegoType {
  return partsOf(type) > MAX_PARTS ? ANY : type;
}

function partsOf(type: MaybeType): number {
  if (type === undefined) return 1;
  const known = partCounts.get(type);
  if (known !== undefined) return known;
  let count = 1;
  for (const part of directParts(type)) count += partsOf(part);
  partCounts.set(type, count);
  return count;
}

function directParts(type: RegoType): readonly MaybeType[] {
  switch (type.kind) {
    case "array":
      return [...type.items, type.rest];
    case "object":
      return [
        ...[...type.properties.values()].map((property) => property.type),
        type.dynamic?.key,
        type.dynamic?.value,
      ];
    case "set":
      return [type.of];
    case "union":
      return type.members;
    case "function":
      return [...type.params, type.result];
    default:
      return [];
  }
}

export function typeOfValue(value: RegoValue): RegoType {
  const name = typeName(value);
  if (isArray(value)) return { kind: "array", items: value.map(typeOfValue), rest: undefined };
  if (isSet(value)) {
    let of: MaybeType;
    for (const element of value) of = either(of, typeOfValue(element));
    return { kind: "set", of };
  }
  if (name === "array" || name === "set") return ANY;
  if (name !== "object") return { kind: name };
  const properties = new Map<string, { readonly key: RegoValue; readonly type: MaybeType }>();
  for (const [key, each] of objectEntries(value as Parameters<typeof objectEntries>[0])) {
    properties.set(structuralKey(key), { key, type: typeOfValue(each) });
  }
  return { kind: "object", properties, dynamic: undefined };
}

/** The union of two types. */
export function either(a: MaybeType, b: MaybeType): MaybeType {
  if (a === undefined) return b;
  if (b === undefined || a === b) return a;
  if (a.kind === "any" || b.kind === "any") return ANY;
  if (a.kind === "function" || b.kind === "function") return eitherFunction(a, b);
  if (a.kind === b.kind && a.kind !== "union" && typeText(a) === typeText(b)) return a;
  const members = new Map<string, RegoType>();
  for (const member of [...membersOf(a), ...membersOf(b)]) members.set(typeText(member), member);
  if (members.size > MAX_MEMBERS) return ANY;
  const [only] = members.values();
  return members.size === 1 ? only : { kind: "union", members: [...members.values()] };
}

function eitherFunction(a: RegoType, b: RegoType): MaybeType {
  if (a.kind !== "function" || b.kind !== "function") return undefined;
  const params = a.params.map((param, index) => either(param, b.params[index]));
  return { kind: "function", params, result: either(a.result, b.result) };
}

export function membersOf(type: RegoType): readonly RegoType[] {
  return type.kind === "union" ? type.members : [type];
}

/** For messages, and to tell whether two types are the same. */
export function typeText(type: MaybeType): string {
  if (type === undefined) return "unknown";
  switch (type.kind) {
    case "array": {
      const items = type.items.map(typeText);
      return `array[${[...items, ...(type.rest === undefined ? [] : [`...${typeText(type.rest)}`])].join(", ")}]`;
    }
    case "object": {
      const properties = [...type.properties.values()].map(
        ({ key, type: value }) => `${JSON.stringify(key)}: ${typeText(value)}`,
      );
      const { dynamic } = type;
      if (dynamic !== undefined) properties.push(`...${typeText(dynamic.key)}: ${typeText(dynamic.value)}`);
      return `object[${properties.join(", ")}]`;
    }
    case "set":
      return `set[${typeText(type.of)}]`;
    case "union":
      return type.members.map(typeText).sort().join(" | ");
    case "function":
      return `function(${type.params.map(typeText).join(", ")}) => ${typeText(type.result)}`;
    default:
      return type.kind;
  }
}
