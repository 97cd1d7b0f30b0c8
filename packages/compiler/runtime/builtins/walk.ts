// Walking documents and graphs.

import { array_append, array_builder, array_finish, array_new, elementOf, iterate_count, iterate_key, iterate_value, object_get, set_add, set_has, set_new, setElement } from "../collection";
import { value_equal } from "../compare";
import { builtin_failed, enter, leave, spend } from "../host";
import { countOf, isArray, isObject, isSet, isUndefined } from "../value";

function extended(path: u64, key: u64): u64 {
  const count = countOf(path);
  spend(count);
  const longer = array_new(count + 1);
  memory.copy(<u32>longer + 8, <u32>path + 8, count << 3);
  setElement(longer, count, key);
  return longer;
}

function visit(pairs: u32, path: u64, v: u64): void {
  const pair = array_new(2);
  setElement(pair, 0, path);
  setElement(pair, 1, v);
  array_append(pairs, pair);
  const count = iterate_count(v);
  spend(count + 1);
  enter();
  for (let i: u32 = 0; i < count; i++) visit(pairs, extended(path, iterate_key(v, i)), iterate_value(v, i));
  leave();
}

export function b_walk(v: u64): u64 {
  const pairs = array_builder(0);
  visit(pairs, array_new(0), v);
  return array_finish(pairs);
}

// @ts-ignore: decorator
@inline
function isList(v: u64): bool {
  return isArray(v) || isSet(v);
}

export function b_graph_reachable(graph: u64, initial: u64): u64 {
  if (!isObject(graph) || !isList(initial)) return builtin_failed();
  const reached = set_new(0);
  const queue = array_builder(0);
  append(queue, initial, reached);
  for (let at: u32 = 0; at < load<u32>(load<u32>(queue)); at++) {
    spend(1);
    const node = load<u64>(load<u32>(queue) + 8 + (at << 3));
    const edges = object_get(graph, node);
    if (isUndefined(edges) || !set_add(reached, node)) continue;
    if (isList(edges)) append(queue, edges, reached);
  }
  return reached;
}

function append(queue: u32, nodes: u64, reached: u64): void {
  const count = iterate_count(nodes);
  spend(count);
  for (let i: u32 = 0; i < count; i++) {
    const node = iterate_value(nodes, i);
    if (!set_has(reached, node)) array_append(queue, node);
  }
}

/** Adds the paths from the last node of `path`, which are those of its edges that are not on it already. */
function addPaths(paths: u64, graph: u64, path: u64, node: u64): void {
  const edges = object_get(graph, node);
  if (isUndefined(edges)) {
    set_add(paths, path);
    return;
  }
  const longer = extended(path, node);
  const count = isList(edges) ? iterate_count(edges) : 0;
  if (!count) {
    set_add(paths, longer);
    return;
  }
  enter();
  for (let i: u32 = 0; i < count; i++) {
    const neighbour = iterate_value(edges, i);
    if (onPath(longer, neighbour)) set_add(paths, longer);
    else addPaths(paths, graph, longer, neighbour);
  }
  leave();
}

function onPath(path: u64, node: u64): bool {
  const count = countOf(path);
  spend(count);
  for (let i: u32 = 0; i < count; i++) if (value_equal(elementOf(path, i), node)) return true;
  return false;
}

export function b_graph_reachable_paths(graph: u64, initial: u64): u64 {
  if (!isObject(graph) || !isList(initial)) return builtin_failed();
  const paths = set_new(0);
  const count = iterate_count(initial);
  for (let i: u32 = 0; i < count; i++) {
    spend(1);
    const node = iterate_value(initial, i);
    const edges = object_get(graph, node);
    if (isUndefined(edges)) continue;
    const first = array_new(1);
    setElement(first, 0, node);
    const outgoing = isList(edges) ? iterate_count(edges) : 0;
    if (!outgoing) set_add(paths, first);
    for (let k: u32 = 0; k < outgoing; k++) {
      const neighbour = iterate_value(edges, k);
      addPaths(paths, graph, first, neighbour);
    }
  }
  return paths;
}
