// From a request to a decision that is on disk with all that it causes. The store says `conflict` where anything that the
// decision stands on has changed since it was read (a balance, a halt, a key, a review); it is then decided again on what
// is true now, a bounded number of times. Within a process the lanes keep the order in which actions came.

import { randomUUID } from "node:crypto";
import type { ActionRequest } from "../action/action-request.ts";
import type { DecisionRecord } from "../decision/decision-record.ts";
import { isReasonCode } from "../decision/reason-catalogue.ts";
import { approverRoles } from "../review/approver-roles.ts";
import type { Approval } from "../review/review.ts";
import type { CommitDecision, StoredReview } from "../store/store.ts";
import type { RegisteredTool } from "../tool/tool-definition.ts";
import { clientOf } from "./client-of.ts";
import type { Deadline } from "./deadline.ts";
import { type DecideDependencies, decideAction, fault, type GovernorFault, type Subject } from "./decide-action.ts";
import { type Claim, tryClaim } from "./exposure-claim.ts";
import type { GovernorLimits } from "./governor-limits.ts";
import type { ArtifactKeeper } from "./keep-artifacts.ts";
import type { Lanes } from "./lanes.ts";

export interface CommitDependencies extends DecideDependencies {
  readonly limits: GovernorLimits;
  readonly lanes: Lanes;
  readonly artifacts: ArtifactKeeper;
}

/** What must be looked at anew before each attempt. */
export type Prepared<Stop> =
  | { readonly kind: "stop"; readonly value: Stop }
  | {
      readonly kind: "go";
      readonly actionId: string;
      readonly approval: Approval | null;
      /** Completes the command: the action that begins, or the one that goes on. */
      readonly command: (decided: Decided) => Partial<CommitDecision>;
    };

export interface Decided {
  readonly record: DecisionRecord;
  readonly state: "refused" | "suspended" | "executing";
  /** Set where the state is `suspended`. */
  readonly review: StoredReview | undefined;
}

export interface Plan<Stop> {
  readonly tool: RegisteredTool;
  readonly request: ActionRequest;
  readonly subject: Subject;
  readonly deadline: Deadline;
  readonly prepare: () => Promise<Prepared<Stop>>;
  /** True where only the policy's own answer is committed: a halt or a fault then changes nothing. */
  readonly policyOnly?: boolean;
  /** Around the commit: from before the action can be found in the store. */
  readonly onCommit?: (
    actionId: string,
    commit: () => Promise<"committed" | "conflict">,
  ) => Promise<"committed" | "conflict">;
}

export type Committed<Stop> =
  | { readonly kind: "stop"; readonly value: Stop }
  | ({ readonly kind: "committed"; readonly actionId: string } & Decided)
  /** Nothing was stored. */
  | { readonly kind: "refused"; readonly fault: GovernorFault };

export async function decideUntilCommitted<Stop>(
  dependencies: CommitDependencies,
  plan: Plan<Stop>,
): Promise<Committed<Stop>> {
  const { clock, limits, lanes } = dependencies;
  const claimed = tryClaim(plan.tool, plan.request, clock.now());
  if (!claimed.ok) return { kind: "refused", fault: fault("facts_unavailable") };
  const { tenant } = plan.request.principal;
  const lane = lanes.enter(
    (claimed.claim?.accounts ?? []).map(({ dimension, name }) => JSON.stringify([tenant, dimension, name])),
  );
  try {
    if ((await plan.deadline.race(lane.ready)) === "late")
      return { kind: "refused", fault: fault("deadline_exceeded") };
    for (let attempt = 0; attempt < limits.attempts; attempt += 1) {
      if (attempt > 0) await pause(attempt);
      const result = await attemptOnce(dependencies, plan, attempt === 0 ? lane.leave : undefined);
      if (result !== "conflict") return result;
      if (plan.deadline.passed()) return { kind: "refused", fault: fault("deadline_exceeded") };
    }
    return { kind: "refused", fault: fault("store_contended") };
  } finally {
    lane.leave();
  }
}

