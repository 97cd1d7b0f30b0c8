import { BuiltinError } from "@flyball/engine";
import {
  getKey,
  isArray,
  isSet,
  makeSet,
  type RegoObject,
  type RegoValue,
  structuralKey,
} from "@flyball/engine/values";
import type { BuiltinTable } from "./builtin-table.ts";
import { MAX_ELEMENTS } from "./limits.ts";
import { objectAt, operandAt, wrongType } from "./operand.ts";

/** Graphs: an object from each node to the array or set of its neighbours. */
export const graphs: BuiltinTable = {
  "graph.reachable": (args) => makeSet(reachable(objectAt(args, 0), startsAt(args)).values()),
  "graph.reachable_paths": (args) => makeSet(reachablePaths(objectAt(args, 0), startsAt(args))),
};

function startsAt(args: readonly RegoValue[]): readonly RegoValue[] {
  const starts = operandAt(args, 1);
  return isArray(starts) || isSet(starts) ? [...starts] : wrongType(1, "{array, set}", starts);
}

/** Anything but an array or a set has no neighbours. */
function neighbours(edges: RegoValue): readonly RegoValue[] {
  return isArray(edges) || isSet(edges) ? [...edges] : [];
}

/** Nodes that lead from the starts, those included; a node counts if it is a key of the graph. */
function reachable(graph: RegoObject, starts: readonly RegoValue[]): ReadonlyMap<string, RegoValue> {
  const found = new Map<string, RegoValue>();
  const waiting = [...starts];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const key = structuralKey(node);
    const edges = found.has(key) ? undefined : getKey(graph, node);
    if (edges === undefined) continue;
    found.set(key, node);
    waiting.push(...neighbours(edges));
  }
  return found;
}

/** A path ends at a node without neighbours, before a node that is not in the graph, and before one that it has been at. There may be exponentially many: a limit holds. */
function reachablePaths(graph: RegoObject, starts: readonly RegoValue[]): readonly RegoValue[] {
  const paths: RegoValue[][] = [];
  let budget = MAX_ELEMENTS;
  const end = (path: readonly RegoValue[]): void => {
    budget -= path.length + 1;
    if (budget < 0) throw new BuiltinError("the paths are too many", { fatal: true });
    paths.push([...path]);
  };
  const path: RegoValue[] = [];
  const visited = new Set<string>();
  const follow = (node: RegoValue): void => {
    const edges = getKey(graph, node);
    if (edges === undefined) {
      end(path);
      return;
    }
    const next = neighbours(edges);
    const key = structuralKey(node);
    const isNew = !visited.has(key);
    path.push(node);
    visited.add(key);
    if (next.length === 0) end(path);
    for (const neighbour of next) {
      if (visited.has(structuralKey(neighbour))) end(path);
      else follow(neighbour);
    }
    if (isNew) visited.delete(key);
    path.pop();
  };
  for (const start of starts) {
    const edges = getKey(graph, start);
    if (edges === undefined) continue;
    const next = neighbours(edges);
    if (next.length === 0) end([start]);
    // A start's own neighbours are followed even where they are the start again, as in OPA.
    path.push(start);
    visited.add(structuralKey(start));
    for (const neighbour of next) follow(neighbour);
    visited.clear();
    path.pop();
  }
  return paths;
}
