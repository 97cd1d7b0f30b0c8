import type { PlainValue } from "../action/plain-value.ts";
import type { Principal } from "../action/principal.ts";
import type { Reason } from "../decision/decision.ts";

export type ReviewState = "pending" | "approved" | "rejected" | "expired";

/** How far an action may differ from the one that was approved and still use the approval. */
export interface Variation {
  /** By name of the argument; every other argument must be the same. */
  readonly bounds: Readonly<Record<string, VariationBound>>;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly until: number;
}

/** Decimal text. `at_most` bounds a number from above (and it must stay above 0), `within_percent` to both sides of what was approved. */
export type VariationBound = { readonly at_most: string } | { readonly within_percent: string };

/** A person's word on a review. */
export interface ReviewVerdict {
  readonly by: Principal;
  readonly reason: string;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly at: number;
}

/** What an approval carries into the decision that it leads to, and into its record. */
export interface Approval extends ReviewVerdict {
  readonly reviewId: string;
  /** The decision that the reviewer saw. */
  readonly decisionId: string;
  /** The reasons for a review that were approved. */
  readonly reasons: readonly Reason[];
  /** True where the action is a variation of the one that was approved. */
  readonly varied: boolean;
}

/** The variation as a plain value, as it is stored. */
export function variationToPlain({ bounds, until }: Variation): PlainValue {
  return { bounds: bounds as PlainValue, until };
}
