// A decision as an auditor looks at it, years later, with nothing but a store. In: the id of a decision. Out: the record, the
// policy asked again, and for each statement of the record whether what the store holds beside it says the same. It trusts no
// field because another one repeats it, changes nothing, and finds no fault with what it cannot know: that is `unknown`.

import { actionDigest } from "../action/action-request.ts";
import { canonicalJson } from "../action/canonical-json.ts";
import { isPlainRecord, type PlainValue } from "../action/plain-value.ts";
import type { DecisionRecord } from "../decision/decision-record.ts";
import { exposureInput } from "../governor/exposure-claim.ts";
import { samePerson } from "../governor/usable-approval.ts";
import { buildPolicyInput } from "../policy/build-policy-input.ts";
import { readArtifact } from "../policy/read-artifact.ts";
import { type Recomputed, type RecomputeOptions, recompute } from "../policy/recompute.ts";
import { approverRoles } from "../review/approver-roles.ts";
import type { Store, StoredAction } from "../store/store.ts";

export interface AuditOptions extends Pick<RecomputeOptions, "builtins" | "builtinsFrom"> {
  readonly store: Store;
  readonly tenant: string;
  /** Of the decision. */
  readonly id: string;
}

export type AuditStatement =
  | "decision"
  | "time"
  | "who"
  | "arguments"
  | "ledger"
  | "approval"
  | "outcome"
  | "configuration";

export interface AuditFinding {
  readonly statement: AuditStatement;
  readonly result: "holds" | "fails" | "unknown";
  readonly detail: string;
}

export interface DecisionAudit {
  readonly record: DecisionRecord;
  /** As it is now; undefined for a check, and for what never became an action. */
  readonly action: StoredAction | undefined;
  readonly findings: readonly AuditFinding[];
  /** `fails` where any finding does, `unknown` where none fails and any is unknown. */
  readonly result: AuditFinding["result"];
}

/** Undefined where the tenant has no such decision. Throws a `StoreError`. */
export async function auditDecision(options: AuditOptions): Promise<DecisionAudit | undefined> {
  const { store, tenant, id } = options;
  const record = await store.readDecision({ tenant, id });
  if (record === undefined) return undefined;
  const action = record.actionId === null ? undefined : await store.readAction({ tenant, id: record.actionId });
  const findings = [
    decisionFinding(record, await recompute({ ...options, record })),
    timeFinding(record),
    ...inputFindings(record, action),
    await approvalFinding(store, record),
    outcomeFinding(record, action),
    await configurationFinding(store, record),
  ].filter((finding) => finding !== undefined);
  const result = (["fails", "unknown"] as const).find((each) => findings.some((finding) => finding.result === each));
  return Object.freeze({ record, action, findings: Object.freeze(findings), result: result ?? "holds" });
}

const missing = {
  module: "the module is not there",
  data: "its data is not there",
  builtins: "the host built-ins of then are not there",
} as const;

function decisionFinding({ decision }: DecisionRecord, recomputed: Recomputed): AuditFinding {
  const statement = "decision";
  switch (recomputed.kind) {
    case "same":
      return { statement, result: "holds", detail: `the policy ${decision.policyDigest}, asked again, says the same` };
    case "different": {
      const codes = recomputed.now.reasons.map(({ code }) => code).join(", ");
      const detail = `the policy, asked again, says ${recomputed.now.effect}${codes === "" ? "" : ` (${codes})`}`;
      return { statement, result: "fails", detail };
    }
    case "unavailable":
      if (recomputed.missing !== "policy") {
        return { statement, result: "unknown", detail: `it cannot be asked again: ${missing[recomputed.missing]}` };
      }
      return decision.effect === "DENY" && decision.cause === "governor"
        ? { statement, result: "holds", detail: "no policy was asked, and the governor refused" }
        : { statement, result: "fails", detail: "no policy was asked, and it is no refusal of the governor's" };
    default:
      return assertNever(recomputed);
  }
}

function timeFinding({ decision, provenance }: DecisionRecord): AuditFinding | undefined {
  if (provenance === null) return undefined;
  const clock = new Date(provenance.clock).toISOString();
  return clock === decision.decidedAt
    ? { statement: "time", result: "holds", detail: `the clock said ${clock}` }
    : { statement: "time", result: "fails", detail: `the clock said ${clock}, the decision ${decision.decidedAt}` };
}

