/** The read set as a tree of steps, so that each part of a document is read once however many paths lead through it. */
import type { DocumentSlot, PathStep, SlotTable } from "../abi/manifest.ts";

export interface ReadNode {
  readonly step: PathStep;
  /** All steps from the root to here. */
  readonly path: readonly PathStep[];
  /** Address of the slot for this part; -1 where only parts of it are read. */
  readonly address: number;
  /** Only compared with constants. */
  readonly constant: boolean;
  readonly children: readonly ReadNode[];
  /** Addresses of all slots at and below this node. */
  readonly slots: readonly number[];
}

interface Draft {
  readonly step: PathStep;
  slot: DocumentSlot | undefined;
  readonly children: Map<PathStep, Draft>;
}

/** The tree of those slots of a table that `wanted` names. The root's step means nothing. */
export function buildReadTree(table: SlotTable, wanted: ReadonlySet<number>): ReadNode {
  const root: Draft = { step: "", slot: undefined, children: new Map() };
  for (const slot of table.slots) {
    if (!wanted.has(slot.slot)) continue;
    let draft = root;
    for (const step of slot.path) {
      let child = draft.children.get(step);
      if (child === undefined) {
        child = { step, slot: undefined, children: new Map() };
        draft.children.set(step, child);
      }
      draft = child;
    }
    draft.slot = slot;
  }
  return finish(root, [], table.address);
}

function finish({ step, slot, children }: Draft, path: readonly PathStep[], base: number): ReadNode {
  const nodes = Array.from(children.values(), (child) => finish(child, [...path, child.step], base));
  const address = slot === undefined ? -1 : base + 8 * slot.slot;
  const below = nodes.flatMap(({ slots }) => slots);
  return Object.freeze({
    step,
    path,
    address,
    constant: slot?.as === "constant",
    children: nodes,
    slots: address === -1 ? below : [address, ...below],
  });
}
