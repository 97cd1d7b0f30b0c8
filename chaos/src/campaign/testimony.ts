/** What the service has told the campaign: whatever is acknowledged here must hold for ever. */
export interface Testimony {
  readonly orders: Map<string, SentOrder>;
  /** By review id: the order that it belongs to, and how it was closed, where the service has said so. */
  readonly reviews: Map<string, SentReview>;
  /** Answers that contradict an earlier one, as they come in. */
  readonly contradictions: string[];
}

export type Person = "junior" | "senior";

export interface SentOrder {
  readonly key: string;
  readonly person: Person;
  readonly arguments: { readonly client: string; readonly symbol: string; readonly amount: number };
  /** The last answer; undefined while none has come: the service may have died at any point. */
  answer: Answer | undefined;
  /** A copy of it got no answer, or a refusal in passing: what became of that one is not known, and is asked again. */
  isOpen: boolean;
}

export interface Answer {
  readonly outcome: "executed" | "refused" | "suspended" | "failed" | "unknown";
  readonly decisionId: string;
  /** Who stands behind the decision. */
  readonly cause: "policy" | "governor";
  readonly reviewId: string | undefined;
}

export interface SentReview {
  readonly id: string;
  readonly orderKey: string;
  verdict: "approved" | "rejected" | undefined;
  /** How often the service has said that a verdict of ours closed the review. */
  closed: number;
}

export function emptyTestimony(): Testimony {
  return { orders: new Map(), reviews: new Map(), contradictions: [] };
}

/**
 * Takes an answer down. Final outcomes stay as they are; `suspended` and `unknown` may move on. A refusal in passing (503, of
 * the governor and not of the policy: the database is gone) says nothing about the key, of which another copy may have been
 * executed; it takes no other answer's place, and the order is asked about again.
 */
export function takeAnswer(testimony: Testimony, order: SentOrder, answer: Answer): void {
  const earlier = order.answer;
  if (answer.outcome === "refused" && answer.cause === "governor") {
    order.isOpen = true;
    order.answer ??= answer;
    return;
  }
  if (earlier !== undefined && isFinal(earlier) && earlier.outcome !== answer.outcome) {
    testimony.contradictions.push(`order ${order.key} was answered ${earlier.outcome}, and later ${answer.outcome}`);
  }
  if (earlier !== undefined && isStored(earlier) && isOtherDecision(earlier, answer)) {
    testimony.contradictions.push(`order ${order.key} was ${answer.outcome} by two decisions`);
  }
  order.answer = answer;
  if (answer.reviewId === undefined || testimony.reviews.has(answer.reviewId)) return;
  const review = { id: answer.reviewId, orderKey: order.key, verdict: undefined, closed: 0 };
  testimony.reviews.set(review.id, review);
}

/** The answer of an action that exists; a refusal in passing leaves none, and another decision may follow it. */
function isStored({ outcome }: Answer): boolean {
  return outcome !== "refused";
}

/** An approval decides anew, so only answers of one kind are compared. */
function isOtherDecision(earlier: Answer, later: Answer): boolean {
  return earlier.outcome === later.outcome && earlier.decisionId !== later.decisionId;
}

function isFinal({ outcome }: Answer): boolean {
  return outcome === "executed" || outcome === "failed";
}
