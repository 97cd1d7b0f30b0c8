// May this action use that approval? In: a review as stored, and a new action that names it. Out: the approval, or why not.
// An approval covers one effect: it can be used by a variation only where the approved action itself did not take effect.

import {
  addNumbers,
  canonicalNumber,
  compareNumbers,
  divideNumbers,
  multiplyNumbers,
  type RegoNumeric,
  subtractNumbers,
} from "@flyball/engine/values";
import type { ActionRequest } from "../action/action-request.ts";
import { canonicalJson } from "../action/canonical-json.ts";
import { isPlainRecord, type PlainValue } from "../action/plain-value.ts";
import type { Approval, VariationBound } from "../review/review.ts";
import type { StoredReviewState, UseApproval } from "../store/store.ts";
import { isIntact } from "./intact-action.ts";

export type Usable =
  | { readonly ok: true; readonly approval: Approval; readonly uses: UseApproval }
  | { readonly ok: false; readonly message: string };

export function usableApproval(
  review: StoredReviewState | undefined,
  { request, now }: { readonly request: ActionRequest; readonly now: number },
): Usable {
  const action = review?.action;
  if (review === undefined || action === undefined || !samePerson(action.principal, request.principal)) {
    return no("There is no such review of an action of yours.");
  }
  const { verdict, variation, record } = review;
  if (review.state !== "approved" || verdict === undefined || variation === undefined) {
    return no("The review does not allow a variation.");
  }
  if (review.used) return no("The approval was used already.");
  if (action.state !== "refused" && action.state !== "failed") {
    return no("The approved action itself was executed, or may have been.");
  }
  if (now >= variation.until) return no("The time in which a variation was allowed is over.");
  if (!isIntact(action)) return no("The approved action is not stored as it was approved.");
  if (action.tool !== request.tool) return no("The approval is for another tool.");
  const beyond = beyondBounds(action.arguments, request.arguments, variation.bounds);
  if (beyond !== undefined) return no(beyond);
  return {
    ok: true,
    approval: {
      ...verdict,
      reviewId: review.review.id,
      decisionId: record.decision.id,
      reasons: record.decision.reasons,
      varied: true,
    },
    uses: { reviewId: review.review.id, actionId: action.id, actionVersion: action.version },
  };
}

function no(message: string): Usable {
  return { ok: false, message };
}

interface Person {
  readonly tenant: string;
  readonly issuer: string;
  readonly subject: string;
}

/** Role and display name do not make another person. */
export function samePerson(a: Person, b: Person): boolean {
  return a.tenant === b.tenant && a.issuer === b.issuer && a.subject === b.subject;
}

function beyondBounds(
  approved: PlainValue,
  varied: PlainValue,
  bounds: Readonly<Record<string, VariationBound>>,
): string | undefined {
  if (!isPlainRecord(approved) || !isPlainRecord(varied)) return "Only named arguments can vary.";
  for (const name of new Set([...Object.keys(approved), ...Object.keys(varied)])) {
    const before = Object.hasOwn(approved, name) ? approved[name] : undefined;
    const after = Object.hasOwn(varied, name) ? varied[name] : undefined;
    if (before !== undefined && after !== undefined && canonicalJson(before) === canonicalJson(after)) continue;
    const bound = Object.hasOwn(bounds, name) ? bounds[name] : undefined;
    if (bound === undefined || !isWithin(before, after, bound))
      return `The argument ${name} is beyond what was approved.`;
  }
  return undefined;
}

function isWithin(before: PlainValue | undefined, after: PlainValue | undefined, bound: VariationBound): boolean {
  const from = numberOf(before);
  const to = numberOf(after);
  if (from === undefined || to === undefined || compareNumbers(to, 0) <= 0) return false;
  if ("at_most" in bound) return compareNumbers(to, canonicalNumber(bound.at_most)) <= 0;
  const share = divideNumbers(multiplyNumbers(from, canonicalNumber(bound.within_percent)), 100) ?? 0;
  const isAbove = compareNumbers(to, subtractNumbers(from, share)) >= 0;
  return isAbove && compareNumbers(to, addNumbers(from, share)) <= 0;
}

function numberOf(value: PlainValue | undefined): RegoNumeric | undefined {
  if (typeof value === "number" || typeof value === "bigint") return value;
  if (typeof value !== "object" || value === null) return undefined;
  try {
    return canonicalNumber(value as RegoNumeric);
  } catch {
    return undefined;
  }
}
