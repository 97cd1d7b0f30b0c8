// The command that everything hangs on: a decision and all that it causes, or a conflict and nothing. Whatever can be a
// conflict is looked at first, at one moment; then everything is written at one moment.

import { canonicalJson } from "../../action/canonical-json.ts";
import type { PlainValue } from "../../action/plain-value.ts";
import type { Principal } from "../../action/principal.ts";
import type { DecisionRecord } from "../../decision/decision-record.ts";
import type { Balance, LedgerAccount } from "../../ledger/ledger.ts";
import { variationToPlain } from "../../review/review.ts";
import type { CommitDecision, CommitResult, NewAction, ResumeAction } from "../store.ts";
import { clientText } from "./client-text.ts";
import { committed, conflict } from "./commit-results.ts";
import { haltVersionOf } from "./halt-programs.ts";
import { balanceOf, readAccount, writeAccount } from "./ledger-accounts.ts";
import { type Program, type Row, runTogether, type SqlCall } from "./program.ts";
import { integer, text } from "./rows.ts";

export function* commitDecision(command: CommitDecision): Program<CommitResult> {
  const { tenant } = command.record.principal;
  const conditions = conditionsOf(command);
  const accounts = accountsOf(command);
  const found = yield* runTogether([
    ...conditions.map(({ call }) => call),
    ...accounts.map((account) => readAccount(tenant, account)),
  ]);
  if (!conditions.every(({ holds }, index) => holds(found[index] ?? []))) return conflict;
  const balances = accounts.map((account, index) => balanceOf(account, found[conditions.length + index]?.[0]));
  if (!balancesAreExpected(command, balances)) return conflict;
  yield* runTogether([...decisionWrites(command), ...ledgerWrites(command, balances)]);
  return committed;
}

/** Something that must be so, and the statement that shows whether it is. */
interface Condition {
  readonly call: SqlCall;
  readonly holds: (rows: readonly Row[]) => boolean;
}

function conditionsOf({ record, action, resume, uses, expected }: CommitDecision): readonly Condition[] {
  const person = personOf(record.principal);
  const { tenant } = person;
  const conditions: Condition[] = [];
  if (action?.idempotencyKey !== undefined) {
    const parameters = { ...person, key: action.idempotencyKey };
    conditions.push({ call: { statement: "hasKey", parameters }, holds: (rows) => rows.length === 0 });
  }
  if (expected !== undefined) {
    conditions.push({
      call: { statement: "readHaltVersions", parameters: { tenant } },
      holds: (rows) => haltVersionOf(rows) === expected.haltVersion,
    });
  }
  if (resume !== undefined) {
    const { actionId, expectedVersion, closes } = resume;
    conditions.push({
      call: { statement: "readReviewOfAction", parameters: { tenant, id: closes.id, actionId } },
      holds: ([row]) =>
        row !== undefined &&
        text(row, "review_state") === "pending" &&
        text(row, "state") === "suspended" &&
        integer(row, "version") === expectedVersion,
    });
  }
  if (uses !== undefined) {
    const { reviewId, actionId, actionVersion } = uses;
    conditions.push({
      call: { statement: "readReviewOfAction", parameters: { tenant, id: reviewId, actionId } },
      holds: ([row]) =>
        row !== undefined &&
        text(row, "review_state") === "approved" &&
        row["used_by"] === null &&
        integer(row, "version") === actionVersion,
    });
  }
  return conditions;
}

/** Every account that the command expects, reserves on or touches, once. */
function accountsOf({ expected, reservations = [], touches = [] }: CommitDecision): readonly LedgerAccount[] {
  const all = [...(expected?.accounts ?? []), ...reservations, ...touches];
  return [...new Map(all.map((account) => [accountKey(account), account])).values()];
}

function accountKey({ dimension, name, day }: LedgerAccount): string {
  return JSON.stringify([dimension, name, day]);
}

function balancesAreExpected({ expected }: CommitDecision, balances: readonly Balance[]): boolean {
  const versions = new Map(balances.map((balance) => [accountKey(balance), balance.version]));
  return (expected?.accounts ?? []).every((account) => versions.get(accountKey(account)) === account.version);
}

