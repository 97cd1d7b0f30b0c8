// One governed action, from the proposal to its outcome:
//
//   arguments -> digest -> set of its turn -> (same key seen before? its answer) -> decision -> commit -> execute | suspend | refuse
//
// The decision is on disk before the tool is called; a tool is called at most once for a stored action; and nothing that
// fails on the way leads anywhere but to a refusal or, once the tool was started, to `unknown`. The actions of one turn
// are decided in the order of their digests, each on what the ones before it reserved, and no tool of the set is started
// before all are decided: so the answers do not depend on the order in which the calls arrived. What is halted while the
// others are decided is not started either.

import { randomUUID } from "node:crypto";
import { type ActionRequest, actionDigest } from "../action/action-request.ts";
import type { DecisionRecord } from "../decision/decision-record.ts";
import { isReasonCode, reasonCatalogue } from "../decision/reason-catalogue.ts";
import { findHalt } from "../halt/find-halt.ts";
import type { Outcome } from "../outcome/outcome.ts";
import type { Basis, NewAction, StoredAction } from "../store/store.ts";
import type { ActContext, RegisteredTool } from "../tool/tool-definition.ts";
import { validateArguments } from "../tool/validate-arguments.ts";
import { announceAction, type RunningActions } from "./announce-action.ts";
import { clientOf } from "./client-of.ts";
import { type Deadline, startDeadline } from "./deadline.ts";
import { fault, type GovernorFault, refusalRecord, type Subject } from "./decide-action.ts";
import {
  type CommitDependencies,
  type Decided,
  decideUntilCommitted,
  type Prepared,
} from "./decide-until-committed.ts";
import { expireReview } from "./expire-review.ts";
import { tryClaim } from "./exposure-claim.ts";
import { outcomeOf } from "./outcome-of.ts";
import { recordableName } from "./recordable-name.ts";
import { type RunDependencies, runAction } from "./run-action.ts";
import type { Turns } from "./turns.ts";
import { usableApproval } from "./usable-approval.ts";

export interface ActDependencies extends CommitDependencies, RunDependencies {
  readonly tools: ReadonlyMap<string, RegisteredTool>;
  readonly running: RunningActions;
  readonly turns: Turns<TurnItem>;
}

/** An action that waits for the others of its turn. */
export interface TurnItem {
  readonly call: Call;
  readonly work: Work;
  readonly digest: string;
  readonly resolve: (outcome: Outcome<unknown> | Promise<Outcome<unknown>>) => void;
}

interface Call {
  readonly dependencies: ActDependencies;
  readonly subject: Subject;
  readonly deadline: Deadline;
  readonly idempotencyKey: string | undefined;
  readonly reviewId: string | undefined;
}

interface Work {
  readonly tool: RegisteredTool;
  readonly request: ActionRequest;
}

/** `args` is what the model proposes; nothing about it is known yet. */
export async function act(
  dependencies: ActDependencies,
  context: ActContext,
  proposal: { readonly tool: string; readonly arguments: unknown },
): Promise<Outcome<unknown>> {
  const deadline = startDeadline(Math.min(dependencies.limits.deadlineMs, context.deadlineMs ?? Infinity));
  const { principal, session } = context;
  const subject: Subject = {
    kind: "action",
    principal,
    session,
    tool: recordableName(proposal.tool),
    startedNs: dependencies.clock.elapsedNs(),
  };
  try {
    const { idempotencyKey, review: reviewId } = context;
    const call: Call = { dependencies, subject, deadline, idempotencyKey, reviewId };
    const tool = dependencies.tools.get(proposal.tool);
    if (tool === undefined) return await refuse(call, fault("tool_unknown"), null);
    const args = await deadline.race(validateArguments(tool.schema, proposal.arguments));
    if (args === "late") return await refuse(call, fault("deadline_exceeded"), null);
    if (!args.ok) return await refuse(call, { kind: "fault", code: "arguments_invalid", issues: args.issues }, null);
    const request = { principal, session, tool: tool.name, arguments: args.value };
    const digest = actionDigest(request);
    const { tenant, issuer, subject: person } = principal;
    return await new Promise((resolve) => {
      const item: TurnItem = { call, work: { tool, request }, digest, resolve };
      dependencies.turns.add(JSON.stringify([tenant, issuer, person, session]), item);
    });
  } finally {
    deadline.end();
  }
}

