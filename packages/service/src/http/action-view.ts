import type { StoredAction } from "@flyball/governor";

/** A stored action as answers show it. */
export interface ActionView {
  readonly id: string;
  readonly state: StoredAction["state"];
  readonly requester: StoredAction["principal"];
  readonly session: string;
  readonly tool: string;
  readonly arguments: StoredAction["arguments"];
  readonly digest: string;
  /** The latest decision on it; a settlement by hand is in the log under the action's id. */
  readonly decision_id: string;
  readonly created_at: string;
  readonly changed_at: string;
  readonly result?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
  readonly review?: { readonly id: string; readonly url: string; readonly expires_at: string };
}

export function viewAction(action: StoredAction): ActionView {
  const { review, result, error } = action;
  return {
    id: action.id,
    state: action.state,
    requester: action.principal,
    session: action.session,
    tool: action.tool,
    arguments: action.arguments,
    digest: action.digest,
    decision_id: action.decisionId,
    created_at: new Date(action.createdAt).toISOString(),
    changed_at: new Date(action.changedAt).toISOString(),
    ...(result === undefined ? {} : { result }),
    ...(error === undefined ? {} : { error }),
    ...(review === undefined
      ? {}
      : {
          review: {
            id: review.id,
            url: `/v1/reviews/${review.id}`,
            expires_at: new Date(review.expiresAt).toISOString(),
          },
        }),
  };
}
