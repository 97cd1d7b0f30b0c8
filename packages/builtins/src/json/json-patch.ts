import { BuiltinError } from "@flyball/engine";
import {
  equalValues,
  getKey,
  hasElement,
  isArray,
  isNumber,
  isObject,
  isSet,
  isString,
  makeObject,
  makeSet,
  objectEntries,
  objectSize,
  type RegoObject,
  type RegoValue,
  typeName,
} from "@flyball/engine/values";
import type { BuiltinTable } from "../builtin-table.ts";
import { MAX_ELEMENTS } from "../limits.ts";
import { arrayAt, operandAt } from "../operand.ts";
import { type JsonPath, parsePath } from "./json-path.ts";

/**
 * JSON patches (RFC 6902) on any value; in sets an element is its own key. Values do not change: each operation copies the composites on its path, and what is copied is counted.
 * (OPA finds an array's element by its place before earlier operations; here places are those of the moment, as the RFC says.)
 */
export const jsonPatch: BuiltinTable = {
  "json.patch": (args) => {
    const budget: Budget = { left: MAX_COPIED };
    let document: RegoValue | undefined = operandAt(args, 0);
    for (const operation of arrayAt(args, 1)) {
      if (!isObject(operation))
        throw new BuiltinError("must be an array of JSON-Patch objects, but at least one element is not an object");
      document = applied(document, operation, budget);
    }
    if (document !== undefined) checkSize(document);
    return document;
  },
};

/** Members of composites that one call may copy. */
const MAX_COPIED = 50_000_000;

interface Budget {
  left: number;
}

/** The document after one operation; undefined after the whole was removed. */
function applied(document: RegoValue | undefined, operation: RegoObject, budget: Budget): RegoValue | undefined {
  const path = parsePath(required(operation, "path"));
  const op = required(operation, "op");
  if (!isString(op)) throw new BuiltinError(`attribute 'op' must be a string but found: ${typeName(op)}`);
  switch (op) {
    case "add":
      return inserted(document, path, required(operation, "value"), budget);
    case "remove":
      return deleted(document, path, budget);
    case "replace":
      return inserted(deleted(document, path, budget), path, required(operation, "value"), budget);
    case "move": {
      const from = parsePath(required(operation, "from"));
      const moved = valueAt(document, from);
      return inserted(deleted(document, from, budget), path, moved, budget);
    }
    case "copy":
      return inserted(document, path, valueAt(document, parsePath(required(operation, "from"))), budget);
    case "test":
      if (equalValues(valueAt(document, path), required(operation, "value"))) return document;
      throw new BuiltinError("the value at the path is not the patch's value");
    default:
      throw new BuiltinError(`unrecognized op: '${op}'`);
  }
}

function required(operation: RegoObject, name: string): RegoValue {
  const value = getKey(operation, name);
  if (value === undefined) throw new BuiltinError(`missing required attribute '${name}'`);
  return value;
}

function valueAt(document: RegoValue | undefined, path: JsonPath): RegoValue {
  const found = path.reduce<RegoValue | undefined>(
    (value, step) => (value === undefined ? undefined : childAt(value, step)),
    document,
  );
  if (found === undefined) throw noSuchPath(path);
  return found;
}

function childAt(value: RegoValue, step: RegoValue): RegoValue | undefined {
  if (isArray(value)) {
    const index = indexOf(step, value.length);
    return index === undefined ? undefined : value[index];
  }
  if (isSet(value)) return hasElement(value, step) ? step : undefined;
  return isObject(value) ? getKey(value, step) : undefined;
}

/** A step as an index from 0 up to the length: a number, its digits without zeros in front, or "-" for the end. */
function indexOf(step: RegoValue, length: number): number | undefined {
  if (step === "-") return length;
  const isIndex = isString(step) ? /^(0|[1-9]\d{0,8})$/.test(step) : isNumber(step);
  const index = isIndex ? Number(step) : Number.NaN;
  return Number.isInteger(index) && index >= 0 && index <= length ? index : undefined;
}

