// One governed action, from the proposal to its outcome:
//
//   arguments -> digest -> (same key seen before? its answer) -> decision -> commit -> execute | suspend | refuse
//
// The decision is on disk before the tool is called; a tool is called at most once for a stored action; and nothing that
// fails on the way leads anywhere but to a refusal or, once the tool was started, to `unknown`.

import { randomUUID } from "node:crypto";
import { type ActionRequest, actionDigest } from "../action/action-request.ts";
import type { DecisionRecord } from "../decision/decision-record.ts";
import { isReasonCode, reasonCatalogue } from "../decision/reason-catalogue.ts";
import type { Outcome } from "../outcome/outcome.ts";
import type { CommitDecision, NewAction, Store, StoredAction } from "../store/store.ts";
import type { ActContext, RegisteredTool } from "../tool/tool-definition.ts";
import { validateArguments } from "../tool/validate-arguments.ts";
import { type Deadline, startDeadline } from "./deadline.ts";
import {
  type DecideDependencies,
  decideAction,
  fault,
  type GovernorFault,
  refusalRecord,
  type Subject,
} from "./decide-action.ts";
import type { GovernorLimits } from "./governor-limits.ts";
import { recordableName } from "./recordable-name.ts";
import { type RunDependencies, runAction } from "./run-action.ts";

export interface ActDependencies extends DecideDependencies, RunDependencies {
  readonly limits: GovernorLimits;
  readonly tools: ReadonlyMap<string, RegisteredTool>;
  /** Actions that this process is committing or running, by id, with the answer that their callers will get. */
  readonly running: Map<string, Promise<Attempt>>;
}

/** `conflict`: nothing was committed, and the action is to be decided again. */
type Attempt = Outcome<unknown> | "conflict";

/** `args` is what the model proposes; nothing about it is known yet. */
export async function act(
  dependencies: ActDependencies,
  context: ActContext,
  proposal: { readonly tool: string; readonly arguments: unknown },
): Promise<Outcome<unknown>> {
  const deadline = startDeadline(dependencies.limits.deadlineMs);
  const subject: Subject = {
    kind: "action",
    principal: context.principal,
    session: context.session,
    tool: recordableName(proposal.tool),
    startedNs: dependencies.clock.elapsedNs(),
  };
  try {
    const call: Call = { dependencies, subject, deadline, idempotencyKey: context.idempotencyKey };
    const tool = dependencies.tools.get(proposal.tool);
    if (tool === undefined) return await refuse(call, fault("tool_unknown"), null);
    const args = await deadline.race(validateArguments(tool.schema, proposal.arguments));
    if (args === "late") return await refuse(call, fault("deadline_exceeded"), null);
    if (!args.ok) return await refuse(call, { kind: "fault", code: "arguments_invalid", issues: args.issues }, null);
    const request = {
      principal: subject.principal,
      session: subject.session,
      tool: tool.name,
      arguments: args.value,
    };
    return await decideUntilCommitted(call, { tool, request });
  } finally {
    deadline.end();
  }
}

interface Call {
  readonly dependencies: ActDependencies;
  readonly subject: Subject;
  readonly deadline: Deadline;
  readonly idempotencyKey: string | undefined;
}

interface Work {
  readonly tool: RegisteredTool;
  readonly request: ActionRequest;
}

async function decideUntilCommitted(call: Call, work: Work): Promise<Outcome<unknown>> {
  const { limits } = call.dependencies;
  const digest = actionDigest(work.request);
  for (let attempt = 0; attempt < limits.attempts; attempt += 1) {
    try {
      const earlier = await findEarlier(call);
      if (earlier !== undefined) return await answerAgain(call, earlier, digest);
    } catch {
      return refuseUnrecorded(call, fault("store_unavailable"), digest);
    }
    const actionId = randomUUID();
    const { subject, deadline } = call;
    const record = await decideAction(call.dependencies, { ...work, subject, deadline, actionId });
    if (deadline.passed()) return await refuse(call, fault("deadline_exceeded"), digest);
    const action = actionOf(call, record, { id: actionId, arguments: work.request.arguments });
    const outcome = await tracked(call, actionId, commitAndProceed(call, work, { record, action }));
    if (outcome !== "conflict") return outcome;
  }
  return refuseUnrecorded(call, fault("store_contended"), digest);
}

/** From before the action can be found in the store until its outcome is known, so that whoever finds it can wait for it. */
async function tracked(call: Call, actionId: string, attempt: Promise<Attempt>): Promise<Attempt> {
  const { running } = call.dependencies;
  running.set(actionId, attempt);
  try {
    return await attempt;
  } finally {
    running.delete(actionId);
  }
}

