import type { Span } from "../syntax/nodes.ts";
import type { BoundStatement, BoundVar, BoundWith, VarId } from "./bound.ts";
import type { DraftStatement } from "./draft.ts";

/** Collects the variables that nothing binds, over a rule's body and all bodies in it. */
export interface Safety {
  readonly vars: BoundVar[];
  readonly unsafe: Map<DraftStatement, Set<VarId>>;
}

/** Where a statement is being settled. */
export interface SettleState {
  readonly safety: Safety;
  /** The statement's draft, for messages. */
  readonly statement: DraftStatement;
  /** The variables that are bound here; grows with each statement that goes out. */
  readonly known: Set<VarId>;
  readonly out: BoundStatement[];
  /** What is hoisted out of the statement gets its modifiers too. */
  readonly with: readonly BoundWith[];
}

export function noteUnsafe({ unsafe }: Safety, statement: DraftStatement, ids: Iterable<VarId>): void {
  const noted = unsafe.get(statement) ?? new Set();
  for (const id of ids) noted.add(id);
  unsafe.set(statement, noted);
}

export function freshVar({ vars }: Safety, span: Span): VarId {
  vars.push({ name: `$${vars.length}`, span });
  return (vars.length - 1) as VarId;
}
