import { parseJson } from "@flyball/engine/values";
import { isPlainRecord, type PlainValue, toPlainValue } from "../../action/plain-value.ts";
import type { Principal } from "../../action/principal.ts";
import type { Effect, Obligations, Reason } from "../../decision/decision.ts";
import type { DecisionRecord, Provenance } from "../../decision/decision-record.ts";
import type { ToolError } from "../../outcome/outcome.ts";
import type { ReviewState, ReviewVerdict, Variation } from "../../review/review.ts";
import type { ActionState, StoredAction, StoredReview, StoredReviewState } from "../store.ts";
import { StoreError } from "../store-error.ts";
import type { Row } from "./program.ts";

export function decisionFromRow(row: Row): DecisionRecord {
  return Object.freeze({
    kind: text(row, "kind") as "action" | "check",
    decision: Object.freeze({
      id: text(row, "id"),
      effect: text(row, "effect") as Effect,
      cause: text(row, "cause") as "policy" | "governor",
      reasons: json(row, "reasons") as unknown as readonly Reason[],
      obligations: json(row, "obligations") as unknown as Obligations,
      policyDigest: optionalText(row, "policy_digest"),
      entrypoint: optionalText(row, "entrypoint"),
      decidedAt: text(row, "decided_at"),
    }),
    principal: principalFromRow(row),
    session: text(row, "session"),
    tool: text(row, "tool"),
    actionDigest: optionalText(row, "action_digest"),
    actionId: optionalText(row, "action_id"),
    input: json(row, "input"),
    durationNs: BigInt(integer(row, "duration_ns")),
    governorVersion: text(row, "governor_version"),
    provenance: row["provenance"] === null ? null : (json(row, "provenance") as unknown as Provenance),
  });
}

/** The row is an action joined with its pending review, whose columns are null where it has none. */
export function actionFromRow(row: Row): StoredAction {
  const error = row["error"] === null ? undefined : (json(row, "error") as unknown as ToolError);
  return Object.freeze({
    id: text(row, "id"),
    principal: principalFromRow(row),
    session: text(row, "session"),
    tool: text(row, "tool"),
    arguments: json(row, "arguments"),
    digest: text(row, "digest"),
    state: text(row, "state") as ActionState,
    version: integer(row, "version"),
    decisionId: text(row, "decision_id"),
    result: row["result"] === null ? undefined : json(row, "result"),
    error,
    review: pendingFromRow(row),
    createdAt: integer(row, "created_at"),
    changedAt: integer(row, "changed_at"),
  });
}

/** The row is a review joined with its action; `record` is the decision that asked for it. */
export function reviewFromRow(row: Row, record: DecisionRecord): StoredReviewState {
  const review = { id: text(row, "review_id"), expiresAt: integer(row, "review_expires_at") };
  return Object.freeze({
    review: Object.freeze(review),
    state: text(row, "review_state") as ReviewState,
    verdict: verdictFromRow(row),
    variation: variationFromRow(row),
    used: row["used_by"] !== null,
    action: actionFromRow(row),
    record,
  });
}

function variationFromRow(row: Row): Variation | undefined {
  if (row["variation"] === null) return undefined;
  const plain = json(row, "variation");
  const isVariation =
    isPlainRecord(plain) && typeof plain["until"] === "number" && isPlainRecord(plain["bounds"] ?? null);
  if (!isVariation) throw new StoreError("corrupt", "a review holds a variation without bounds or an end");
  return plain as unknown as Variation;
}

function verdictFromRow(row: Row): ReviewVerdict | undefined {
  if (row["by_subject"] === null) return undefined;
  return Object.freeze({ by: byFromRow(row), reason: text(row, "review_reason"), at: integer(row, "closed_at") });
}

export function byFromRow(row: Row): Principal {
  return Object.freeze({
    tenant: text(row, "by_tenant"),
    issuer: text(row, "by_issuer"),
    subject: text(row, "by_subject"),
    role: text(row, "by_role"),
  });
}

function pendingFromRow(row: Row): StoredReview | undefined {
  if (row["pending_id"] === null) return undefined;
  return Object.freeze({ id: text(row, "pending_id"), expiresAt: integer(row, "pending_expires_at") });
}

function principalFromRow(row: Row): Principal {
  return Object.freeze({
    tenant: text(row, "tenant"),
    issuer: text(row, "issuer"),
    subject: text(row, "subject"),
    role: text(row, "role"),
    ...(row["agent"] === null ? {} : { agent: text(row, "agent") }),
  });
}

export function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== "number") throw new StoreError("corrupt", `column ${column} holds no number`);
  return value;
}

export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw new StoreError("corrupt", `column ${column} holds no text`);
  return value;
}

function optionalText(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

export function json(row: Row, column: string): PlainValue {
  const source = text(row, column);
  let parsed: unknown;
  try {
    parsed = parseJson(source);
  } catch (error) {
    throw new StoreError("corrupt", `column ${column} holds no JSON`, { cause: error });
  }
  const plain = toPlainValue(parsed);
  if (!plain.ok) throw new StoreError("corrupt", `column ${column} ${plain.problem}`);
  return plain.value;
}
