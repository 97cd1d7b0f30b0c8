import {
  isArray,
  isObject,
  isSet,
  makeObject,
  makeSet,
  objectEntries,
  type RegoObject,
  type RegoValue,
  structuralKey,
} from "@flyball/engine/values";
import type { BuiltinTable } from "../builtin-table.ts";
import { objectAt } from "../operand.ts";
import { type JsonPath, pathsAt } from "./json-path.ts";

/** Parts of a document by paths: only those, or all but those. Steps into arrays are texts (`"0"`); a number in a path given as an array matches no index, as in OPA. */
export const jsonSubsets: BuiltinTable = {
  "json.filter": (args) => filtered(objectAt(args, 0), pathTree(pathsAt(args, 1))),
  "json.remove": (args) => removed(objectAt(args, 0), pathTree(pathsAt(args, 1))),
};

/** Steps by their structural keys; "all" is the end of a path, which covers what is below. */
type PathTree = Map<string, PathTree | "all">;

function pathTree(paths: readonly JsonPath[]): PathTree {
  const root: PathTree = new Map();
  for (const path of paths) {
    const last = path.at(-1);
    if (last === undefined) continue;
    let node: PathTree | "all" = root;
    for (const step of path.slice(0, -1)) {
      if (node === "all") break;
      const key = structuralKey(step);
      const child: PathTree | "all" = node.get(key) ?? new Map();
      node.set(key, child);
      node = child;
    }
    if (node !== "all") node.set(structuralKey(last), "all");
  }
  return root;
}

/** A composite's members with the keys that paths know them by. */
function stepsInto(value: RegoObject | ReadonlySet<RegoValue> | readonly RegoValue[]): [RegoValue, RegoValue][] {
  if (isArray(value)) return value.map((item, index) => [String(index), item]);
  if (isSet(value)) return [...value].map((element) => [element, element]);
  return objectEntries(value).map(([key, each]) => [key, each]);
}

/** A composite of the same kind. */
function rebuilt(value: RegoValue, members: readonly (readonly [RegoValue, RegoValue])[]): RegoValue {
  if (isObject(value)) return makeObject(members);
  const items = members.map(([, each]) => each);
  return isSet(value) ? makeSet(items) : items;
}

function isComposite(value: RegoValue): value is RegoObject | ReadonlySet<RegoValue> | readonly RegoValue[] {
  return isArray(value) || isSet(value) || isObject(value);
}

function filtered(value: RegoValue, tree: PathTree | "all"): RegoValue {
  if (tree === "all" || !isComposite(value)) return value;
  const kept: [RegoValue, RegoValue][] = [];
  for (const [step, each] of stepsInto(value)) {
    const below = tree.get(structuralKey(step));
    if (below !== undefined) kept.push([step, filtered(each, below)]);
  }
  return rebuilt(value, kept);
}

/** Undefined where a path ends at the value itself. */
function removed(value: RegoValue, tree: PathTree | "all" | undefined): RegoValue | undefined {
  if (tree === "all") return undefined;
  if (tree === undefined || !isComposite(value)) return value;
  const kept: [RegoValue, RegoValue][] = [];
  for (const [step, each] of stepsInto(value)) {
    const rest = removed(each, tree.get(structuralKey(step)));
    if (rest !== undefined) kept.push([step, rest]);
  }
  return rebuilt(value, kept);
}