/** Decides all, in an order that their content alone determines; then starts all. */
export async function actOnTurn(items: readonly TurnItem[]): Promise<void> {
  const sorted = items.toSorted((a, b) => compareTexts(orderOf(a), orderOf(b)));
  const decided: { readonly item: TurnItem; readonly proceed: Proceed }[] = [];
  for (const item of sorted) decided.push({ item, proceed: await decideItem(item) });
  const [first, ...others] = sorted;
  const standing = first === undefined || others.length === 0 ? undefined : await standingHalts(first);
  for (const { item, proceed } of decided) item.resolve(proceed(standing));
}

/** Acts on what was decided. `standing` is given where time has passed since. */
type Proceed = (standing: Basis | undefined) => Promise<Outcome<unknown>>;

/** Undefined where they cannot be read: then it stays with what each decision knew of halts. */
async function standingHalts({ call, work }: TurnItem): Promise<Basis | undefined> {
  try {
    return await call.dependencies.store.readBasis({ tenant: work.request.principal.tenant, accounts: [] });
  } catch {
    return undefined;
  }
}

/** Whether a halt that the decision did not know stands in the way now. */
function isHaltedSince(standing: Basis, { tool, request }: Work, { provenance, decision }: DecisionRecord): boolean {
  if (standing.haltVersion === provenance?.haltVersion) return false;
  const claimed = tryClaim(tool, request, Date.parse(decision.decidedAt));
  const named = clientOf(tool, request, claimed.ok ? claimed.claim : undefined);
  const { principal } = request;
  return !named.ok || findHalt(standing.halts, { principal, tool: tool.name, client: named.client }) !== undefined;
}

