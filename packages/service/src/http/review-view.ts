import { approverRoles, type Principal, type ReviewState, type StoredReviewState } from "@flyball/governor";
import { type DecisionView, viewDecision } from "./decision-view.ts";

/** A review as answers show it; `by`, `reason` and `decided_at` once a person has spoken. */
export interface ReviewView {
  readonly id: string;
  readonly state: ReviewState;
  readonly expires_at: string;
  readonly approver_roles: readonly string[];
  readonly by?: Principal;
  readonly reason?: string;
  readonly decided_at?: string;
  readonly variation?: { readonly bounds: unknown; readonly until: string; readonly used: boolean };
  readonly action: {
    readonly id: string;
    readonly state: StoredReviewState["action"]["state"];
    readonly digest: string;
    readonly requester: Principal;
    readonly session: string;
    readonly tool: string;
    readonly arguments: StoredReviewState["action"]["arguments"];
  };
  readonly decision: DecisionView;
}

export function viewReview(found: StoredReviewState): ReviewView {
  const { action, record, review, state, verdict, variation } = found;
  return {
    id: review.id,
    state,
    expires_at: new Date(review.expiresAt).toISOString(),
    approver_roles: approverRoles(found),
    ...(verdict === undefined
      ? {}
      : { by: verdict.by, reason: verdict.reason, decided_at: new Date(verdict.at).toISOString() }),
    ...(variation === undefined
      ? {}
      : { variation: { bounds: variation.bounds, until: new Date(variation.until).toISOString(), used: found.used } }),
    action: {
      id: action.id,
      state: action.state,
      digest: action.digest,
      requester: action.principal,
      session: action.session,
      tool: action.tool,
      arguments: action.arguments,
    },
    decision: viewDecision(record.decision),
  };
}
