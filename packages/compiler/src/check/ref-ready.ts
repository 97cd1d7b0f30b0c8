import type { VarId } from "../bind/bound.ts";
import type { DraftRef } from "../bind/draft.ts";
import { termVariables } from "./draft-variables.ts";

/** The variables that are bound: a set of them, or what answers like one without being copied. */
export interface KnownVariables {
  readonly has: (id: VarId) => boolean;
}

/** Whether the value into which a reference reaches is known. */
export function isRefReady({ root }: DraftRef, safe: KnownVariables): boolean {
  return root.kind !== "term" || isSubset(termVariables(root.term, { closures: true }), safe);
}

export function isSubset(part: ReadonlySet<VarId>, whole: KnownVariables): boolean {
  for (const id of part) if (!whole.has(id)) return false;
  return true;
}