async function commitAndProceed(
  call: Call,
  work: Work,
  decided: { readonly record: DecisionRecord; readonly action: NewAction },
): Promise<Attempt> {
  const committed = await commit(call.dependencies.store, decided);
  if (committed === "unavailable") {
    return refuseUnrecorded(call, fault("store_unavailable"), decided.record.actionDigest);
  }
  return committed === "conflict" ? "conflict" : await proceed(call, work, decided);
}

async function commit(store: Store, command: CommitDecision): Promise<"committed" | "conflict" | "unavailable"> {
  try {
    return (await store.commitDecision(command)).kind;
  } catch {
    return "unavailable";
  }
}

/** Acts on a decision that is on disk. */
function proceed(
  call: Call,
  { tool }: Work,
  { record, action }: { readonly record: DecisionRecord; readonly action: NewAction },
): Promise<Outcome<unknown>> | Outcome<unknown> {
  const { decision } = record;
  if (action.state === "refused") return { outcome: "refused", decision, recorded: true };
  if (action.review !== undefined) {
    const { id, expiresAt } = action.review;
    const review = { id, expiresAt: new Date(expiresAt).toISOString() };
    return { outcome: "suspended", decision, recorded: true, review };
  }
  return runAction(call.dependencies, {
    tool,
    record,
    actionId: action.id,
    arguments: action.arguments,
    deadline: call.deadline,
  });
}

function actionOf(call: Call, record: DecisionRecord, action: Pick<NewAction, "id" | "arguments">): NewAction {
  const { decision } = record;
  const key = bindsKey(record) && call.idempotencyKey !== undefined ? { idempotencyKey: call.idempotencyKey } : {};
  switch (decision.effect) {
    case "ALLOW":
      return { ...action, ...key, state: "executing" };
    case "MANUAL_REVIEW": {
      const expiresAt = Date.parse(decision.decidedAt) + call.dependencies.limits.reviewMs;
      return { ...action, ...key, state: "suspended", review: { id: randomUUID(), expiresAt } };
    }
    case "DENY":
      return { ...action, ...key, state: "refused" };
    default:
      return assertNever(decision.effect);
  }
}

/** A refusal that may be another answer a moment later must not be the answer for good. */
function bindsKey({ decision }: DecisionRecord): boolean {
  if (decision.cause === "policy") return true;
  return !decision.reasons.some(({ code }) => isReasonCode(code) && reasonCatalogue[code].transient);
}

async function findEarlier(call: Call): Promise<StoredAction | undefined> {
  if (call.idempotencyKey === undefined) return undefined;
  return await call.dependencies.store.findActionByKey({ principal: call.subject.principal, key: call.idempotencyKey });
}

/** The answer that this key has already. Throws a `StoreError` where it cannot be read. */
async function answerAgain(call: Call, earlier: StoredAction, digest: string): Promise<Outcome<unknown>> {
  if (earlier.digest !== digest) return refuse(call, fault("idempotency_conflict"), digest);
  const running = await call.dependencies.running.get(earlier.id);
  if (running !== undefined && running !== "conflict") return running;
  const { tenant } = earlier.principal;
  const record = await call.dependencies.store.readDecision({ tenant, id: earlier.decisionId });
  if (record === undefined) throw new Error(`action ${earlier.id} has lost its decision`);
  return outcomeOf(earlier, record);
}

function outcomeOf(action: StoredAction, { decision }: DecisionRecord): Outcome<unknown> {
  const stored = { decision, recorded: true } as const;
  const unknown = { code: "tool_outcome_unknown", message: "The tool was started and has not settled." } as const;
  switch (action.state) {
    case "executed":
      return { ...stored, outcome: "executed", result: action.result };
    case "refused":
      return { ...stored, outcome: "refused" };
    case "suspended": {
      if (action.review === undefined) throw new Error(`suspended action ${action.id} has lost its review`);
      const { id, expiresAt } = action.review;
      return { ...stored, outcome: "suspended", review: { id, expiresAt: new Date(expiresAt).toISOString() } };
    }
    case "failed":
      return {
        ...stored,
        outcome: "failed",
        error: action.error ?? { code: "tool_failed", message: "The tool failed." },
      };
    case "executing":
    case "unknown":
      return { ...stored, outcome: "unknown", error: action.error ?? unknown };
    default:
      return assertNever(action.state);
  }
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

function assertNever(value: never): never {
  throw new TypeError(`unexpected ${String(value)}`);
}
