/**
 * How the border reads JavaScript values: own enumerable data properties only, each once, without running a getter. Hot: no
 * allocation of its own, and the intrinsics are taken at load, so that later changes to prototypes reach nothing here.
 */
import { RegoNumber } from "../values/rego-number.ts";
import { invalid } from "./border-error.ts";

const { getOwnPropertyDescriptor, getPrototypeOf, hasOwn, prototype: objectPrototype } = Object;
const { isArray } = Array;

/** A method of a prototype as a function of its object: what the object itself says of the name no longer counts. */
function methodOf(prototype: object, name: string): unknown {
  return Function.prototype.call.bind(
    (prototype as Readonly<Record<string, (this: unknown) => unknown>>)[name] as never,
  );
}

type Visit<Self, Item extends readonly unknown[]> = (self: Self, visit: (...item: Item) => void) => void;

/** Own enumerable names. */
export const ownKeys: (value: object) => string[] = Object.keys;
export const mapGet = methodOf(Map.prototype, "get") as (self: Map<unknown, unknown>, key: unknown) => unknown;
/** Visits values with their keys. */
export const mapForEach = methodOf(Map.prototype, "forEach") as Visit<
  Map<unknown, unknown>,
  [value: unknown, key: unknown]
>;
export const setForEach = methodOf(Set.prototype, "forEach") as Visit<Set<unknown>, [element: unknown]>;

/** Tells an accessor from a data property without making a descriptor: on array elements three times as fast. */
const lookupGetter = methodOf(objectPrototype, "__lookupGetter__") as (self: object, key: PropertyKey) => unknown;

/** Whether arrays inherit no elements: `Array.prototype` is an array itself, whose length tells. */
function bareArrays(): boolean {
  return Array.prototype.length === 0 && hasBarePrototype();
}

/** For encoders written for one policy, which do in line what is done here. */
export const borderIntrinsics: {
  readonly objectPrototype: object;
  readonly getPrototypeOf: (value: object) => unknown;
  readonly descriptor: (record: object, key: string) => PropertyDescriptor | undefined;
  readonly elementGetter: (array: object, index: number) => unknown;
  readonly get: (record: object, key: string) => unknown;
  readonly isArray: (value: unknown) => value is unknown[];
  readonly bareArrays: () => boolean;
} = {
  objectPrototype,
  getPrototypeOf,
  descriptor: getOwnPropertyDescriptor,
  elementGetter: lookupGetter,
  get: Reflect.get,
  isArray,
  bareArrays,
};

/** What an object is to the border. */
export type Shape = "record" | "array" | "map" | "set" | "number";

/** Rejects dates, typed arrays, boxed values, errors, class instances: everything with a prototype of its own. */
export function shapeOf(value: object): Shape {
  const prototype = getPrototypeOf(value) as object | null;
  if (prototype === objectPrototype || prototype === null) return isArray(value) ? "array" : "record";
  if (isArray(value)) return "array";
  if (value instanceof Map) return "map";
  if (value instanceof Set) return "set";
  if (RegoNumber.is(value)) return "number";
  // A plain object of another realm (a frame, a vm context): its prototype has none.
  if (getPrototypeOf(prototype) === null) return "record";
  return invalid(`${describe(value)} is no value of Rego`);
}

/** Whether `for in` visits just a record's own enumerable properties, as long as `hasBarePrototype`. */
export function isPlain(record: object): boolean {
  const prototype = getPrototypeOf(record) as object | null;
  return prototype === objectPrototype || prototype === null;
}

/** Whether objects inherit nothing enumerable. */
export function hasBarePrototype(): boolean {
  for (const _ in objectPrototype) return false;
  return true;
}

/** The value of an own enumerable data property; undefined where there is none. */
export function readProperty(record: object, key: string): unknown {
  const descriptor = getOwnPropertyDescriptor(record, key);
  if (descriptor === undefined) return undefined;
  // An accessor has one of the two; asking for them is cheaper than asking for an own "value", and as safe against Object.prototype.
  if (descriptor.get !== undefined || descriptor.set !== undefined) return invalid(`"${key}" is an accessor property`);
  return descriptor.enumerable === true ? descriptor.value : undefined;
}

/**
 * The value of an own property by a plain get, which runs a getter; undefined where there is none. For callers who vouch for their inputs:
 * a descriptor costs more than all the rest of an evaluation.
 */
export function getProperty(record: object, key: string): unknown {
  const value = (record as Readonly<Record<string, unknown>>)[key];
  return value === undefined || hasOwn(record, key) ? value : undefined;
}

export function readLength(array: readonly unknown[]): number {
  const { length } = array;
  // A proxy may answer anything.
  return Number.isInteger(length) && length >= 0 ? length : invalid("an array's length is no length");
}

/** The array's own element; undefined for a hole. */
export function readElement(array: readonly unknown[], index: number): unknown {
  if (lookupGetter(array, index) !== undefined) return invalid(`element ${index} is an accessor property`);
  return hasOwn(array, index) ? array[index] : undefined;
}

/** As `readElement`, by a plain get. */
export function getElement(array: readonly unknown[], index: number): unknown {
  const value = array[index];
  return value === undefined || hasOwn(array, index) ? value : undefined;
}

/** A name for a value in a message, without running any of its code. */
export function describe(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value === "symbol") return "a symbol";
  if (typeof value === "number") return String(value);
  if (value === undefined) return "undefined";
  if (value instanceof Date) return "a Date";
  if (ArrayBuffer.isView(value)) return "a typed array";
  return "an object that is not plain";
}
