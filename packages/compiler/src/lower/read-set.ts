import type { FunctionPlan, PathKey, PlanStatement } from "../plan/query-plan.ts";
import { visitStatements } from "../plan/visit-statements.ts";

/** The paths of one document (input or data) that a module reads, each with a slot; no path is a prefix of another. */
export interface ReadSet {
  readonly paths: readonly (readonly PathKey[])[];
  /** The slot whose path covers this one, and the steps left to walk from there. */
  find(path: readonly PathKey[]): { readonly slot: number; readonly rest: readonly PathKey[] };
}

/** Longest path of a slot, which is as long as the engine takes. What lies deeper is walked from there. */
const MAX_STEPS = 64;

type DocumentName = "input" | "data";

/** Replaced paths and read paths, in the order in which the plan has them. */
export interface DocumentUse {
  readonly reads: readonly (readonly PathKey[])[];
  readonly replaced: readonly (readonly PathKey[])[];
}

export function documentUse(functions: readonly FunctionPlan[], document: DocumentName): DocumentUse {
  const reads = new Map<string, readonly PathKey[]>();
  const replaced = new Map<string, readonly PathKey[]>();
  for (const fn of functions) {
    visitStatements(fn.body, (statement) => {
      if (statement.kind === document) reads.set(JSON.stringify(statement.path), statement.path);
      for (const path of replacedBy(statement, document)) replaced.set(JSON.stringify(path), path);
    });
  }
  return { reads: [...reads.values()], replaced: [...replaced.values()] };
}

function replacedBy(statement: PlanStatement, document: DocumentName): readonly (readonly PathKey[])[] {
  if (statement.kind !== "with") return [];
  return statement.replacements.filter((replacement) => replacement.document === document).map(({ path }) => path);
}

/** `whole`: one slot with the empty path; everything is walked from there. */
export function readSet(use: DocumentUse, whole: boolean): ReadSet {
  const wanted = use.reads.map((path) => (whole ? [] : truncated(path.slice(0, MAX_STEPS), use.replaced)));
  const texts = new Set(wanted.map((path) => JSON.stringify(path)));
  const paths = [...texts]
    .map((text) => JSON.parse(text) as readonly PathKey[])
    .filter((path) => !prefixes(path).some((prefix) => texts.has(JSON.stringify(prefix))));
  const slots = new Map(paths.map((path, slot) => [JSON.stringify(path), slot]));
  return {
    paths,
    find(path) {
      for (let length = 0; length <= path.length; length++) {
        const slot = slots.get(JSON.stringify(path.slice(0, length)));
        if (slot !== undefined) return { slot, rest: path.slice(length) };
      }
      throw new RangeError(`no slot covers ${JSON.stringify(path)}`);
    },
  };
}

/** Proper prefixes. */
function prefixes(path: readonly PathKey[]): readonly (readonly PathKey[])[] {
  return path.map((_, length) => path.slice(0, length));
}

/**
 * A replacement below a place makes that place an object. Where a read goes on from there by a number (into an array), it must see that: so the place itself gets the slot.
 */
function truncated(path: readonly PathKey[], replaced: readonly (readonly PathKey[])[]): readonly PathKey[] {
  let length = path.length;
  for (const other of replaced) {
    let common = 0;
    while (common < length && common < other.length && path[common] === other[common]) common++;
    if (common < length && common < other.length && typeof path[common] === "number") length = common;
  }
  return path.slice(0, length);
}

export function isPrefix(prefix: readonly PathKey[], path: readonly PathKey[]): boolean {
  return prefix.length <= path.length && prefix.every((step, index) => path[index] === step);
}

export function pathsOverlap(a: readonly PathKey[], b: readonly PathKey[]): boolean {
  return isPrefix(a, b) || isPrefix(b, a);
}
