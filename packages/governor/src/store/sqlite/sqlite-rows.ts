import type { SQLOutputValue } from "node:sqlite";
import { parseJson } from "@flyball/engine/values";
import { type PlainValue, toPlainValue } from "../../action/plain-value.ts";
import type { Principal } from "../../action/principal.ts";
import type { Effect, Obligations, Reason } from "../../decision/decision.ts";
import type { DecisionRecord } from "../../decision/decision-record.ts";
import type { ToolError } from "../../outcome/outcome.ts";
import type { ActionState, StoredAction, StoredReview } from "../store.ts";
import { StoreError } from "../store-error.ts";

export type Row = Record<string, SQLOutputValue>;

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
    review: reviewFromRow(row),
    createdAt: integer(row, "created_at"),
  });
}

function reviewFromRow(row: Row): StoredReview | undefined {
  if (row["review_id"] === null) return undefined;
  return Object.freeze({ id: text(row, "review_id"), expiresAt: integer(row, "review_expires_at") });
}

function principalFromRow(row: Row): Principal {
  return Object.freeze({
    tenant: text(row, "tenant"),
    issuer: text(row, "issuer"),
    subject: text(row, "subject"),
    role: text(row, "role"),
  });
}

export function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== "number") throw new StoreError("corrupt", `column ${column} holds no number`);
  return value;
}

function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw new StoreError("corrupt", `column ${column} holds no text`);
  return value;
}

function optionalText(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

function json(row: Row, column: string): PlainValue {
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
