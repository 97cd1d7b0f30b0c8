/**
 * Hot: from a document (input or base documents) to the slots of a read tree. Each part is read once. This is the road that takes every
 * value of the border; an encoder that was written for a policy takes the common ones, and answers the same.
 */

import type { PathStep } from "../abi/manifest.ts";
import type { ReadNode, ReadRows } from "../abi/read-tree.ts";
import { invalid } from "../border/border-error.ts";
import { canonicalElements, canonicalPairs, canonicalValue } from "../border/canonical-value.ts";
import {
  describe,
  getElement,
  getProperty,
  mapForEach,
  mapGet,
  ownKeys,
  readElement,
  readLength,
  readProperty,
  type Shape,
  setForEach,
  shapeOf,
} from "../border/own-value.ts";
import { compareValues, equalValues } from "../values/compare-values.ts";
import type { ValueWriter } from "./value-writer.ts";

/** Keys of maps and elements of sets can be composite; a path's steps are not, so nothing below them can match. */
const KEY_DEPTH = 64;

/** Fills all slots of the tree. Throws `BorderError`; `writer.node` is then the node concerned. */
export function encodeDocument(writer: ValueWriter, tree: ReadNode, document: unknown): void {
  writer.node = tree;
  encodeNode(writer, { node: tree, base: 0 }, document);
}

/** Fills the slots at and below a node, whose offsets count from `base`. */
export function encodeNode(
  writer: ValueWriter,
  { node, base }: { readonly node: ReadNode; readonly base: number },
  part: unknown,
): void {
  writer.node = node;
  fill(writer, node, part, base);
}

/** Four parameters: this is the innermost step, and an object for each part would be garbage. */
function fill(writer: ValueWriter, node: ReadNode, part: unknown, base: number): void {
  if (node.present !== -1) writer.writePresence(base + node.present, part !== undefined);
  const { offset } = node;
  if (offset === -1) fillChildren(writer, node, part, base);
  else if (part === undefined) writer.writeUndefined(base + offset);
  else if (node.rows !== undefined) fillRows(writer, node, node.rows, part, base);
  else if (node.form === "constant") writer.writeConstant(base + offset, part, node.slot?.through);
  else writer.writeValue(base + offset, part);
}

function fillChildren(writer: ValueWriter, node: ReadNode, container: unknown, base: number): void {
  const { children } = node;
  if (typeof container !== "object" || container === null) {
    if (typeof container === "function" || typeof container === "symbol") {
      invalid(`${describe(container)} is no value of Rego`);
    }
    for (const child of children) for (const slot of child.slots) writer.writeUndefined(base + slot);
    return;
  }
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
    fill(writer, child, part, base);
  }
}

/** One row for each element, whatever kind of collection it is; in the order of Rego. */
function fillRows(writer: ValueWriter, node: ReadNode, rows: ReadRows, part: unknown, base: number): void {
  const at = base + node.offset;
  const shape = typeof part === "object" && part !== null ? shapeOf(part) : "number";
  if (shape === "number") {
    writer.writeValue(at, part);
    return;
  }
  if (shape === "array") arrayRows(writer, rows, part as unknown[], at);
  else entryRows(writer, rows, entriesOf(writer, part as object, shape), at);
}

function arrayRows(writer: ValueWriter, rows: ReadRows, array: readonly unknown[], at: number): void {
  const length = readLength(array);
  const address = writer.openRows(length, rows.stride);
  const { plainGets, element } = { plainGets: writer.plainGets, element: rows.element };
  for (let i = 0; i < length; i++) {
    writer.row(i);
    writer.node = element;
    const value = plainGets ? getElement(array, i) : readElement(array, i);
    if (value === undefined) invalid("an array has a hole");
    const row = address + 8 + i * rows.stride;
    if (rows.key !== -1) writer.writeValue(row + rows.key, i);
    fill(writer, element, value, row);
  }
  writer.closeRows(at, address);
}

type Entry = readonly [key: unknown, value: unknown];

function entryRows(writer: ValueWriter, rows: ReadRows, entries: readonly Entry[], at: number): void {
  const address = writer.openRows(entries.length, rows.stride);
  for (const [i, [key, value]] of entries.entries()) {
    writer.row(key);
    writer.node = rows.element;
    const row = address + 8 + i * rows.stride;
    if (rows.key !== -1) writer.writeValue(row + rows.key, key);
    fill(writer, rows.element, value, row);
  }
  writer.closeRows(at, address);
}

/** In ascending order; sets and maps in their canonical form, since equal elements can look different in JavaScript. */
function entriesOf(writer: ValueWriter, part: object, shape: "record" | "map" | "set"): readonly Entry[] {
  const depth = writer.depthLimit;
  switch (shape) {
    case "record":
      return ownKeys(part)
        .sort(compareValues)
        .map((key) => {
          writer.row(key);
          return [key, writer.plainGets ? getProperty(part, key) : readProperty(part, key)] as const;
        })
        .filter(([, value]) => value !== undefined);
    case "map":
      return [...canonicalPairs(part as Map<unknown, unknown>, depth)].sort(([a], [b]) => compareValues(a, b));
    case "set":
      return [...canonicalElements(part as Set<unknown>, depth)]
        .sort(compareValues)
        .map((element) => [element, element]);
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
