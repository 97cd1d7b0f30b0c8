// What a governor needs kept. Each operation is one command: it commits whole, or says `conflict`, or throws a
// `StoreError` having done nothing. No transaction is held open between two calls, so the same interface fits one file on
// one machine and a database shared by many instances. Tenant, and issuer with subject, are part of every key.

import type { PlainValue } from "../action/plain-value.ts";
import type { Principal } from "../action/principal.ts";
import type { DecisionRecord } from "../decision/decision-record.ts";
import type { Halt, HaltEvent, HaltScope } from "../halt/halt.ts";
import type { Balance, LedgerAccount, Reservation } from "../ledger/ledger.ts";
import type { ToolError } from "../outcome/outcome.ts";
import type { ReviewState, ReviewVerdict, Variation } from "../review/review.ts";

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
  /** The latest decision on it. */
  readonly decisionId: string;
  /** What the tool returned, where it returned a plain value and the state is `executed`. */
  readonly result: PlainValue | undefined;
  /** Set where the state is `failed` or `unknown`. */
  readonly error: ToolError | undefined;
  /** Set where the state is `suspended`: the review that is pending. */
  readonly review: StoredReview | undefined;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly createdAt: number;
  readonly changedAt: number;
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

/** A decision, with everything that it causes: all of it is committed, or none. */
export interface CommitDecision {
  readonly record: DecisionRecord;
  /** The action that the decision allows, suspends or refuses; absent for a decision on what never became an action. */
  readonly action?: NewAction;
  /** The suspended action that the decision moves on, instead of a new one. */
  readonly resume?: ResumeAction;
  /** The approval that is used up by the action, where it is a variation of the one that was approved. */
  readonly uses?: UseApproval;
  /** What the decision stands on; a conflict where any of it has changed since it was read. */
  readonly expected?: ExpectedVersions;
  /** What the action may move from now on. */
  readonly reservations?: readonly Reservation[];
  /** Accounts whose version grows although nothing is reserved, since later decisions on them read this action. */
  readonly touches?: readonly LedgerAccount[];
}

export interface NewAction {
  readonly id: string;
  readonly state: "refused" | "suspended" | "executing";
  readonly arguments: PlainValue;
  /** For whom the action is, as its tool says; actions are found by it. */
  readonly client?: string;
  readonly review?: StoredReview;
  /** Binds this key of the requester to the action; a key that is bound already is a conflict. */
  readonly idempotencyKey?: string;
}

/** Closes the pending review of a suspended action; a conflict unless both are as expected. */
export interface ResumeAction {
  readonly actionId: string;
  readonly expectedVersion: number;
  readonly state: "refused" | "suspended" | "executing";
  readonly closes: CloseReview;
  /** The next review, where the action is suspended again. */
  readonly review?: StoredReview;
}

export interface CloseReview {
  readonly id: string;
  readonly state: Exclude<ReviewState, "pending">;
  /** Absent where it expired. */
  readonly verdict?: ReviewVerdict;
  readonly variation?: Variation;
}

export interface UseApproval {
  readonly reviewId: string;
  /** The action that was approved; it must still have this version, and not have taken effect. */
  readonly actionId: string;
  readonly actionVersion: number;
}

export interface ExpectedVersions {
  readonly haltVersion: number;
  readonly accounts: readonly (LedgerAccount & { readonly version: number })[];
}

export type CommitResult = { readonly kind: "committed" } | { readonly kind: "conflict" };

/** Moves an action on, and its reservations with it; a conflict where its version is no longer the one that is expected. */
export interface SettleAction {
  readonly principal: Principal;
  readonly actionId: string;
  readonly expectedVersion: number;
  /** `executed` commits what was reserved, `failed` releases it, `unknown` keeps it. */
  readonly state: "executed" | "failed" | "unknown";
  readonly result?: PlainValue;
  readonly error?: ToolError;
  /** What the action moved in fact, decimal text; what was reserved where absent. */
  readonly filled?: string;
  /** The decision that settles it, where a person did. */
  readonly record?: DecisionRecord;
  readonly at: number;
}

/** What a decision stands on beside the request and the facts of its tool, read at one moment. */
export interface BasisQuery {
  readonly tenant: string;
  readonly accounts: readonly LedgerAccount[];
}

export interface Basis {
  /** Grows with every halt that is put or lifted and concerns the tenant. */
  readonly haltVersion: number;
  readonly halts: readonly Halt[];
  /** One for each account, in the order asked for. */
  readonly balances: readonly Balance[];
}

export interface ActionQuery {
  readonly tenant: string;
  readonly tool: string;
  readonly states: readonly ActionState[];
  /** Only actions created at or after this moment; all where absent. */
  readonly since?: number;
  /** Only actions for this client, and those that were stored without one: whoever asks looks at their arguments. */
  readonly client?: string;
}

/** Actions that were started, and of which nothing is known; in every tenant where none is named. */
export interface UnsettledQuery {
  readonly tenant?: string;
  /** Only those that did not change since; milliseconds since 1970-01-01 UTC. */
  readonly changedBefore: number;
  /** The last one of the previous page; the oldest come first. */
  readonly after?: UnsettledAction;
  readonly limit: number;
}

/** Where an action stands, without its content: so one that cannot be read hides no other. */
export interface UnsettledAction {
  readonly tenant: string;
  readonly id: string;
  readonly changedAt: number;
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
  readonly state: ReviewState;
  /** Absent while it is pending, and where it expired. */
  readonly verdict: ReviewVerdict | undefined;
  readonly variation: Variation | undefined;
  /** True where a variation has used the approval up. */
  readonly used: boolean;
  /** As it is now. */
  readonly action: StoredAction;
  /** The decision that asked for the review. */
  readonly record: DecisionRecord;
}

