import type { DecisionRecord } from "../../decision/decision-record.ts";
import type { Balance } from "../../ledger/ledger.ts";
import type {
  ActionQuery,
  ActionState,
  Artifact,
  DecisionListQuery,
  DecisionPage,
  DecisionQuery,
  ExpiredReviewQuery,
  IdempotencyScope,
  PendingReview,
  ReviewListQuery,
  ReviewPage,
  StoredAction,
  StoredReviewState,
  UnsettledAction,
  UnsettledQuery,
} from "../store.ts";
import { StoreError } from "../store-error.ts";
import { clientText } from "./client-text.ts";
import { balanceFromRow } from "./ledger-accounts.ts";
import { type Program, type Row, run, runTogether, type SqlCall, type SqlParameters } from "./program.ts";
import { actionFromRow, decisionFromRow, integer, reviewFromRow, text } from "./rows.ts";

export function* findActionByKey({ principal, key }: IdempotencyScope): Program<StoredAction | undefined> {
  const { tenant, issuer, subject } = principal;
  const [row] = yield* run("findKey", { tenant, issuer, subject, key });
  return row === undefined ? undefined : actionFromRow(row);
}

export function* readAction({ tenant, id }: DecisionQuery): Program<StoredAction | undefined> {
  const [row] = yield* run("readAction", { tenant, id });
  return row === undefined ? undefined : actionFromRow(row);
}

export function* listActions(query: ActionQuery): Program<readonly StoredAction[]> {
  const { tenant, tool, client, states } = query;
  const parameters = { tenant, tool, ...sixStates(states), since: query.since ?? Number.MIN_SAFE_INTEGER };
  const rows = yield* client === undefined
    ? run("listActions", parameters)
    : run("listActionsOfClient", { ...parameters, client: clientText(client) });
  return rows.map(actionFromRow);
}

/** A statement has as many places as there are states; those that are left over repeat the first. */
function sixStates(states: readonly ActionState[]): SqlParameters {
  const first = states[0] ?? "";
  return Object.fromEntries([1, 2, 3, 4, 5, 6].map((place) => [`state${place}`, states[place - 1] ?? first]));
}

export function* listUnsettled(query: UnsettledQuery): Program<readonly UnsettledAction[]> {
  const { tenant = null, changedBefore, after, limit } = query;
  const place = { afterAt: after?.changedAt ?? Number.MIN_SAFE_INTEGER, afterId: after?.id ?? "" };
  return (yield* run("listUnsettled", { tenant, changedBefore, ...place, limit })).map((row) => ({
    tenant: text(row, "tenant"),
    id: text(row, "id"),
    changedAt: integer(row, "changed_at"),
  }));
}

export function* readDecision({ tenant, id }: DecisionQuery): Program<DecisionRecord | undefined> {
  const [row] = yield* run("readDecision", { tenant, id });
  return row === undefined ? undefined : decisionFromRow(row);
}

export function* listDecisions(query: DecisionListQuery): Program<DecisionPage> {
  const page = pageOf(query, yield* pageRows(query, { all: "listDecisions", own: "listOwnDecisions" }));
  return { records: page.rows.map(decisionFromRow), next: page.nextAt("seq") };
}

export function* readReview({ tenant, id }: DecisionQuery): Program<StoredReviewState | undefined> {
  const [row] = yield* run("readReview", { tenant, id });
  if (row === undefined) return undefined;
  const [review] = yield* completeReviews([row]);
  return review;
}

export function* listReviews(query: ReviewListQuery): Program<ReviewPage> {
  const state = query.state ?? null;
  const page = pageOf(query, yield* pageRows(query, { all: "listReviews", own: "listOwnReviews" }, { state }));
  return { reviews: yield* completeReviews(page.rows), next: page.nextAt("review_seq") };
}

export function* listExpiredReviews({ now, after, limit }: ExpiredReviewQuery): Program<readonly PendingReview[]> {
  const place = { afterAt: after?.expiresAt ?? Number.MIN_SAFE_INTEGER, afterId: after?.id ?? "" };
  return (yield* run("listExpiredReviews", { now, ...place, limit })).map((row) => ({
    tenant: text(row, "tenant"),
    id: text(row, "id"),
    expiresAt: integer(row, "expires_at"),
  }));
}

export function* listBalances(query: { readonly tenant: string; readonly day: string }): Program<readonly Balance[]> {
  return (yield* run("listBalances", { tenant: query.tenant, day: query.day })).map(balanceFromRow);
}

export function* keepArtifact({ digest, kind, bytes }: Artifact): Program<void> {
  yield* run("keepArtifact", { digest, kind, bytes, keptAt: Date.now() });
}

export function* readArtifact(digest: string): Program<Artifact | undefined> {
  const [row] = yield* run("readArtifact", { digest });
  if (row === undefined) return undefined;
  const bytes = row["bytes"];
  if (!(bytes instanceof Uint8Array)) throw new StoreError("corrupt", "an artifact holds no bytes");
  return { digest: text(row, "digest"), kind: text(row, "kind") as Artifact["kind"], bytes };
}

/** Reviews joined with their actions, and the decisions that asked for them, which never change once they are written. */
function* completeReviews(rows: readonly Row[]): Program<readonly StoredReviewState[]> {
  const decisions = yield* runTogether(
    rows.map((row): SqlCall => {
      const asked = row["review_decision_id"] ?? row["decision_id"] ?? null;
      return { statement: "readDecision", parameters: { tenant: text(row, "tenant"), id: asked } };
    }),
  );
  return rows.map((row, index) => {
    const decision = decisions[index]?.[0];
    if (decision === undefined) throw new StoreError("corrupt", "a review has lost its decision");
    return reviewFromRow(row, decisionFromRow(decision));
  });
}

function* pageRows(
  query: DecisionListQuery,
  statements: { readonly all: "listDecisions" | "listReviews"; readonly own: "listOwnDecisions" | "listOwnReviews" },
  more: { readonly state?: string | null } = {},
): Program<readonly Row[]> {
  const { tenant, person } = query;
  // One more than asked for shows whether there is another page.
  const base = { tenant, before: query.before ?? Number.MAX_SAFE_INTEGER, limit: query.limit + 1, ...more };
  if (person === undefined) return yield* run(statements.all, base);
  return yield* run(statements.own, { ...base, issuer: person.issuer, subject: person.subject });
}

function pageOf(
  { limit }: DecisionListQuery,
  rows: readonly Row[],
): { readonly rows: readonly Row[]; readonly nextAt: (column: string) => number | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    rows: page,
    nextAt: (column) => (rows.length > limit && last !== undefined ? integer(last, column) : null),
  };
}
