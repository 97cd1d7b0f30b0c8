/** The read set as a tree of steps, so that each part of a document is read once however many paths lead through it. */
import type { DocumentSlot, PathStep, RowTable } from "./manifest.ts";

export interface ReadNode {
  /** Position in the tree: outer before inner, those of rows behind the node that has the rows. */
  readonly id: number;
  readonly step: PathStep;
  /** All steps from the root to here; null stands for the key of an element of rows. */
  readonly path: readonly (PathStep | null)[];
  /** Offset of the slot for this part; -1 where only parts of it are read, or whether it is there. */
  readonly offset: number;
  readonly form: "value" | "constant" | "rows";
  /** Offset of the slot that tells whether there is something; -1 where nobody asks. */
  readonly present: number;
  readonly children: readonly ReadNode[];
  /** Offsets of all slots at and below this node, those in rows not counted. */
  readonly slots: readonly number[];
  /** With the form `rows`. */
  readonly rows: ReadRows | undefined;
  /** The slot that this node has in the manifest. */
  readonly slot: DocumentSlot | undefined;
}

export interface ReadRows {
  /** Bytes from one row to the next. */
  readonly stride: number;
  /** Offset of the element's key; -1 where nobody asks for it. */
  readonly key: number;
  /** What is read of an element; offsets count from its row. */
  readonly element: ReadNode;
}

interface Draft {
  readonly step: PathStep;
  slot: DocumentSlot | undefined;
  present: number;
  readonly children: Map<PathStep, Draft>;
}

/** The tree of some slots of a table. `base` is added to all offsets outside of rows. The root's step means nothing. */
export function buildReadTree(slots: readonly DocumentSlot[], base: number): ReadNode {
  let nodes = 0;

  function tree(own: readonly DocumentSlot[], from: readonly (PathStep | null)[], start: number): ReadNode {
    const root = draftOf("");
    for (const slot of own) {
      let draft = root;
      for (const step of slot.path) {
        const child = draft.children.get(step) ?? draftOf(step);
        draft.children.set(step, child);
        draft = child;
      }
      if (slot.as === "present") draft.present = slot.slot;
      else draft.slot = slot;
    }
    return finish(root, from, start);
  }

  function finish(draft: Draft, path: readonly (PathStep | null)[], start: number): ReadNode {
    const { step, slot } = draft;
    const id = nodes++;
    const rows = slot?.as === "rows" && slot.rows !== undefined ? rowsOf(slot.rows, path) : undefined;
    const children = Array.from(draft.children.values(), (child) => finish(child, [...path, child.step], start));
    const offset = slot === undefined ? -1 : start + 8 * slot.slot;
    const present = draft.present === -1 ? -1 : start + 8 * draft.present;
    const own = [offset, present].filter((each) => each !== -1);
    return Object.freeze({
      id,
      step,
      path,
      offset,
      form: slot === undefined || slot.as === "present" ? "value" : slot.as,
      present,
      children,
      slots: [...own, ...children.flatMap((child) => child.slots)],
      rows,
      slot,
    });
  }

  function rowsOf(table: RowTable, path: readonly (PathStep | null)[]): ReadRows {
    const element = tree(table.slots, [...path, null], 0);
    return Object.freeze({ stride: 8 * table.width, key: table.key === undefined ? -1 : 8 * table.key, element });
  }

  return tree(slots, [], base);
}

function draftOf(step: PathStep): Draft {
  return { step, slot: undefined, present: -1, children: new Map() };
}