export interface ReviewListQuery extends DecisionListQuery {
  /** All where absent. */
  readonly state?: ReviewState;
}

export interface ReviewPage {
  readonly reviews: readonly StoredReviewState[];
  readonly next: number | null;
}

/** Reviews in every tenant that wait although their time is over. */
export interface ExpiredReviewQuery {
  readonly now: number;
  /** The last one of the previous page. */
  readonly after?: PendingReview;
  readonly limit: number;
}

/** Where a review stands, without its content. */
export interface PendingReview extends StoredReview {
  readonly tenant: string;
}

export interface PutHalt {
  readonly scope: HaltScope;
  readonly by: Principal;
  readonly reason: string;
  readonly at: number;
}

/** Something that decisions were made with, kept once under its digest: a module, a document of data. */
export interface Artifact {
  /** `sha256:` and 64 hexadecimal digits over the bytes. */
  readonly digest: string;
  readonly kind: "module" | "data" | "configuration";
  readonly bytes: Uint8Array;
}

/** A conversation of one person: two people never share one, whatever they call it. */
export interface StoredChat {
  readonly session: string;
  /** The turn that is under way, or was when its process died. */
  readonly turn: ChatTurn | undefined;
  /** Oldest first. */
  readonly entries: readonly ChatEntry[];
  readonly createdAt: number;
  readonly changedAt: number;
}

export interface ChatTurn {
  readonly id: string;
  /** From this moment on nobody is expected to be working on it any more. Milliseconds since 1970-01-01 UTC. */
  readonly until: number;
}

/** Something said, intended or answered; `body` is the business of whoever keeps the conversation. */
export interface NewChatEntry {
  readonly kind: string;
  readonly body: PlainValue;
}

export interface ChatEntry extends NewChatEntry {
  readonly turn: string;
  readonly at: number;
}

export interface ChatQuery {
  readonly principal: Principal;
  readonly session: string;
}

export interface BeginTurn extends ChatQuery {
  readonly turn: ChatTurn;
  readonly entry: NewChatEntry;
  readonly at: number;
  /** How many turns one conversation may have. */
  readonly maxTurns: number;
  /** How much of one may be stored before its last turn begins: characters of JSON. */
  readonly maxCharacters: number;
}

export type BegunTurn =
  | { readonly kind: "begun"; readonly chat: StoredChat }
  /** Another turn is under way, on whichever instance. */
  | { readonly kind: "busy" }
  | { readonly kind: "full" };

/** A conflict where the turn is not under way any more. */
export interface AddToTurn extends ChatQuery {
  readonly turn: string;
  readonly entries: readonly NewChatEntry[];
  readonly ends: boolean;
  readonly at: number;
}

export interface Store {
  readBasis(query: BasisQuery): Promise<Basis>;
  commitDecision(command: CommitDecision): Promise<CommitResult>;
  settleAction(command: SettleAction): Promise<CommitResult>;
  /** Decisions of `governor.check`: nothing hangs on them, so they come in batches. */
  recordChecks(records: readonly DecisionRecord[]): Promise<void>;
  findActionByKey(scope: IdempotencyScope): Promise<StoredAction | undefined>;
  readAction(query: DecisionQuery): Promise<StoredAction | undefined>;
  /** Oldest first. */
  listActions(query: ActionQuery): Promise<readonly StoredAction[]>;
  /** Oldest first. */
  listUnsettled(query: UnsettledQuery): Promise<readonly UnsettledAction[]>;
  readDecision(query: DecisionQuery): Promise<DecisionRecord | undefined>;
  listDecisions(query: DecisionListQuery): Promise<DecisionPage>;
  readReview(query: DecisionQuery): Promise<StoredReviewState | undefined>;
  listReviews(query: ReviewListQuery): Promise<ReviewPage>;
  /** Those that expired first come first. */
  listExpiredReviews(query: ExpiredReviewQuery): Promise<readonly PendingReview[]>;
  /** Puts the halt in force, or replaces who put it and why. In force for every decision committed after it. */
  putHalt(command: PutHalt): Promise<void>;
  /** A conflict where there is no such halt. */
  liftHalt(command: PutHalt): Promise<CommitResult>;
  /** What is in force for the tenant, and what was put and lifted in it, newest first, at most 1,000 entries. */
  listHalts(tenant: string): Promise<{ readonly halts: readonly Halt[]; readonly events: readonly HaltEvent[] }>;
  listBalances(query: { readonly tenant: string; readonly day: string }): Promise<readonly Balance[]>;
  /** Keeps it, where it is not kept yet. */
  keepArtifact(artifact: Artifact): Promise<void>;
  readArtifact(digest: string): Promise<Artifact | undefined>;
  /** Makes the conversation where there is none, and begins a turn in it; of two at once, one does. */
  beginTurn(command: BeginTurn): Promise<BegunTurn>;
  addToTurn(command: AddToTurn): Promise<CommitResult>;
  readChat(query: ChatQuery): Promise<StoredChat | undefined>;
  /** Resolves where a decision could be committed right now, otherwise throws what stands in the way. */
  probe(): Promise<void>;
  /** Waits for what was begun; every later call is a `StoreError` "closed". */
  close(): Promise<void>;
}
