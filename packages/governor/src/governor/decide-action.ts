// From an action to its decision: facts, input, evaluation, `closeDecision`. In: the request and the tool. Out: a
// decision with everything its record needs. It stores nothing and starts nothing; every failure is a DENY.

import { randomUUID } from "node:crypto";
import { type ActionRequest, actionDigest } from "../action/action-request.ts";
import { isPlainRecord, type PlainValue, toPlainValue } from "../action/plain-value.ts";
import type { Principal } from "../action/principal.ts";
import type { Clock } from "../clock.ts";
import { closeDecision } from "../decision/close-decision.ts";
import type { DecisionRecord, Provenance } from "../decision/decision-record.ts";
import type { ReasonCode } from "../decision/reason-catalogue.ts";
import { governorVersion } from "../governor-version.ts";
import { findHalt } from "../halt/find-halt.ts";
import type { ActionPolicy, PolicySource } from "../policy/action-policy.ts";
import { buildPolicyInput, type Facts } from "../policy/build-policy-input.ts";
import { partRead } from "../policy/read-paths.ts";
import type { Approval } from "../review/review.ts";
import type { Basis, Store } from "../store/store.ts";
import { StoreError } from "../store/store-error.ts";
import type { RegisteredTool } from "../tool/tool-definition.ts";
import type { ArgumentIssue } from "../tool/validate-arguments.ts";
import { clientOf } from "./client-of.ts";
import type { Deadline } from "./deadline.ts";
import { type Claim, exposureInput } from "./exposure-claim.ts";

export interface DecideDependencies {
  readonly policies: PolicySource;
  readonly store: Store;
  readonly clock: Clock;
  /** Of the governor's settings, for records. */
  readonly configuration: string;
}

/** What is decided, and what it stands on. */
export interface DecideTask {
  readonly request: ActionRequest;
  readonly tool: RegisteredTool;
  readonly subject: Subject;
  readonly deadline: Deadline;
  /** The action as it would be stored, or is stored already; null for a check. */
  readonly actionId: string | null;
  /** Milliseconds since 1970-01-01 UTC: the moment for which the decision is made. */
  readonly now: number;
  readonly basis: Basis;
  readonly claim: Claim | undefined;
  readonly approval: Approval | null;
}

/** What a record needs to know before there is a decision. */
export interface Subject {
  readonly kind: DecisionRecord["kind"];
  readonly principal: Principal;
  readonly session: string;
  readonly tool: string;
  /** `clock.elapsedNs()` when the request was taken up. */
  readonly startedNs: bigint;
}

/** A fault of the governor's own making, in the shape of the engine's, so that `closeDecision` reads both. */
export interface GovernorFault {
  readonly kind: "fault";
  readonly code: ReasonCode;
  readonly message?: string;
  readonly issues?: readonly ArgumentIssue[];
}

export function fault(code: ReasonCode, message?: string): GovernorFault {
  return message === undefined ? { kind: "fault", code } : { kind: "fault", code, message };
}

/** Where a decision goes to besides its effect. */
interface Evaluated {
  readonly evaluation: unknown;
  readonly policy: ActionPolicy | undefined;
  readonly input: PlainValue;
  readonly now: number;
}

export async function decideAction(dependencies: DecideDependencies, task: DecideTask): Promise<DecisionRecord> {
  const evaluated = await evaluateAction(dependencies, task);
  const { basis, claim, approval, now } = task;
  const kept = evaluated.policy?.kept;
  const provenance: Provenance = {
    module: kept?.module?.digest ?? null,
    data: kept?.data?.digest ?? null,
    builtins: kept?.builtins ?? null,
    configuration: dependencies.configuration,
    limits: kept?.limits ?? null,
    clock: now,
    ledger: basis.balances,
    requested: claim?.amount ?? null,
    haltVersion: basis.haltVersion,
    approval,
  };
  return closeRecord(dependencies.clock, {
    subject: task.subject,
    evaluated,
    actionId: task.actionId,
    actionDigest: actionDigest(task.request),
    provenance: Object.freeze(provenance),
  });
}

