// What waits for a person, and what persons have said. Who may speak is for the service to decide; the page only leaves out
// what it knows would be refused: one's own actions, and another role than the decision names.

import type { MeView, ReviewView } from "@flyball/service/http-views";
import { element, part } from "../dom/element.ts";
import { updateKeyedList } from "../dom/keyed-list.ts";
import { type Poll, poll } from "../dom/poll.ts";
import type { Connection, Problem } from "../service/connection.ts";
import type { ReviewPage } from "../service/views.ts";
import { closedReview } from "./closed-review.ts";
import { reviewCard } from "./review-card.ts";

const everyMs = 4_000;

export function startReviewPanel(options: {
  readonly connection: Connection;
  readonly signal: AbortSignal;
  readonly me: MeView;
  /** Somebody's word was taken: what was decided has changed. */
  readonly onWord: () => void;
  readonly onCount: (waiting: number) => void;
  readonly onProblem: (problem: Problem | undefined) => void;
}): Poll {
  const { connection, signal, me, onCount, onProblem } = options;
  const waitingList = part("review-list", HTMLElement);
  const closedList = part("review-closed-list", HTMLElement);
  const polling = poll(everyMs, signal, async () => {
    const [pending, all] = await Promise.all([
      connection.get<ReviewPage>("/v1/reviews?state=pending&limit=50"),
      connection.get<ReviewPage>("/v1/reviews?limit=50"),
    ]);
    if (signal.aborted) return;
    const failed = [pending, all].find((answer) => !answer.ok);
    onProblem(failed?.ok === false ? failed.problem : undefined);
    if (!pending.ok || !all.ok) return;
    showWaiting(pending.value.reviews);
    const closed = all.value.reviews.filter(({ state }) => state !== "pending").slice(0, 10);
    part("reviews-closed", HTMLElement).hidden = closed.length === 0;
    updateKeyedList(closedList, closed, { key: ({ id }) => id, make: closedReview });
    onCount(pending.value.reviews.filter((review) => mayDecide(me, review)).length);
  });

  function showWaiting(reviews: readonly ReviewView[]): void {
    // A card that tells what became of a word just given stays until it is dismissed.
    const told = [...waitingList.querySelectorAll("[data-told]")];
    part("reviews-empty", HTMLElement).hidden = reviews.length > 0 || told.length > 0;
    const kept = new Set(told.map((card) => card.getAttribute("data-key")));
    const items: readonly (ReviewView | string)[] = [
      ...[...kept].filter((key) => key !== null),
      ...reviews.filter(({ id }) => !kept.has(id)),
    ];
    updateKeyedList(waitingList, items, {
      key: (item) => (typeof item === "string" ? item : item.id),
      make: (item) =>
        typeof item === "string"
          ? element("li")
          : reviewCard({
              review: item,
              connection,
              mayDecide: mayDecide(me, item),
              isMine: isMine(me, item),
              onWord: () => {
                options.onWord();
                polling.now();
              },
              onDismiss: polling.now,
            }),
    });
  }
  return polling;
}

function isMine({ principal }: MeView, { action }: ReviewView): boolean {
  return action.requester.issuer === principal.issuer && action.requester.subject === principal.subject;
}

function mayDecide(me: MeView, review: ReviewView): boolean {
  return !isMine(me, review) && review.approver_roles.includes(me.principal.role);
}
