// What a governor needs kept. Each operation is one command: it commits whole, or says `conflict`, or throws a
// `StoreError` having done nothing. No transaction is held open between two calls, so the same interface fits one file on
// one machine and a database shared by many instances. Tenant, and issuer with subject, are part of every key.

import type { PlainValue } from "../action/plain-value.ts";
import type { Principal } from "../action/principal.ts";
import type { DecisionRecord } from "../decision/decision-record.ts";
import type { ToolError } from "../outcome/outcome.ts";

/**
 * `executing` is stored before a tool is called. A row that is found in this state and belongs to no running call was
 * left by a process that died: its effect is not known.
 */
export type ActionState = "refused" | "suspended" | "executing" | "executed" | "failed" | "unknown";

/** An action whose decision was committed. */
export interface StoredAction {
  readonly id: string;
  readonly principal: Principal;
  readonly session: string;
  readonly tool: string;
  readonly arguments: PlainValue;
  readonly digest: string;
  readonly state: ActionState;
  /** Counts the changes of state, from 1. */
  readonly version: number;
  readonly decisionId: string;
  /** What the tool returned, where it returned a plain value and the state is `executed`. */
  readonly result: PlainValue | undefined;
  /** Set where the state is `failed` or `unknown`. */
  readonly error: ToolError | undefined;
  /** Set where the state is `suspended`. */
  readonly review: StoredReview | undefined;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly createdAt: number;
}

export interface StoredReview {
  readonly id: string;
  readonly expiresAt: number;
}

/** Names one key of one person: two people never share one, whatever text they choose. */
export interface IdempotencyScope {
  readonly principal: Principal;
  readonly key: string;
}

/** A decision, with the action it allows, suspends or refuses. */
export interface CommitDecision {
  readonly record: DecisionRecord;
  /** Absent for a decision on what never became an action. */
  readonly action?: NewAction;
}

export interface NewAction {
  readonly id: string;
  readonly state: "refused" | "suspended" | "executing";
  readonly arguments: PlainValue;
  readonly review?: StoredReview;
  /** Binds this key of the requester to the action; a key that is bound already is a conflict. */
  readonly idempotencyKey?: string;
}

export type CommitResult = { readonly kind: "committed" } | { readonly kind: "conflict" };

/** Moves an action on; a conflict where its version is no longer the one that is expected. */
export interface SettleAction {
  readonly principal: Principal;
  readonly actionId: string;
  readonly expectedVersion: number;
  readonly state: "executed" | "failed" | "unknown";
  readonly result?: PlainValue;
  readonly error?: ToolError;
  readonly at: number;
}

export interface ActionQuery {
  readonly tenant: string;
  readonly tool: string;
  readonly states: readonly ActionState[];
  /** Only actions created at or after this moment; all where absent. */
  readonly since?: number;
  /** Only actions whose argument of this name (letters, digits, _) is exactly this text. */
  readonly argument?: { readonly name: string; readonly value: string };
}

export interface DecisionQuery {
  readonly tenant: string;
  readonly id: string;
}

export interface DecisionListQuery {
  readonly tenant: string;
  /** Only decisions for this person; everybody's in the tenant where absent. */
  readonly person?: { readonly issuer: string; readonly subject: string };
  /** Where the previous page ended; the newest where absent. */
  readonly before?: number;
  /** 1 to 1,000. */
  readonly limit: number;
}

/** Newest first. `next` is the `before` of the following page, null on the last one. */
export interface DecisionPage {
  readonly records: readonly DecisionRecord[];
  readonly next: number | null;
}

export interface StoredReviewState {
  readonly review: StoredReview;
  readonly state: "pending";
  readonly action: StoredAction;
  readonly record: DecisionRecord;
}

export interface Store {
  commitDecision(command: CommitDecision): Promise<CommitResult>;
  settleAction(command: SettleAction): Promise<CommitResult>;
  /** Decisions of `governor.check`: nothing hangs on them, so they come in batches. */
  recordChecks(records: readonly DecisionRecord[]): Promise<void>;
  findActionByKey(scope: IdempotencyScope): Promise<StoredAction | undefined>;
  /** Oldest first. */
  listActions(query: ActionQuery): Promise<readonly StoredAction[]>;
  readDecision(query: DecisionQuery): Promise<DecisionRecord | undefined>;
  listDecisions(query: DecisionListQuery): Promise<DecisionPage>;
  readReview(query: DecisionQuery): Promise<StoredReviewState | undefined>;
  /** Resolves where a decision could be committed right now, otherwise throws what stands in the way. */
  probe(): Promise<void>;
  /** Waits for what was begun; every later call is a `StoreError` "closed". */
  close(): Promise<void>;
}
