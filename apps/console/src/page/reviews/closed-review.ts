import type { ReviewView } from "@flyball/service/http-views";
import { reviewBadge } from "../decisions/effect-badge.ts";
import { element } from "../dom/element.ts";
import { describeAction } from "../format/describe-action.ts";
import { timeText } from "../format/times.ts";

const states: Readonly<Record<string, string>> = {
  executed: "executed",
  failed: "failed",
  refused: "not executed",
  executing: "under way",
  unknown: "outcome unknown",
};

/** A review that somebody has decided, or nobody in time. */
export function closedReview({ action, by, decided_at, expires_at, reason, state }: ReviewView): HTMLElement {
  const when = decided_at ?? expires_at;
  const became = state === "approved" ? states[action.state] : undefined;
  const words = [by === undefined ? undefined : `${by.subject} · ${by.role}`, became].filter(
    (each) => each !== undefined,
  );
  return element(
    "li",
    { class: "card" },
    element(
      "div",
      { class: "card-head" },
      element("h3", {}, describeAction(action.tool, action.arguments)),
      reviewBadge(state),
    ),
    reason === undefined ? undefined : element("blockquote", {}, reason),
    element(
      "p",
      { class: "facts" },
      element("time", { datetime: when }, timeText(when)),
      ...words.map((word) => element("span", {}, word)),
    ),
  );
}