/** A little longer each time, and never in step with another process that lost the same race. */
function pause(attempt: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.random() * Math.min(attempt, 8));
  });
}

async function attemptOnce<Stop>(
  dependencies: CommitDependencies,
  plan: Plan<Stop>,
  leaveLane: (() => void) | undefined,
): Promise<Committed<Stop> | "conflict"> {
  const { store, clock } = dependencies;
  const { tool, request, subject, deadline } = plan;
  try {
    await dependencies.artifacts.keep(dependencies.policies);
    const prepared = await plan.prepare();
    if (prepared.kind === "stop") return prepared;
    const { actionId, approval } = prepared;
    const now = clock.now();
    // Taken again: the day may have changed while the action waited.
    const claimed = tryClaim(tool, request, now);
    if (!claimed.ok) return { kind: "refused", fault: fault("facts_unavailable") };
    const { claim } = claimed;
    const accounts = claim?.accounts ?? [];
    const basis = await store.readBasis({ tenant: request.principal.tenant, accounts });
    const record = await decideAction(dependencies, {
      request,
      tool,
      subject,
      deadline,
      actionId,
      now,
      basis,
      claim,
      approval,
    });
    if (deadline.passed()) return { kind: "refused", fault: fault("deadline_exceeded") };
    const { cause, reasons } = record.decision;
    if (plan.policyOnly === true && cause === "governor") {
      const code = reasons[0]?.code ?? "";
      return { kind: "refused", fault: fault(isReasonCode(code) ? code : "engine_fault", reasons[0]?.message) };
    }
    const decided = close(dependencies, record, approval);
    // A refusal changes no figure, so whoever comes next need not wait until it is on disk.
    if (decided.state === "refused") leaveLane?.();
    const command: CommitDecision = {
      record,
      ...forClient(prepared.command(decided), clientOf(tool, request, claim)),
      expected: { haltVersion: basis.haltVersion, accounts: basis.balances },
      ...ledgerOf(decided, claim),
    };
    const commit = async () => (await store.commitDecision(command)).kind;
    const kind = plan.onCommit === undefined ? await commit() : await plan.onCommit(actionId, commit);
    return kind === "conflict" ? "conflict" : { kind: "committed", actionId, ...decided };
  } catch {
    return { kind: "refused", fault: fault("store_unavailable") };
  }
}

function forClient(command: Partial<CommitDecision>, named: ReturnType<typeof clientOf>): Partial<CommitDecision> {
  const { action } = command;
  if (action === undefined || !named.ok || named.client === undefined) return command;
  return { ...command, action: { ...action, client: named.client } };
}

/**
 * An approval opens a review, and nothing else: where each reason now given was among those approved, and today's policy
 * still names the approver's role.
 */
function close({ limits }: CommitDependencies, record: DecisionRecord, approval: Approval | null): Decided {
  const { effect, reasons, decidedAt } = record.decision;
  if (effect === "ALLOW") return { record, state: "executing", review: undefined };
  if (effect === "DENY") return { record, state: "refused", review: undefined };
  const approved = new Set(approval?.reasons.map(reasonKey));
  const mayApprove = approval !== null && approverRoles({ record }).includes(approval.by.role);
  if (mayApprove && reasons.every((reason) => approved.has(reasonKey(reason)))) {
    return { record, state: "executing", review: undefined };
  }
  const expiresAt = Date.parse(decidedAt) + limits.reviewMs;
  return { record, state: "suspended", review: { id: randomUUID(), expiresAt } };
}

/** Messages hold figures that change by the minute; what was approved is the code, and the field it speaks of. */
function reasonKey({ code, field }: { readonly code: string; readonly field?: string }): string {
  return JSON.stringify([code, field ?? null]);
}

function ledgerOf({ state }: Decided, claim: Claim | undefined): Pick<CommitDecision, "reservations" | "touches"> {
  if (claim === undefined || state === "refused") return {};
  if (state === "suspended") return { touches: claim.accounts };
  const { amount } = claim;
  return { reservations: claim.accounts.map((account) => ({ ...account, amount })) };
}
