import { element } from "../dom/element.ts";
import type { OutcomeName } from "../service/views.ts";

type Tone = "good" | "bad" | "wait" | "plain";

/** What happened, in words and in a colour; the colour says nothing that the words do not. */
function badge(text: string, tone: Tone): HTMLElement {
  return element("span", { class: `badge ${tone}` }, text);
}

const outcomes: Readonly<Record<OutcomeName, readonly [string, Tone]>> = {
  executed: ["Executed", "good"],
  refused: ["Refused", "bad"],
  suspended: ["Waits for review", "wait"],
  failed: ["Failed", "bad"],
  unknown: ["Outcome unknown", "wait"],
  pending: ["Under way", "plain"],
  proposed: ["Proposed", "plain"],
};

export function outcomeBadge(outcome: OutcomeName): HTMLElement {
  const [text, tone] = outcomes[outcome];
  return badge(text, tone);
}

export function effectBadge(effect: string): HTMLElement {
  if (effect === "ALLOW") return badge("Allowed", "good");
  if (effect === "DENY") return badge("Denied", "bad");
  return effect === "MANUAL_REVIEW" ? badge("Manual review", "wait") : badge(effect, "plain");
}

export function reviewBadge(state: string): HTMLElement {
  if (state === "approved") return badge("Approved", "good");
  if (state === "rejected") return badge("Rejected", "bad");
  return state === "pending" ? badge("Waits", "wait") : badge("Expired", "plain");
}
