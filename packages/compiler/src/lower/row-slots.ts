import type { PathStep, RowTable, SlotForm } from "@flyball/engine/abi";
import type { FunctionId, FunctionPlan, LocalId, Operand, PlanStatement, QueryPlan } from "../plan/query-plan.ts";
import { assignedBy, operandsOf, visitStatements } from "../plan/visit-statements.ts";
import { comparedStrings } from "./constant-slots.ts";
import { type DocumentUse, pathsOverlap, type ReadSet } from "./read-set.ts";

/**
 * Collections of the input of which only some parts of each element are read: a host writes a row for each element, and the loops over them read fields at fixed places. In: a plan. Out: where a local holds
 * an element, or a part of one, and the layout of the rows. It follows locals within the function that reads them; what it cannot follow is taken whole.
 */
export interface RowSlots {
  /** By slot. */
  readonly tables: ReadonlyMap<number, RowTable>;
  /** The collection in rows that a local holds. */
  readonly rowsOf: (fn: FunctionId, local: LocalId) => RowLayout | undefined;
  /** The element, or the part of one that is not taken whole, in whose row a local stands. */
  readonly placeOf: (fn: FunctionId, local: LocalId) => RowPlace | undefined;
  /** Strings with which constant slots of rows are compared, by the slot's object. */
  readonly compared: ReadonlyMap<object, ReadonlySet<string>>;
}

export interface RowLayout {
  readonly width: number;
  readonly key: number | undefined;
  readonly element: RowPlace;
}

/** Where control has an element at hand: its fields by their next step. */
export interface RowPlace {
  field(key: string): RowField | undefined;
}

export type RowField =
  /** A value in the row; `interned` as in `DocumentAccess`. */
  | { readonly kind: "value"; readonly slot: number; readonly interned: boolean }
  /** Not taken whole; the slot tells whether it is there. */
  | { readonly kind: "inside"; readonly slot: number };

/** A place in the input: a slot, the elements of a collection, a member of an object. */
interface Place {
  /** The step from the parent; null for the elements of a collection, undefined for a slot. */
  readonly step: PathStep | null | undefined;
  readonly parent: Place | undefined;
  readonly members: Map<string, Place>;
  element: Place | undefined;
  /** Somebody needs all of it. */
  whole: boolean;
  /** Only compared with these constants; undefined where somebody needs more of it. */
  compared: Set<string> | undefined;
  /** Somebody looks at the place itself, and not just through it. */
  used: boolean;
  iterated: boolean;
  keyed: boolean;
  /** Where it stands in its row, once that is known. */
  slot: number;
}

type Origins = ReadonlyMap<LocalId, Place | "several">;

const MAX_WIDTH = 256;
const MAX_NESTING = 8;

export function rowSlots(
  plan: QueryPlan,
  functions: readonly FunctionPlan[],
  { input, use }: { readonly input: ReadSet; readonly use: DocumentUse },
): RowSlots {
  const roots = input.paths.map((path) => {
    const root = newPlace(undefined, undefined);
    root.whole = use.replaced.some((other) => pathsOverlap(path, other));
    return root;
  });
  const origins = new Map<FunctionId, Origins>();
  for (const fn of functions) {
    const own = originsOf(plan, fn, { input, roots });
    origins.set(fn.id, own);
    visitStatements(fn.body, (statement) => noteUses(plan, statement, own));
  }
  const compared = new Map<object, ReadonlySet<string>>();
  const layouts = new Map<Place, RowLayout>();
  const tables = new Map<number, RowTable>();
  roots.forEach((root, slot) => {
    const table = inRows(root) ? tableOf(root, { compared, layouts, nesting: 1 }) : undefined;
    if (table !== undefined) tables.set(slot, table);
  });
  const originOf = (fn: FunctionId, local: LocalId): Place | undefined => {
    const place = origins.get(fn)?.get(local);
    return place === "several" ? undefined : place;
  };
  return {
    tables,
    compared,
    rowsOf(fn, local) {
      const place = originOf(fn, local);
      return place === undefined || !isReached(place, layouts) ? undefined : layouts.get(place);
    },
    placeOf(fn, local) {
      const place = originOf(fn, local);
      return place === undefined || place.whole || !isLaidOut(place, layouts) ? undefined : rowPlace(place);
    },
  };
}

