import type { StoredAction } from "../store/store.ts";
import { isoOf, refusalOf } from "./close-suspended.ts";
import type { DecideDependencies } from "./decide-action.ts";

/** Closes the review of a suspended action where its time is over. Throws a `StoreError`. */
export async function expireReview(
  { store, clock }: Pick<DecideDependencies, "store" | "clock">,
  action: StoredAction,
): Promise<boolean> {
  const { review } = action;
  if (action.state !== "suspended" || review === undefined || clock.now() < review.expiresAt) return false;
  const message = `Nobody decided on this action before ${isoOf(review.expiresAt)}.`;
  const result = await store.commitDecision({
    record: refusalOf(clock, action, { kind: "fault", code: "review_expired", message }),
    resume: {
      actionId: action.id,
      expectedVersion: action.version,
      state: "refused",
      closes: { id: review.id, state: "expired" },
    },
  });
  return result.kind === "committed";
}
