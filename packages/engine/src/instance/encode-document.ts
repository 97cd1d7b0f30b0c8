/** Hot: from a document (input or base documents) to the slots of a read tree. Each part is read once. */

import type { PathStep } from "../abi/manifest.ts";
import { invalid } from "../border/border-error.ts";
import { canonicalValue } from "../border/canonical-value.ts";
import {
  describe,
  getElement,
  getProperty,
  mapForEach,
  mapGet,
  readElement,
  readLength,
  readProperty,
  type Shape,
  setForEach,
  shapeOf,
} from "../border/own-value.ts";
import { equalValues } from "../values/compare-values.ts";
import type { ReadNode } from "./read-tree.ts";
import type { ValueWriter } from "./value-writer.ts";

/** Keys of maps and elements of sets can be composite; a path's steps are not, so nothing below them can match. */
const KEY_DEPTH = 64;

/** Fills all slots of the tree. Throws `BorderError`; `writer.node` is then the node concerned. */
export function encodeDocument(writer: ValueWriter, tree: ReadNode, document: unknown): void {
  writer.node = tree;
  if (tree.address !== -1) encodePart(writer, tree, document);
  else encodeChildren(writer, tree, document);
}

function encodePart(writer: ValueWriter, node: ReadNode, part: unknown): void {
  if (part === undefined) writer.writeUndefined(node.address);
  else if (node.constant) writer.writeConstant(node.address, part);
  else writer.writeValue(node.address, part);
}

function encodeChildren(writer: ValueWriter, node: ReadNode, container: unknown): void {
  if (typeof container !== "object" || container === null) {
    if (typeof container === "function" || typeof container === "symbol") {
      invalid(`${describe(container)} is no value of Rego`);
    }
    for (const slot of node.slots) writer.writeUndefined(slot);
    return;
  }
  const { children } = node;
  const { plainGets } = writer;
  const shape = shapeOf(container);
  for (let i = 0; i < children.length; i++) {
    const child = children[i] as ReadNode;
    writer.node = child;
    const { step } = child;
    const part =
      shape !== "record"
        ? shape === "array"
          ? fromArray(container as unknown[], step, plainGets)
          : fromOther(container, shape, step)
        : typeof step !== "string"
          ? undefined
          : plainGets
            ? getProperty(container, step)
            : readProperty(container, step);
    if (child.address !== -1) encodePart(writer, child, part);
    else encodeChildren(writer, child, part);
  }
}

function fromOther(container: object, shape: Shape, step: PathStep): unknown {
  switch (shape) {
    case "map":
      return typeof step === "string"
        ? mapGet(container as Map<unknown, unknown>, step)
        : fromMap(container as Map<unknown, unknown>, step);
    case "set":
      return fromSet(container as Set<unknown>, step);
    default:
      return undefined;
  }
}

function fromArray(array: readonly unknown[], step: PathStep, plainGets: boolean): unknown {
  if (typeof step !== "number" || !Number.isInteger(step) || step < 0 || step >= readLength(array)) return undefined;
  const element = plainGets ? getElement(array, step) : readElement(array, step);
  return element === undefined ? invalid("an array has a hole") : element;
}

/** The value at a number, whatever forms the map's numeric keys have. */
function fromMap(map: Map<unknown, unknown>, step: PathStep): unknown {
  const found: unknown[] = [];
  mapForEach(map, (value, key) => {
    if (matches(key, step)) found.push(value);
  });
  return found.length > 1 ? invalid("a Map has equal keys") : found[0];
}

/** `set[x]` is x where the set has it. */
function fromSet(set: Set<unknown>, step: PathStep): unknown {
  let present = false;
  setForEach(set, (element) => {
    if (matches(element, step)) present = true;
  });
  return present ? step : undefined;
}

function matches(key: unknown, step: PathStep): boolean {
  if (typeof key === "string" || typeof step === "string") return key === step;
  const isNumeric = typeof key === "number" || typeof key === "bigint" || (typeof key === "object" && key !== null);
  return isNumeric && equalValues(canonicalValue(key, KEY_DEPTH), step);
}
