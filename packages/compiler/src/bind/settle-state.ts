import type { Span } from "../syntax/nodes.ts";
import type { BoundBody, BoundStatement, BoundVar, BoundWith, VarId } from "./bound.ts";
import type { DraftBody, DraftStatement } from "./draft.ts";

/** Collects the variables that nothing binds, over a rule's body and all bodies in it. */
export interface Safety {
  readonly vars: BoundVar[];
  readonly unsafe: Map<DraftStatement, Set<VarId>>;
  /** Variables in templates that nothing outside of the template binds. */
  readonly undeclared: Set<VarId>;
}

/** Settles a body inside of a term or statement. Terms and bodies contain each other: each reaches the other through the state. */
export type SettleInner = (
  draft: DraftBody,
  around: { readonly bound: ReadonlySet<VarId>; readonly safety: Safety },
) => SettledBody;

export interface SettledBody {
  readonly body: BoundBody;
  /** What is bound at its end. */
  readonly known: Set<VarId>;
  /** All statements found their place. */
  readonly complete: boolean;
}

/** Where a statement is being settled. */
export interface SettleState {
  readonly settleInner: SettleInner;
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
  if ([...ids].length === 0) return;
  const noted = unsafe.get(statement) ?? new Set();
  for (const id of ids) noted.add(id);
  unsafe.set(statement, noted);
}

export function freshVar({ vars }: Safety, span: Span): VarId {
  vars.push({ name: `$${vars.length}`, span });
  return (vars.length - 1) as VarId;
}