function newPlace(step: Place["step"], parent: Place | undefined): Place {
  return {
    step,
    parent,
    members: new Map(),
    element: undefined,
    whole: false,
    compared: new Set(),
    used: false,
    iterated: false,
    keyed: false,
    slot: -1,
  };
}

/** Which place each local holds. Assignments come before uses but for loops, and nothing is carried from one turn of a loop into the next that would not be assigned again. */
function originsOf(
  plan: QueryPlan,
  fn: FunctionPlan,
  { input, roots }: { readonly input: ReadSet; readonly roots: readonly Place[] },
): Origins {
  const origins = new Map<LocalId, Place | "several">();
  const read = readLocals(fn);
  for (const param of fn.params) origins.set(param, "several");
  const put = (local: LocalId, place: Place | undefined): void => {
    const known = origins.get(local);
    if (known === place && place !== undefined) return;
    if (known === undefined && place !== undefined) {
      origins.set(local, place);
      return;
    }
    // A local that holds different things at times: all of them are taken whole.
    if (known !== undefined && known !== "several") known.whole = true;
    if (place !== undefined) place.whole = true;
    origins.set(local, "several");
  };
  visitStatements(fn.body, (statement) => {
    if (statement.kind === "clear") return;
    if (statement.kind === "input") {
      const { slot, rest } = input.find(statement.path);
      const root = roots[slot];
      if (root !== undefined && rest.length > 0) root.whole = true;
      put(statement.target, rest.length > 0 ? undefined : root);
      return;
    }
    if (statement.kind === "dot" && statement.base !== true) {
      const source = originOfOperand(origins, statement.source);
      const key = statement.key.kind === "constant" ? plan.constants[statement.key.id] : undefined;
      if (source !== undefined && typeof key === "string") {
        put(statement.target, memberOf(source, key));
        return;
      }
    }
    if (statement.kind === "scan") {
      const source = originOfOperand(origins, statement.source);
      if (statement.key !== undefined) {
        put(statement.key, undefined);
        if (source !== undefined && read.has(statement.key)) source.keyed = true;
      }
      if (statement.value !== undefined) put(statement.value, source === undefined ? undefined : elementOf(source));
      return;
    }
    for (const local of assignedBy(statement)) put(local, undefined);
  });
  return origins;
}

/** Loops have a local for the key even where nobody asks for it. */
function readLocals(fn: FunctionPlan): ReadonlySet<LocalId> {
  const read = new Set<LocalId>();
  visitStatements(fn.body, (statement) => {
    for (const operand of operandsOf(statement)) if (operand.kind === "local") read.add(operand.id);
  });
  return read;
}

function originOfOperand(origins: Origins, operand: Operand): Place | undefined {
  return operand.kind === "local" ? originOfLocal(origins, operand.id) : undefined;
}

function originOfLocal(origins: Origins, local: LocalId): Place | undefined {
  const place = origins.get(local);
  return place === "several" ? undefined : place;
}

function memberOf(place: Place, key: string): Place {
  const known = place.members.get(key) ?? newPlace(key, place);
  place.members.set(key, known);
  return known;
}

function elementOf(place: Place): Place {
  place.element ??= newPlace(null, place);
  return place.element;
}

/** What a statement needs of the places that its operands hold. */
function noteUses(plan: QueryPlan, statement: PlanStatement, origins: Origins): void {
  for (const operand of operandsOf(statement)) {
    const place = originOfOperand(origins, operand);
    if (place === undefined) continue;
    if (statement.kind === "dot" && operand === statement.source && operand !== statement.key) {
      const key = statement.key.kind === "constant" ? plan.constants[statement.key.id] : undefined;
      if (typeof key !== "string" || statement.base === true) place.whole = true;
      continue;
    }
    if (NEEDS_A_COLLECTION.has(statement.kind) || (statement.kind === "builtin" && statement.name === "count")) {
      place.iterated = true;
      continue;
    }
    place.used = true;
    const strings = comparedStrings(plan, statement, (local) => originOfLocal(origins, local) === place);
    if (strings === undefined) place.compared = undefined;
    else for (const text of strings) place.compared?.add(text);
  }
}

