import type { PlainValue } from "../action/plain-value.ts";

export type Effect = "ALLOW" | "DENY" | "MANUAL_REVIEW";

/** One reason for a decision: `code` is stable, `message` is for people and models, `field` names the argument meant. */
export interface Reason {
  readonly code: string;
  readonly message: string;
  readonly field?: string;
}

/** What the policy binds an ALLOW or a review to; the governor carries it, the application honours it. */
export type Obligations = Readonly<Record<string, PlainValue>>;

/**
 * The answer for one action. Only `closeDecision` makes one.
 *
 * `cause` is `"policy"` where the policy answered, and `"governor"` where it did not (a fault, a limit, no policy, a
 * refusal before or after it); the reason code is then one of the closed list in `reasonCatalogue`.
 */
export interface Decision {
  readonly id: string;
  readonly effect: Effect;
  readonly cause: "policy" | "governor";
  readonly reasons: readonly Reason[];
  readonly obligations: Obligations;
  /** Digest of the module that was asked (`sha256:...`), null where none was. */
  readonly policyDigest: string | null;
  readonly entrypoint: string | null;
  /** ISO 8601 in UTC with milliseconds, from the governor's clock. */
  readonly decidedAt: string;
}
