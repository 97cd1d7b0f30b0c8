import type { Decision, DecisionRecord } from "@flyball/governor";

/** A decision as answers show it. */
export interface DecisionView {
  readonly id: string;
  readonly effect: Decision["effect"];
  readonly cause: Decision["cause"];
  readonly reasons: Decision["reasons"];
  readonly obligations: Decision["obligations"];
  readonly policy_digest: string | null;
  readonly entrypoint: string | null;
  readonly decided_at: string;
}

/** A decision as the log shows it: with who asked for what, and what the policy read. */
export interface DecisionRecordView extends DecisionView {
  readonly kind: DecisionRecord["kind"];
  readonly principal: DecisionRecord["principal"];
  readonly session: string;
  readonly tool: string;
  readonly action_id: string | null;
  readonly action_digest: string | null;
  readonly input: DecisionRecord["input"];
  readonly duration_ns: bigint;
  readonly governor_version: string;
  readonly provenance: DecisionRecord["provenance"];
}

export function viewDecision(decision: Decision): DecisionView {
  return {
    id: decision.id,
    effect: decision.effect,
    cause: decision.cause,
    reasons: decision.reasons,
    obligations: decision.obligations,
    policy_digest: decision.policyDigest,
    entrypoint: decision.entrypoint,
    decided_at: decision.decidedAt,
  };
}

export function viewDecisionRecord(record: DecisionRecord): DecisionRecordView {
  return {
    ...viewDecision(record.decision),
    kind: record.kind,
    principal: record.principal,
    session: record.session,
    tool: record.tool,
    action_id: record.actionId,
    action_digest: record.actionDigest,
    input: record.input,
    duration_ns: record.durationNs,
    governor_version: record.governorVersion,
    provenance: record.provenance,
  };
}
