import { BuiltinError } from "@flyball/engine";
import {
  getKey,
  isArray,
  isObject,
  isSet,
  isString,
  JsonError,
  makeSet,
  objectEntries,
  parseJson,
  type RegoValue,
  sortedElements,
  structuralKey,
  toJson,
} from "@flyball/engine/values";
import type { BuiltinTable } from "./builtin-table.ts";
import { objectAt, operandAt, stringAt } from "./operand.ts";

/** Documents as a whole: JSON text, walks, graphs. */
export const documents: BuiltinTable = {
  "json.marshal": (args) => toJson(operandAt(args, 0), { escapeHtml: true }),
  "json.unmarshal": (args) => unmarshal(stringAt(args, 0)),
  "json.is_valid": (args) => {
    const value = operandAt(args, 0);
    if (!isString(value)) return false;
    try {
      unmarshal(value);
      return true;
    } catch {
      return false;
    }
  },
  walk: (args) => {
    const pairs: RegoValue[] = [];
    walkInto(operandAt(args, 0), [], pairs);
    return pairs;
  },
  "graph.reachable": (args) => makeSet(reachable(args).values()),
  "graph.reachable_paths": (args) => makeSet(reachablePaths(args)),
};

function unmarshal(text: string): RegoValue {
  try {
    return parseJson(text, { duplicateKeys: "last" });
  } catch (error) {
    if (error instanceof JsonError) throw new BuiltinError(error.message);
    throw error;
  }
}

/** The document itself first, then what is inside, depth first in order. */
function walkInto(value: RegoValue, path: readonly RegoValue[], pairs: RegoValue[]): void {
  pairs.push([path, value]);
  for (const [key, each] of children(value)) walkInto(each, [...path, key], pairs);
}

function children(value: RegoValue): Iterable<readonly [RegoValue, RegoValue]> {
  if (isArray(value)) return value.entries();
  if (isSet(value)) return sortedElements(value).map((element) => [element, element] as const);
  return isObject(value) ? objectEntries(value) : [];
}

/** Nodes that a graph leads to from the initial ones, those included that are keys of the graph. */
function reachable(args: readonly RegoValue[]): ReadonlyMap<string, RegoValue> {
  const graph = objectAt(args, 0);
  const found = new Map<string, RegoValue>();
  const queue = [...neighbours(operandAt(args, 1))];
  for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
    const edges = getKey(graph, node);
    if (edges === undefined || found.has(structuralKey(node))) continue;
    found.set(structuralKey(node), node);
    queue.push(...neighbours(edges, { lenient: true }));
  }
  return found;
}

/** As OPA: a path ends where it meets a node that this start's walk has left before, or a node that is not in the graph. */
function reachablePaths(args: readonly RegoValue[]): readonly RegoValue[] {
  const graph = objectAt(args, 0);
  const paths: RegoValue[] = [];
  for (const start of neighbours(operandAt(args, 1))) {
    const left = new Set<string>();
    const follow = (node: RegoValue, path: readonly RegoValue[]): void => {
      const edges = getKey(graph, node);
      if (edges === undefined) {
        paths.push(path);
        return;
      }
      const longer = [...path, node];
      const next = neighbours(edges, { lenient: true });
      if (next.length === 0) paths.push(longer);
      for (const each of next) {
        if (left.has(structuralKey(each))) {
          paths.push(longer);
          continue;
        }
        left.add(structuralKey(node));
        follow(each, longer);
      }
    };
    follow(start, []);
  }
  return paths;
}

function neighbours(value: RegoValue, options: { readonly lenient?: boolean } = {}): readonly RegoValue[] {
  if (isArray(value)) return value;
  if (isSet(value)) return [...value];
  if (options.lenient === true) return [];
  throw new BuiltinError("operand 2 must be one of {array, set}");
}
