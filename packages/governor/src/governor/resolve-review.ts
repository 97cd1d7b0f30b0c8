// A person's word on a suspended action. In: who says it, and what. Out: what became of the action, or why the word does not
// count. An approval is a reason to ask the policy again, with today's facts, ledger and policy, and opens nothing but the
// reviews that were approved. Review, action, decision and reservation change in one commit, so of an approval, a
// rejection, an expiry and a crash that meet, exactly one has happened.

import { canonicalNumber, compareNumbers } from "@flyball/engine/values";
import { isPlainRecord, type PlainValue, toPlainValue } from "../action/plain-value.ts";
import type { Principal } from "../action/principal.ts";
import type { Outcome } from "../outcome/outcome.ts";
import { approverRoles } from "../review/approver-roles.ts";
import type { Approval, ReviewVerdict, Variation, VariationBound } from "../review/review.ts";
import type { CloseReview, StoredReviewState } from "../store/store.ts";
import { StoreError } from "../store/store-error.ts";
import type { ActDependencies } from "./act.ts";
import { announceAction } from "./announce-action.ts";
import { refusalOf, subjectOf } from "./close-suspended.ts";
import { startDeadline } from "./deadline.ts";
import { decideUntilCommitted } from "./decide-until-committed.ts";
import { isDecimalText } from "./decimal-text.ts";
import { expireReview } from "./expire-review.ts";
import { isIntact } from "./intact-action.ts";
import { isReasonText, maxReasonLength } from "./reason-text.ts";
import { runAction } from "./run-action.ts";
import { samePerson } from "./usable-approval.ts";

export interface ReviewWord {
  readonly id: string;
  readonly verdict: "approve" | "reject";
  /** 1 to 2,000 characters. */
  readonly reason: string;
  /** With an approval: what may differ in an action that takes the place of this one, where it does not take effect. */
  readonly variation?: Variation;
}

export type ReviewRefusalCode =
  | "review_unknown"
  | "review_closed"
  | "review_expired"
  | "approver_is_agent"
  | "approver_is_requester"
  | "approver_not_permitted"
  | "reason_invalid"
  | "variation_invalid"
  | "halted"
  | "policy_unavailable"
  | "deadline_exceeded"
  | "facts_unavailable"
  | "store_unavailable"
  | "store_contended";

export type ReviewResolution =
  /** The word counts, and this is what became of the action. */
  | { readonly kind: "resolved"; readonly outcome: Outcome<unknown> }
  /** Nothing changed, but for a review whose time was over: that is closed. */
  | { readonly kind: "refused"; readonly code: ReviewRefusalCode; readonly message: string };

export async function resolveReview(
  dependencies: ActDependencies,
  by: Principal,
  word: ReviewWord,
): Promise<ReviewResolution> {
  const { reason, verdict: said } = word;
  // A word that is mis-spelt must not be taken for the one that opens.
  if (said !== "approve" && said !== "reject") throw new TypeError("verdict must be approve or reject");
  if (!isReasonText(reason)) {
    return refused("reason_invalid", `a reason of 1 to ${maxReasonLength} characters is required, without NUL`);
  }
  const variation = word.verdict === "approve" ? checkVariation(word.variation) : undefined;
  if (variation === "invalid") return refused("variation_invalid", "the variation has no bounds that can be checked");
  try {
    const standing = await standingOf(dependencies, by, word.id);
    if (standing.kind === "refused") return standing;
    const verdict: ReviewVerdict = { by, reason, at: dependencies.clock.now() };
    if (word.verdict === "reject") return await reject(dependencies, standing.review, verdict);
    return await approve(dependencies, { by, id: word.id, verdict, variation });
  } catch {
    return refused("store_unavailable", "the review could not be read or stored, so nothing was executed");
  }
}

function refused(code: ReviewRefusalCode, message: string): ReviewResolution & { readonly kind: "refused" } {
  return { kind: "refused", code, message };
}

type Standing =
  | (ReviewResolution & { readonly kind: "refused" })
  | { readonly kind: "may"; readonly review: StoredReviewState };

/** Whether this person may speak on this review now. Reviews of other tenants do not exist. */
async function standingOf(dependencies: ActDependencies, by: Principal, id: string): Promise<Standing> {
  const { store, clock } = dependencies;
  if (by.agent !== undefined)
    return refused("approver_is_agent", "an agent has no word on a review, whoever it acts for");
  const review = await store.readReview({ tenant: by.tenant, id });
  if (review === undefined) return refused("review_unknown", "there is no such review");
  if (review.state === "expired") return refused("review_expired", "the review expired before anybody decided");
  if (review.state !== "pending") return refused("review_closed", `the review was ${review.state} already`);
  const { issuer, subject, tenant } = review.action.principal;
  if (samePerson(by, { issuer, subject, tenant })) {
    return refused("approver_is_requester", "nobody reviews their own action");
  }
  if (!approverRoles(review).includes(by.role)) {
    return refused("approver_not_permitted", "the policy does not name this role among the approvers");
  }
  if (clock.now() >= review.review.expiresAt) {
    await expireReview(dependencies, review.action);
    return refused("review_expired", "the review expired before anybody decided");
  }
  return { kind: "may", review };
}

