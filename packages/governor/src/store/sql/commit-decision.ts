// The command that everything hangs on: a decision and all that it causes, or a conflict and nothing. Whatever can be a
// conflict is looked at before the first write; no other writer of the tenant runs in between.

import { canonicalJson } from "../../action/canonical-json.ts";
import type { PlainValue } from "../../action/plain-value.ts";
import type { Principal } from "../../action/principal.ts";
import type { DecisionRecord } from "../../decision/decision-record.ts";
import { variationToPlain } from "../../review/review.ts";
import type { CommitDecision, CommitResult, NewAction, ResumeAction } from "../store.ts";
import { committed, conflict } from "./commit-results.ts";
import { haltVersionOf } from "./halt-programs.ts";
import { addToAccount, touchAccount } from "./ledger-accounts.ts";
import { type Program, run } from "./program.ts";
import { integer, text } from "./rows.ts";

export function* commitDecision(command: CommitDecision): Program<CommitResult> {
  if (!(yield* standsAsExpected(command))) return conflict;
  const { record, action, resume, uses } = command;
  const { tenant, issuer, subject } = record.principal;
  yield* insertDecision(record);
  if (action !== undefined) yield* insertAction(record, action);
  if (resume !== undefined) yield* resumeAction(record, resume);
  if (uses !== undefined && action !== undefined) {
    yield* run("useApproval", { tenant, id: uses.reviewId, usedBy: action.id });
  }
  const actionId = action?.id ?? resume?.actionId ?? "";
  for (const { amount, ...account } of command.reservations ?? []) {
    yield* run("insertEntry", { tenant, issuer, subject, actionId, ...account, amount });
    yield* addToAccount({ tenant, account, reserved: amount });
  }
  for (const { dimension, name, day } of command.touches ?? []) {
    yield* touchAccount(tenant, { dimension, name, day });
  }
  return committed;
}

function* standsAsExpected({ record, action, resume, uses, expected }: CommitDecision): Program<boolean> {
  const { tenant, issuer, subject } = record.principal;
  const key = action?.idempotencyKey;
  if (key !== undefined && (yield* run("findKey", { tenant, issuer, subject, key })).length > 0) return false;
  if (expected !== undefined) {
    if (haltVersionOf(yield* run("holdHaltVersions", { tenant })) !== expected.haltVersion) return false;
    for (const { dimension, name, day, version } of expected.accounts) {
      const [row] = yield* run("readAccount", { tenant, dimension, name, day });
      if ((row === undefined ? 0 : integer(row, "version")) !== version) return false;
    }
  }
  if (resume !== undefined) {
    const [row] = yield* run("readReview", { tenant, id: resume.closes.id });
    if (row === undefined || text(row, "id") !== resume.actionId || text(row, "review_state") !== "pending")
      return false;
    if (text(row, "state") !== "suspended" || integer(row, "version") !== resume.expectedVersion) return false;
  }
  if (uses !== undefined) {
    const [row] = yield* run("readReview", { tenant, id: uses.reviewId });
    if (row === undefined || text(row, "id") !== uses.actionId || row["used_by"] !== null) return false;
    if (text(row, "review_state") !== "approved" || integer(row, "version") !== uses.actionVersion) return false;
  }
  return true;
}

export function* insertDecision(record: DecisionRecord): Program<void> {
  const { decision } = record;
  yield* run("insertDecision", {
    ...personOf(record.principal),
    role: record.principal.role,
    agent: record.principal.agent ?? null,
    id: decision.id,
    session: record.session,
    tool: record.tool,
    kind: record.kind,
    effect: decision.effect,
    cause: decision.cause,
    reasons: canonicalJson(decision.reasons as unknown as PlainValue),
    obligations: canonicalJson(decision.obligations),
    policyDigest: decision.policyDigest,
    entrypoint: decision.entrypoint,
    decidedAt: decision.decidedAt,
    actionId: record.actionId,
    actionDigest: record.actionDigest,
    input: canonicalJson(record.input),
    durationNs: record.durationNs,
    governorVersion: record.governorVersion,
    provenance: record.provenance === null ? null : canonicalJson(record.provenance as unknown as PlainValue),
  });
}

function* insertAction(record: DecisionRecord, action: NewAction): Program<void> {
  const person = personOf(record.principal);
  const createdAt = Date.parse(record.decision.decidedAt);
  yield* run("insertAction", {
    ...person,
    role: record.principal.role,
    agent: record.principal.agent ?? null,
    id: action.id,
    session: record.session,
    tool: record.tool,
    arguments: canonicalJson(action.arguments),
    digest: record.actionDigest,
    state: action.state,
    decisionId: record.decision.id,
    createdAt,
  });
  if (action.review !== undefined) {
    const { id, expiresAt } = action.review;
    yield* run("insertReview", {
      ...person,
      id,
      actionId: action.id,
      decisionId: record.decision.id,
      createdAt,
      expiresAt,
    });
  }
  if (action.idempotencyKey !== undefined) {
    yield* run("insertKey", { ...person, key: action.idempotencyKey, actionId: action.id });
  }
}

function* resumeAction(record: DecisionRecord, resume: ResumeAction): Program<void> {
  const person = personOf(record.principal);
  const at = Date.parse(record.decision.decidedAt);
  const { verdict, variation } = resume.closes;
  yield* run("closeReview", {
    tenant: person.tenant,
    id: resume.closes.id,
    state: resume.closes.state,
    byTenant: verdict?.by.tenant ?? null,
    byIssuer: verdict?.by.issuer ?? null,
    bySubject: verdict?.by.subject ?? null,
    byRole: verdict?.by.role ?? null,
    reason: verdict?.reason ?? null,
    closedAt: verdict?.at ?? at,
    variation: variation === undefined ? null : canonicalJson(variationToPlain(variation)),
  });
  yield* run("moveAction", {
    ...person,
    id: resume.actionId,
    state: resume.state,
    decisionId: record.decision.id,
    result: null,
    error: null,
    at,
  });
  if (resume.review === undefined) return;
  const { id, expiresAt } = resume.review;
  const decisionId = record.decision.id;
  yield* run("insertReview", { ...person, id, actionId: resume.actionId, decisionId, createdAt: at, expiresAt });
}

function personOf({ tenant, issuer, subject }: Principal): {
  readonly tenant: string;
  readonly issuer: string;
  readonly subject: string;
} {
  return { tenant, issuer, subject };
}