function orderOf({ digest, call }: TurnItem): string {
  return `${digest} ${call.idempotencyKey ?? ""}`;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

type Earlier =
  | { readonly kind: "earlier"; readonly action: StoredAction }
  | { readonly kind: "refuse"; readonly fault: GovernorFault };

/** Never rejects; what it returns is called once. */
async function decideItem({ call, work, digest }: TurnItem): Promise<Proceed> {
  const { dependencies, subject, deadline } = call;
  if (deadline.passed()) return () => refuse(call, fault("deadline_exceeded"), digest);
  const announcement = announceAction(dependencies.running);
  const { onCommit } = announcement;
  const plan = { ...work, subject, deadline, prepare: () => prepare(call, work), onCommit };
  const result = await decideUntilCommitted<Earlier>(dependencies, plan);
  if (result.kind === "refused") {
    const { code } = result.fault;
    const isStored = code === "deadline_exceeded" || code === "facts_unavailable";
    return () =>
      isStored ? refuse(call, result.fault, digest) : Promise.resolve(refuseUnrecorded(call, result.fault, digest));
  }
  if (result.kind === "stop") {
    const { value } = result;
    if (value.kind === "refuse") return () => refuse(call, value.fault, digest);
    return () => answerAgain(call, value.action, digest);
  }
  return async (standing) => {
    const isHalted = standing !== undefined && isHaltedSince(standing, work, result.record);
    const outcome = await actOn(call, work, { ...result, isHalted });
    announcement.end(outcome);
    return outcome;
  };
}

async function prepare(call: Call, work: Work): Promise<Prepared<Earlier>> {
  const { store, clock } = call.dependencies;
  const { principal } = call.subject;
  if (call.idempotencyKey !== undefined) {
    const action = await store.findActionByKey({ principal, key: call.idempotencyKey });
    if (action !== undefined) return { kind: "stop", value: { kind: "earlier", action } };
  }
  const actionId = randomUUID();
  const action = { id: actionId, arguments: work.request.arguments };
  if (call.reviewId === undefined) {
    return {
      kind: "go",
      actionId,
      approval: null,
      command: (decided) => ({ action: actionOf(call, decided, action) }),
    };
  }
  const review = await store.readReview({ tenant: principal.tenant, id: call.reviewId });
  const usable = usableApproval(review, { request: work.request, now: clock.now() });
  if (!usable.ok)
    return { kind: "stop", value: { kind: "refuse", fault: fault("approval_not_usable", usable.message) } };
  return {
    kind: "go",
    actionId,
    approval: usable.approval,
    command: (decided) => ({
      action: actionOf(call, decided, action),
      ...(decided.state === "executing" ? { uses: usable.uses } : {}),
    }),
  };
}

/** Acts on a decision that is on disk. Never rejects. */
async function actOn(
  call: Call,
  { tool, request }: Work,
  { record, state, review, actionId, isHalted }: Decided & { readonly actionId: string; readonly isHalted: boolean },
): Promise<Outcome<unknown>> {
  const { decision } = record;
  if (state === "refused") return { outcome: "refused", decision, recorded: true };
  if (review !== undefined) {
    const { id, expiresAt } = review;
    return {
      outcome: "suspended",
      decision,
      recorded: true,
      review: { id, expiresAt: new Date(expiresAt).toISOString() },
    };
  }
  const { deadline } = call;
  return await runAction(call.dependencies, {
    tool,
    record,
    actionId,
    arguments: request.arguments,
    version: 1,
    deadline,
    isHalted,
  });
}

function actionOf(call: Call, decided: Decided, action: Pick<NewAction, "id" | "arguments">): NewAction {
  const { record, state, review } = decided;
  const key = bindsKey(record) && call.idempotencyKey !== undefined ? { idempotencyKey: call.idempotencyKey } : {};
  return { ...action, ...key, state, ...(review === undefined ? {} : { review }) };
}

/** A refusal that may be another answer a moment later must not be the answer for good. */
function bindsKey({ decision }: DecisionRecord): boolean {
  if (decision.cause === "policy") return true;
  return !decision.reasons.some(({ code }) => isReasonCode(code) && reasonCatalogue[code].transient);
}

/** The answer that this key has already. */
async function answerAgain(call: Call, earlier: StoredAction, digest: string): Promise<Outcome<unknown>> {
  if (earlier.digest !== digest) return refuse(call, fault("idempotency_conflict"), digest);
  const { running, store } = call.dependencies;
  const attempt = await running.get(earlier.id);
  if (attempt !== undefined && attempt !== "conflict") return attempt;
  const { tenant } = earlier.principal;
  try {
    await expireReview(call.dependencies, earlier);
    const action = (await store.readAction({ tenant, id: earlier.id })) ?? earlier;
    const record = await store.readDecision({ tenant, id: action.decisionId });
    if (record !== undefined) return outcomeOf(action, record);
  } catch {
    // Falls through: what cannot be read is not known.
  }
  return refuseUnrecorded(call, fault("store_unavailable"), digest);
}

/** A refusal without a policy's decision, stored where the store takes it. */
async function refuse(call: Call, why: GovernorFault, digest: string | null): Promise<Outcome<unknown>> {
  const { clock, store } = call.dependencies;
  const record = refusalRecord(clock, { subject: call.subject, fault: why, actionDigest: digest });
  try {
    await store.commitDecision({ record });
    return { outcome: "refused", decision: record.decision, recorded: true };
  } catch {
    return { outcome: "refused", decision: record.decision, recorded: false };
  }
}

function refuseUnrecorded(call: Call, why: GovernorFault, digest: string | null): Outcome<unknown> {
  const record = refusalRecord(call.dependencies.clock, { subject: call.subject, fault: why, actionDigest: digest });
  return { outcome: "refused", decision: record.decision, recorded: false };
}
