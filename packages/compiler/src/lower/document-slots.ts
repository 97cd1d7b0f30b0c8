import type { RegoValue } from "@flyball/engine/values";
import { lookUpPath } from "../documents/look-up.ts";
import type { PathKey, PlanStatement, QueryPlan } from "../plan/query-plan.ts";
import type { CallGraph } from "./call-graph.ts";
import type { ConstantPool } from "./constant-pool.ts";
import { type ConstantSlots, constantSlots } from "./constant-slots.ts";
import type { MemoryLayout } from "./memory-layout.ts";
import type { AffectedSlot, DocumentAccess } from "./module-scope.ts";
import { documentUse, isPrefix, pathsOverlap, type ReadSet, readSet } from "./read-set.ts";
import { type RowSlots, rowSlots } from "./row-slots.ts";
import { type SlotVisibility, slotVisibility } from "./slot-visibility.ts";
import { UNDEFINED } from "./value-bits.ts";

/** The slots through which a module sees input and base documents. */
export interface DocumentSlots {
  readonly input: ReadSet;
  /** Slots of the input that are only compared with constants. */
  readonly constant: ConstantSlots;
  /** Slots of the input that are collections of which only parts of the elements are read. */
  readonly rows: RowSlots;
  /** Strings with which something of the input is compared: a host must know the address of each. */
  readonly comparedStrings: ReadonlySet<string>;
  readonly data: ReadSet;
  /** Whether a `with` changes data slots. */
  readonly changesData: boolean;
  readonly visibility: SlotVisibility;
  access(document: "input" | "data", path: readonly PathKey[], place: Placement): DocumentAccess;
  affected(
    change: { document: "input" | "data"; path: readonly PathKey[]; body: readonly PlanStatement[] },
    place: Placement,
  ): readonly AffectedSlot[];
  /** What the data slots hold before a host writes them. */
  initialData(pool: ConstantPool): readonly bigint[];
}

export interface Placement {
  readonly layout: MemoryLayout;
  readonly pool: ConstantPool;
}

export function documentSlots(plan: QueryPlan, graph: CallGraph, options: { readonly frame: boolean }): DocumentSlots {
  const inputUse = documentUse(graph.reached, "input");
  const input = readSet(inputUse, !options.frame);
  const constant = constantSlots(plan, graph.reached, { input, use: inputUse });
  const rows = rowSlots(plan, graph.reached, { input, use: inputUse });
  const dataUse = documentUse(graph.reached, "data");
  const replaced = (path: readonly PathKey[]): boolean => dataUse.replaced.some((other) => pathsOverlap(path, other));
  // Base documents that are known and never replaced are constants.
  const inSlot = (path: readonly PathKey[]): boolean => plan.data === undefined || replaced(path);
  const data = readSet({ reads: dataUse.reads.filter(inSlot), replaced: dataUse.replaced }, !options.frame);
  const visibility = slotVisibility({ plan, graph, input, data, inSlot });

  function initialValue(path: readonly PathKey[]): RegoValue | undefined {
    return lookUpPath(plan.data ?? {}, path);
  }

  return {
    input,
    constant,
    rows,
    comparedStrings: new Set([...constant.compared.values(), ...rows.compared.values()].flatMap((texts) => [...texts])),
    data,
    changesData: data.paths.some(replaced),
    visibility,
    access(document, path, { layout, pool }) {
      if (document === "data" && !inSlot(path)) {
        const value = initialValue(path);
        return value === undefined ? { kind: "absent" } : { kind: "constant", value: pool.add(value) };
      }
      const { slot, rest } = (document === "input" ? input : data).find(path);
      const interned = document === "input" && constant.slots.has(slot);
      return { kind: "slot", address: startOf(document, layout) + 8 * slot, rest, interned };
    },
    affected({ document, path, body }, { layout }) {
      const seen = visibility.ofStatements(body)[document];
      const { paths } = document === "input" ? input : data;
      return paths.flatMap((slotPath, slot): readonly AffectedSlot[] => {
        const address = startOf(document, layout) + 8 * slot;
        if (!seen.has(slot)) return [];
        if (isPrefix(path, slotPath)) return [{ kind: "inside", address, steps: slotPath.slice(path.length) }];
        return isPrefix(slotPath, path) ? [{ kind: "around", address, steps: path.slice(slotPath.length) }] : [];
      });
    },
    initialData(pool) {
      return data.paths.map((path) => {
        const value = initialValue(path);
        return value === undefined ? UNDEFINED : pool.add(value).bits;
      });
    },
  };
}

function startOf(document: "input" | "data", layout: MemoryLayout): number {
  return document === "input" ? layout.frame : layout.dataSlots;
}