/** The record of a refusal on what no policy was asked about. `actionDigest` is null where there is no action. */
export function refusalRecord(
  clock: Clock,
  refusal: {
    readonly subject: Subject;
    readonly fault: GovernorFault;
    readonly actionDigest: string | null;
    /** The stored action that is refused; absent where there is none. */
    readonly actionId?: string;
  },
): DecisionRecord {
  const evaluated = { evaluation: refusal.fault, policy: undefined, input: null, now: clock.now() };
  return closeRecord(clock, { ...refusal, evaluated, actionId: refusal.actionId ?? null, provenance: null });
}

function closeRecord(
  clock: Clock,
  closing: {
    readonly subject: Subject;
    readonly evaluated: Evaluated;
    readonly actionId: string | null;
    readonly actionDigest: string | null;
    readonly provenance: Provenance | null;
  },
): DecisionRecord {
  const { subject, evaluated } = closing;
  const decision = closeDecision(evaluated.evaluation, {
    id: randomUUID(),
    policyDigest: evaluated.policy?.digest ?? null,
    entrypoint: evaluated.policy?.entrypoint ?? null,
    decidedAt: new Date(evaluated.now).toISOString(),
  });
  return Object.freeze({
    kind: subject.kind,
    decision,
    principal: subject.principal,
    session: subject.session,
    tool: subject.tool,
    actionDigest: closing.actionDigest,
    actionId: closing.actionId,
    input: evaluated.input,
    durationNs: clock.elapsedNs() - subject.startedNs,
    governorVersion,
    provenance: closing.provenance,
  });
}

async function evaluateAction({ policies, store }: DecideDependencies, task: DecideTask): Promise<Evaluated> {
  const { request, tool, deadline, now, basis, claim } = task;
  const nothing = { policy: undefined, input: null, now };
  const named = clientOf(tool, request, claim);
  if (!named.ok) return { ...nothing, evaluation: fault("facts_unavailable") };
  const { client } = named;
  const halt = findHalt(basis.halts, { principal: request.principal, tool: tool.name, client });
  if (halt !== undefined) return { ...nothing, evaluation: fault("halted", haltMessages[halt.scope.kind]) };
  const facts = await deadline.race(gatherFacts(store, task));
  if (facts === "late" || deadline.passed()) return { ...nothing, evaluation: fault("deadline_exceeded") };
  if (!facts.ok) return { ...nothing, evaluation: facts.fault };
  const policy = currentPolicy(policies);
  if (policy === undefined) return { ...nothing, evaluation: fault("policy_unavailable") };
  try {
    const input = buildPolicyInput(request, {
      now,
      facts: facts.facts,
      ...(claim === undefined ? {} : { exposure: exposureInput(basis.balances) }),
    });
    const read = partRead(input, policy.reads);
    return { policy, input: read, now, evaluation: policy.evaluate(input, BigInt(now) * 1_000_000n) };
  } catch {
    // The engine answers with values; a throw is a bug in it or in the facts, and nothing is known about its reach.
    return { policy, input: null, now, evaluation: fault("engine_fault") };
  }
}

/** What is halted, and never why: the reason is for people, and the message is for a model. */
const haltMessages = {
  everything: "All actions are halted.",
  tenant: "All actions of this tenant are halted.",
  trader: "Actions of this person are halted.",
  client: "Actions for this client are halted.",
  tool: "This tool is halted.",
} as const;

/** A source that fails has no policy to offer. */
function currentPolicy(policies: PolicySource): ActionPolicy | undefined {
  try {
    return policies.current();
  } catch {
    return undefined;
  }
}

type Gathered = { readonly ok: true; readonly facts: Facts } | { readonly ok: false; readonly fault: GovernorFault };

async function gatherFacts(store: Store, task: DecideTask): Promise<Gathered> {
  const { request, tool, deadline, now, actionId } = task;
  if (tool.facts === undefined) return { ok: true, facts: {} };
  const { principal, session } = request;
  try {
    const facts = await tool.facts({
      principal,
      session,
      arguments: request.arguments,
      now,
      signal: deadline.signal,
      actions: async (query) =>
        (await store.listActions({ ...query, tenant: principal.tenant })).filter(({ id }) => id !== actionId),
    });
    const plain = toPlainValue(facts);
    if (plain.ok && isPlainRecord(plain.value)) return { ok: true, facts: plain.value };
    return { ok: false, fault: fault("facts_unavailable") };
  } catch (error) {
    return { ok: false, fault: fault(error instanceof StoreError ? "store_unavailable" : "facts_unavailable") };
  }
}
