import type { VarId } from "../bind/bound.ts";
import type { DraftRef } from "../bind/draft.ts";
import { termVariables } from "./draft-variables.ts";

/** Whether the value into which a reference reaches is known. */
export function isRefReady({ root }: DraftRef, safe: ReadonlySet<VarId>): boolean {
  return root.kind !== "term" || isSubset(termVariables(root.term, { closures: true }), safe);
}

export function isSubset(part: ReadonlySet<VarId>, whole: ReadonlySet<VarId>): boolean {
  for (const id of part) if (!whole.has(id)) return false;
  return true;
}