/** What the policy was told, beside what else the record and the stored action say of it. */
function inputFindings(record: DecisionRecord, action: StoredAction | undefined): readonly AuditFinding[] {
  const { provenance, input } = record;
  const findings: AuditFinding[] = [];
  if (action !== undefined) {
    const isSame = record.actionDigest === action.digest && actionDigest(action) === action.digest;
    const detail = isSame
      ? `the stored action is ${action.digest}`
      : "the stored action is not the one that was decided";
    findings.push({ statement: "arguments", result: isSame ? "holds" : "fails", detail });
  }
  if (provenance === null || input === null || !isPlainRecord(input)) return findings;
  const { session, tool } = record;
  // For a settled or resumed action the requester is the record's principal; a settlement by hand has no input.
  const request = { principal: record.principal, session, tool, arguments: action?.arguments ?? {} };
  const exposure = exposureInput(provenance.ledger);
  const expected = buildPolicyInput(request, { now: provenance.clock, facts: {}, exposure });
  const parts: readonly (readonly [AuditStatement, readonly string[]])[] = [
    ["time", ["now_ns"]],
    ["who", ["principal", "agent"]],
    ["arguments", action === undefined ? [] : ["action"]],
    ["ledger", provenance.requested === null ? [] : ["exposure"]],
  ];
  for (const [statement, fields] of parts) {
    for (const field of fields.filter((name) => Object.hasOwn(input, name))) {
      const isSame = agrees(input[field], expected[field]);
      const detail = `the policy was told ${isSame ? "the same" : "something else"} as input.${field}`;
      findings.push({ statement, result: isSame ? "holds" : "fails", detail });
    }
  }
  return findings;
}

/** A record keeps of the input what the policy read: every part of it must be what the whole has there. */
function agrees(read: PlainValue | undefined, whole: PlainValue | undefined): boolean {
  if (read === undefined || whole === undefined) return read === whole;
  if (!isPlainRecord(read) || !isPlainRecord(whole)) return canonicalJson(read) === canonicalJson(whole);
  return Object.entries(read).every(([key, part]) => Object.hasOwn(whole, key) && agrees(part, whole[key]));
}

async function approvalFinding(
  store: Pick<Store, "readReview">,
  { principal, provenance }: DecisionRecord,
): Promise<AuditFinding | undefined> {
  const approval = provenance?.approval ?? null;
  if (approval === null) return undefined;
  const statement = "approval";
  const fails = (detail: string): AuditFinding => ({ statement, result: "fails", detail });
  const review = await store.readReview({ tenant: principal.tenant, id: approval.reviewId });
  if (review === undefined) return fails("there is no such review");
  const { verdict, record } = review;
  // An approval that led to another review has closed this one all the same.
  if (review.state !== "approved" || verdict === undefined) return fails(`the review was ${review.state}`);
  const said = canonicalJson({ by: { ...approval.by }, reason: approval.reason, at: approval.at });
  if (said !== canonicalJson({ by: { ...verdict.by }, reason: verdict.reason, at: verdict.at })) {
    return fails("the review holds another word than the record");
  }
  if (record.decision.id !== approval.decisionId) return fails("the review was of another decision");
  if (samePerson(approval.by, principal)) return fails("the requester approved their own action");
  if (!approverRoles(review).includes(approval.by.role)) return fails("the policy did not name this role");
  const { subject, role } = approval.by;
  return { statement, result: "holds", detail: `${subject} (${role}) approved it: ${approval.reason}` };
}

function outcomeFinding(
  { decision, provenance }: DecisionRecord,
  action: StoredAction | undefined,
): AuditFinding | undefined {
  if (action === undefined) return undefined;
  const statement = "outcome";
  if (action.decisionId !== decision.id) {
    const detail = `the action is ${action.state}; ${action.decisionId} decided on it last`;
    return { statement, result: "holds", detail };
  }
  const isStarted = action.state !== "refused" && action.state !== "suspended";
  const mayStart = decision.effect === "ALLOW" || (decision.effect === "MANUAL_REVIEW" && provenance?.approval != null);
  const isRight = isStarted ? mayStart : decision.effect === (action.state === "refused" ? "DENY" : "MANUAL_REVIEW");
  const detail = `the decision is ${decision.effect}, the action ${action.state}`;
  return { statement, result: isRight ? "holds" : "fails", detail };
}

async function configurationFinding(
  store: Pick<Store, "readArtifact">,
  { provenance }: DecisionRecord,
): Promise<AuditFinding | undefined> {
  if (provenance === null) return undefined;
  const bytes = await readArtifact(store, provenance.configuration);
  const statement = "configuration";
  return bytes === undefined
    ? { statement, result: "unknown", detail: `${provenance.configuration} is not there` }
    : { statement, result: "holds", detail: new TextDecoder().decode(bytes) };
}

function assertNever(value: never): never {
  throw new TypeError(`unexpected ${JSON.stringify(value)}`);
}