function decisionWrites({ record, action, resume, uses }: CommitDecision): readonly SqlCall[] {
  const { tenant } = record.principal;
  const writes = [insertDecision(record)];
  if (action !== undefined) writes.push(...actionWrites(record, action));
  if (resume !== undefined) writes.push(...resumeWrites(record, resume));
  if (uses !== undefined && action !== undefined) {
    writes.push({ statement: "useApproval", parameters: { tenant, id: uses.reviewId, usedBy: action.id } });
  }
  return writes;
}

function ledgerWrites(command: CommitDecision, balances: readonly Balance[]): readonly SqlCall[] {
  const { record, action, resume, reservations = [], touches = [] } = command;
  const person = personOf(record.principal);
  const actionId = action?.id ?? resume?.actionId ?? "";
  const found = new Map(balances.map((balance) => [accountKey(balance), balance]));
  const reserved = new Map(reservations.map((reservation) => [accountKey(reservation), reservation]));
  if (reserved.size < reservations.length) throw new TypeError("an action reserves once on an account");
  const changed = new Set([...reserved.keys(), ...touches.map(accountKey)]);
  const entries = reservations.map(
    ({ dimension, name, day, amount }): SqlCall => ({
      statement: "insertEntry",
      parameters: { ...person, actionId, dimension, name, day, amount },
    }),
  );
  const accounts = [...changed].map((key) => {
    const amount = reserved.get(key)?.amount;
    const balance = found.get(key);
    if (balance === undefined) throw new TypeError("an account was not read before it is written");
    return writeAccount(person.tenant, balance, amount === undefined ? {} : { reserved: amount });
  });
  return [...entries, ...accounts];
}

export function insertDecision(record: DecisionRecord): SqlCall {
  const { decision } = record;
  const parameters = {
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
  };
  return { statement: "insertDecision", parameters };
}

function actionWrites(record: DecisionRecord, action: NewAction): readonly SqlCall[] {
  const person = personOf(record.principal);
  const createdAt = Date.parse(record.decision.decidedAt);
  const decisionId = record.decision.id;
  const insertAction: SqlCall = {
    statement: "insertAction",
    parameters: {
      ...person,
      role: record.principal.role,
      agent: record.principal.agent ?? null,
      id: action.id,
      session: record.session,
      tool: record.tool,
      client: action.client === undefined ? "" : clientText(action.client),
      arguments: canonicalJson(action.arguments),
      digest: record.actionDigest,
      state: action.state,
      decisionId,
      createdAt,
    },
  };
  const writes = [insertAction];
  if (action.review !== undefined) {
    const { id, expiresAt } = action.review;
    const parameters = { ...person, id, actionId: action.id, decisionId, createdAt, expiresAt };
    writes.push({ statement: "insertReview", parameters });
  }
  if (action.idempotencyKey !== undefined) {
    const parameters = { ...person, key: action.idempotencyKey, actionId: action.id };
    writes.push({ statement: "insertKey", parameters });
  }
  return writes;
}

function resumeWrites(record: DecisionRecord, resume: ResumeAction): readonly SqlCall[] {
  const person = personOf(record.principal);
  const at = Date.parse(record.decision.decidedAt);
  const decisionId = record.decision.id;
  const { verdict, variation } = resume.closes;
  const closeReview: SqlCall = {
    statement: "closeReview",
    parameters: {
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
    },
  };
  const moveAction: SqlCall = {
    statement: "moveAction",
    parameters: { ...person, id: resume.actionId, state: resume.state, decisionId, result: null, error: null, at },
  };
  if (resume.review === undefined) return [closeReview, moveAction];
  const { id, expiresAt } = resume.review;
  const parameters = { ...person, id, actionId: resume.actionId, decisionId, createdAt: at, expiresAt };
  return [closeReview, moveAction, { statement: "insertReview", parameters }];
}

function personOf({ tenant, issuer, subject }: Principal): {
  readonly tenant: string;
  readonly issuer: string;
  readonly subject: string;
} {
  return { tenant, issuer, subject };
}
