import { isArray, isNumber, type RegoValue, structuralKey } from "@flyball/engine/values";
import {
  ANY,
  type ArrayType,
  either,
  type MaybeType,
  membersOf,
  NUMBER,
  type ObjectType,
  typeOfValue,
  typeText,
} from "./rego-type.ts";

/** Whether some value may be of both types. What is not known does not unify. */
export function unifies(a: MaybeType, b: MaybeType): boolean {
  if (a === undefined || b === undefined) return false;
  if (a.kind === "any") return b.kind !== "function";
  if (b.kind === "any") return a.kind !== "function";
  if (a.kind === "union" || b.kind === "union") {
    return membersOf(a).some((left) => membersOf(b).some((right) => unifies(left, right)));
  }
  if (a.kind === "array") return b.kind === "array" && unifiesArrays(a, b);
  if (a.kind === "object") return b.kind === "object" && unifiesObjects(a, b);
  if (a.kind === "set") {
    if (b.kind !== "set") return false;
    return a.of === undefined || b.of === undefined || unifies(a.of, b.of);
  }
  return a.kind === b.kind;
}

function unifiesArrays(a: ArrayType, b: ArrayType): boolean {
  const restsMeet = a.rest === undefined || b.rest === undefined || unifies(a.rest, b.rest);
  return coversItems(a, b) && coversItems(b, a) && restsMeet;
}

function coversItems(a: ArrayType, b: ArrayType): boolean {
  return a.items.every((item, index) => unifies(item, index < b.items.length ? b.items[index] : b.rest));
}

function unifiesObjects(a: ObjectType, b: ObjectType): boolean {
  if (!coversProperties(a, b) || !coversProperties(b, a)) return false;
  const [left, right] = [a.dynamic?.value, b.dynamic?.value];
  return left === undefined || right === undefined || unifies(left, right);
}

function coversProperties(a: ObjectType, b: ObjectType): boolean {
  for (const { key, type } of a.properties.values()) {
    const other = selectKey(b, key);
    if (other === undefined) {
      if (a.dynamic?.value === undefined && b.dynamic?.value === undefined) return false;
    } else if (!unifies(type, other)) return false;
  }
  return true;
}

/** The type of what is under a constant key, or undefined where nothing can be. */
export function selectKey(type: MaybeType, key: RegoValue): MaybeType {
  switch (type?.kind) {
    case "any":
      return ANY;
    case "array": {
      if (!isNumber(key) || !Number.isInteger(Number(key))) return undefined;
      const index = Number(key);
      if (index < 0) return undefined;
      return index < type.items.length ? type.items[index] : type.rest;
    }
    case "object": {
      const property = type.properties.get(structuralKey(key));
      if (property !== undefined) return property.type;
      const { dynamic } = type;
      return dynamic !== undefined && contains(dynamic.key, key) ? dynamic.value : undefined;
    }
    case "set":
      return type.of !== undefined && contains(type.of, key) ? typeOfValue(key) : undefined;
    case "union": {
      let found: MaybeType;
      for (const member of type.members) found = either(found, selectKey(member, key));
      return found;
    }
    default:
      return undefined;
  }
}

/** Composite constants are compared only roughly: a key `[1, "a"]` may be one of a set of arrays. */
function contains(type: MaybeType, value: RegoValue): boolean {
  if (isArray(value) || (typeof value === "object" && value !== null && !isNumber(value)))
    return unifies(type, typeOfValue(value));
  const wanted = typeText(typeOfValue(value));
  return type !== undefined && (type.kind === "any" || membersOf(type).some((member) => typeText(member) === wanted));
}

/** The types of the keys over which a reference into the type can iterate; undefined where it cannot. */
export function keysOf(type: MaybeType): MaybeType {
  switch (type?.kind) {
    case "any":
      return ANY;
    case "array":
      return NUMBER;
    case "object": {
      let keys: MaybeType;
      for (const { key } of type.properties.values()) keys = either(keys, typeOfValue(key));
      return either(keys, type.dynamic?.key);
    }
    case "set":
      return type.of;
    case "union": {
      let keys: MaybeType;
      for (const member of type.members) keys = either(keys, keysOf(member));
      return keys;
    }
    default:
      return undefined;
  }
}

export function valuesOf(type: MaybeType): MaybeType {
  switch (type?.kind) {
    case "any":
      return ANY;
    case "array": {
      let values: MaybeType;
      for (const item of type.items) values = either(values, item);
      return either(values, type.rest);
    }
    case "object": {
      let values: MaybeType;
      for (const property of type.properties.values()) values = either(values, property.type);
      return either(values, type.dynamic?.value);
    }
    case "set":
      return type.of;
    case "union": {
      let values: MaybeType;
      for (const member of type.members) values = either(values, valuesOf(member));
      return values;
    }
    default:
      return undefined;
  }
}

/** Whether some part of the type is not known. */
export function isIncomplete(type: MaybeType): boolean {
  switch (type?.kind) {
    case undefined:
      return true;
    case "array":
      return type.items.some(isIncomplete) || (type.rest !== undefined && isIncomplete(type.rest));
    case "object":
      if ([...type.properties.values()].some((property) => isIncomplete(property.type))) return true;
      return type.dynamic !== undefined && (isIncomplete(type.dynamic.key) || isIncomplete(type.dynamic.value));
    case "set":
      return type.of !== undefined && isIncomplete(type.of);
    case "function":
      return type.params.some(isIncomplete) || isIncomplete(type.result);
    default:
      return false;
  }
}

/** A collection that can hold nothing. */
export function isEmptyCollection(type: MaybeType): boolean {
  switch (type?.kind) {
    case "array":
      return type.items.length === 0 && type.rest === undefined;
    case "object":
      return type.properties.size === 0 && type.dynamic === undefined;
    case "set":
      return type.of === undefined;
    default:
      return false;
  }
}