function inserted(
  document: RegoValue | undefined,
  path: JsonPath,
  value: RegoValue,
  budget: Budget,
): RegoValue | undefined {
  const last = path.at(-1);
  if (last === undefined) return value;
  return edited(document, path, budget, (parent) => {
    if (isArray(parent)) {
      const index = indexOf(last, parent.length);
      return index === undefined ? undefined : parent.toSpliced(index, 0, value);
    }
    if (isSet(parent)) return equalValues(last, value) ? makeSet([...parent, value]) : undefined;
    return isObject(parent) ? makeObject([...objectEntries(parent), [last, value]]) : undefined;
  });
}

function deleted(document: RegoValue | undefined, path: JsonPath, budget: Budget): RegoValue | undefined {
  const last = path.at(-1);
  if (last === undefined) {
    if (document === undefined) throw noSuchPath(path);
    return undefined;
  }
  return edited(document, path, budget, (parent) => {
    if (childAt(parent, last) === undefined) return undefined;
    if (isArray(parent)) return parent.toSpliced(indexOf(last, parent.length) ?? 0, 1);
    if (isSet(parent)) return makeSet([...parent].filter((element) => !equalValues(element, last)));
    return isObject(parent) ? makeObject(objectEntries(parent).filter(([key]) => !equalValues(key, last))) : undefined;
  });
}

/** The document with the composite above the path's end edited; an edit that is not possible answers undefined. */
function edited(
  document: RegoValue | undefined,
  path: JsonPath,
  budget: Budget,
  edit: (parent: RegoValue) => RegoValue | undefined,
): RegoValue {
  const parents: RegoValue[] = [];
  let parent = document;
  for (const step of path.slice(0, -1)) {
    if (parent === undefined) throw noSuchPath(path);
    parents.push(parent);
    parent = childAt(parent, step);
  }
  if (parent !== undefined) charge(budget, parent);
  let result = parent === undefined ? undefined : edit(parent);
  if (result === undefined) throw noSuchPath(path);
  for (let index = parents.length - 1; index >= 0; index--) {
    charge(budget, parents[index] ?? null);
    result = withChild(parents[index] ?? null, path[index] ?? null, result);
  }
  return result;
}

function withChild(parent: RegoValue, step: RegoValue, child: RegoValue): RegoValue {
  if (isArray(parent)) return parent.with(indexOf(step, parent.length) ?? 0, child);
  if (isSet(parent)) return makeSet([...[...parent].filter((element) => !equalValues(element, step)), child]);
  return makeObject([...objectEntries(parent as RegoObject), [step, child]]);
}

function charge(budget: Budget, parent: RegoValue): void {
  budget.left -= isArray(parent)
    ? parent.length
    : isSet(parent)
      ? parent.size
      : isObject(parent)
        ? objectSize(parent)
        : 1;
  if (budget.left < 0) throw new BuiltinError("the patch copies too much", { fatal: true });
}

/** Copies share what they copy, so a short patch can describe a document of any size. Each shared part is measured once. */
function checkSize(document: RegoValue): void {
  const sizes = new Map<RegoValue, number>();
  const sizeOf = (value: RegoValue): number => {
    if (typeof value !== "object" || value === null || isNumber(value)) return 1;
    const known = sizes.get(value);
    if (known !== undefined) return known;
    const members = isArray(value) || isSet(value) ? [...value] : objectEntries(value).flat();
    const size = members.reduce<number>((sum, member) => sum + sizeOf(member), 1);
    sizes.set(value, size);
    return size;
  };
  if (sizeOf(document) > 4 * MAX_ELEMENTS) throw new BuiltinError("the patched document is too large", { fatal: true });
}

function noSuchPath(path: JsonPath): BuiltinError {
  return new BuiltinError(
    `the path /${path.map((step) => (isString(step) ? step : typeName(step))).join("/")} leads nowhere`,
  );
}