async function reject(
  dependencies: ActDependencies,
  { action, review }: StoredReviewState,
  verdict: ReviewVerdict,
): Promise<ReviewResolution> {
  const record = refusalOf(dependencies.clock, action, {
    kind: "fault",
    code: "review_rejected",
    message: verdict.reason,
  });
  const closes: CloseReview = { id: review.id, state: "rejected", verdict };
  const result = await dependencies.store.commitDecision({
    record,
    resume: { actionId: action.id, expectedVersion: action.version, state: "refused", closes },
  });
  if (result.kind === "conflict") return refused("review_closed", "somebody else decided at the same moment");
  return { kind: "resolved", outcome: { outcome: "refused", decision: record.decision, recorded: true } };
}

interface Approving {
  readonly by: Principal;
  readonly id: string;
  readonly verdict: ReviewVerdict;
  readonly variation: Variation | undefined;
}

async function approve(dependencies: ActDependencies, approving: Approving): Promise<ReviewResolution> {
  const { store, tools, clock, limits } = dependencies;
  const found = await store.readReview({ tenant: approving.by.tenant, id: approving.id });
  const tool = found === undefined ? undefined : tools.get(found.action.tool);
  if (found === undefined || tool === undefined) return refused("review_unknown", "its tool is not there any more");
  const { action } = found;
  if (!isIntact(action)) throw new StoreError("corrupt", "the stored action is not the one that was suspended");
  const { principal, session, arguments: args } = action;
  const deadline = startDeadline(limits.deadlineMs);
  const announcement = announceAction(dependencies.running);
  const resolved = (outcome: Outcome<unknown>): ReviewResolution => {
    announcement.end(outcome);
    return { kind: "resolved", outcome };
  };
  try {
    const request = { principal, session, tool: tool.name, arguments: args };
    const result = await decideUntilCommitted<Standing>(dependencies, {
      onCommit: announcement.onCommit,
      tool,
      request,
      subject: subjectOf(clock, action),
      deadline,
      policyOnly: true,
      prepare: async () => {
        // Anew before each attempt: whoever was faster has closed it.
        const standing = await standingOf(dependencies, approving.by, approving.id);
        if (standing.kind === "refused") return { kind: "stop", value: standing };
        const { review } = standing;
        return {
          kind: "go",
          actionId: action.id,
          approval: approvalOf(review, approving.verdict),
          command: ({ state, review: next }) => ({
            resume: {
              actionId: action.id,
              expectedVersion: review.action.version,
              state,
              closes: closing(approving),
              ...(next === undefined ? {} : { review: next }),
            },
          }),
        };
      },
    });
    if (result.kind === "stop") {
      return result.value.kind === "refused" ? result.value : refused("review_closed", "the review was closed");
    }
    if (result.kind === "refused") {
      const { code, message = "it could not be decided" } = result.fault;
      return refused(refusalCode(code), `the review still waits: ${message}`);
    }
    const { record, state, review } = result;
    const { decision } = record;
    if (state === "refused") return resolved({ outcome: "refused", decision, recorded: true });
    if (review !== undefined) {
      const ticket = { id: review.id, expiresAt: new Date(review.expiresAt).toISOString() };
      return resolved({ outcome: "suspended", decision, recorded: true, review: ticket });
    }
    const version = found.action.version + 1;
    const run = { tool, record, actionId: action.id, arguments: args, version, deadline };
    return resolved(await runAction(dependencies, run));
  } finally {
    deadline.end();
  }
}

function approvalOf({ review, record }: StoredReviewState, verdict: ReviewVerdict): Approval {
  const { id: decisionId, reasons } = record.decision;
  return { ...verdict, reviewId: review.id, decisionId, reasons, varied: false };
}

function closing({ id, verdict, variation }: Approving): CloseReview {
  return { id, state: "approved", verdict, ...(variation === undefined ? {} : { variation }) };
}

function refusalCode(code: string): ReviewRefusalCode {
  switch (code) {
    case "halted":
    case "deadline_exceeded":
    case "facts_unavailable":
    case "store_contended":
    case "store_unavailable":
      return code;
    default:
      // The policy could not be asked, or its evaluation failed.
      return "policy_unavailable";
  }
}

const argumentName = /^\w{1,64}$/;

function checkVariation(given: unknown): Variation | undefined | "invalid" {
  if (given === undefined) return undefined;
  const plain = toPlainValue(given);
  if (!plain.ok || !isPlainRecord(plain.value)) return "invalid";
  const { bounds, until, ...rest } = plain.value;
  if (Object.keys(rest).length > 0 || typeof until !== "number" || !Number.isSafeInteger(until)) return "invalid";
  if (bounds === undefined || !isPlainRecord(bounds)) return "invalid";
  const checked: [string, VariationBound][] = [];
  for (const [name, bound] of Object.entries(bounds)) {
    const entry = argumentName.test(name) ? checkBound(bound) : undefined;
    if (entry === undefined) return "invalid";
    checked.push([name, entry]);
  }
  return checked.length === 0 ? "invalid" : { bounds: Object.fromEntries(checked), until };
}

function checkBound(bound: PlainValue): VariationBound | undefined {
  if (!isPlainRecord(bound) || Object.keys(bound).length !== 1) return undefined;
  const { at_most: atMost, within_percent: percent } = bound;
  if (isDecimalText(atMost)) return { at_most: atMost };
  if (!isDecimalText(percent)) return undefined;
  return compareNumbers(canonicalNumber(percent), 100) <= 0 ? { within_percent: percent } : undefined;
}