/** Rows of a collection are an array, with as many elements; all else is as it was given. */
const NEEDS_A_COLLECTION: ReadonlySet<PlanStatement["kind"]> = new Set(["scan", "is-collection"]);

/** A collection that is iterated or counted, and of which nobody needs more. */
function inRows(place: Place): boolean {
  return (
    place.iterated &&
    !place.whole &&
    !place.used &&
    place.members.size === 0 &&
    (place.element === undefined || !elementIsWhole(place.element))
  );
}

/** An element has no slot of its own: all that is read of it lies below it. */
function elementIsWhole(element: Place): boolean {
  return element.whole || element.used || element.iterated;
}

interface Layout {
  readonly compared: Map<object, ReadonlySet<string>>;
  readonly layouts: Map<Place, RowLayout>;
  readonly nesting: number;
}

/** Undefined where the rows would be too wide or nested too deep. */
function tableOf(place: Place, { compared, layouts, nesting }: Layout): RowTable | undefined {
  const element = elementOf(place);
  const slots: { path: readonly string[]; slot: number; as: SlotForm; rows?: RowTable }[] = [];
  let width = place.keyed ? 1 : 0;
  const visit = (at: Place, path: readonly string[]): void => {
    for (const [key, member] of at.members) {
      const own = [...path, key];
      member.slot = width++;
      const rows =
        inRows(member) && nesting < MAX_NESTING
          ? tableOf(member, { compared, layouts, nesting: nesting + 1 })
          : undefined;
      if (rows !== undefined) {
        slots.push({ path: own, slot: member.slot, as: "rows", rows });
      } else if (member.whole || member.iterated || member.used || member.members.size === 0) {
        const constant =
          !member.whole && !member.iterated && member.members.size === 0 && member.compared !== undefined;
        // All that is read below it is found in the value.
        member.whole = true;
        const slot = { path: own, slot: member.slot, as: constant ? ("constant" as const) : ("value" as const) };
        slots.push(slot);
        if (constant) compared.set(slot, member.compared ?? new Set());
        else member.compared = undefined;
      } else {
        slots.push({ path: own, slot: member.slot, as: "present" });
        visit(member, own);
      }
    }
  };
  visit(element, []);
  if (width > MAX_WIDTH) return undefined;
  const key = place.keyed ? 0 : undefined;
  // Loops go from row to row by their width.
  width = Math.max(width, 1);
  layouts.set(place, { width, key, element: rowPlace(element) });
  return { width, ...(key === undefined ? {} : { key }), slots };
}

/** Whether the rows around a place were laid out, and it is reached without passing through a value. */
function isLaidOut(place: Place, layouts: ReadonlyMap<Place, RowLayout>): boolean {
  for (let at: Place | undefined = place; at !== undefined; at = at.parent) {
    if (at.step === null) return at.parent !== undefined && layouts.has(at.parent) && isReached(at.parent, layouts);
    if (at.whole) return false;
  }
  return false;
}

function isReached(rows: Place, layouts: ReadonlyMap<Place, RowLayout>): boolean {
  return rows.parent === undefined || isLaidOut(rows, layouts);
}

function rowPlace(place: Place): RowPlace {
  return {
    field(key) {
      const member = place.members.get(key);
      if (member === undefined) return undefined;
      const { slot } = member;
      // In rows of its own, or whole: the value is in the row.
      if (!member.whole && member.element === undefined && !member.iterated) return { kind: "inside", slot };
      return { kind: "value", slot, interned: member.whole && member.compared !== undefined };
    },
  };
}
