import type { PlainValue } from "../action/plain-value.ts";
import type { Principal } from "../action/principal.ts";
import type { Decision } from "./decision.ts";

/**
 * What the log keeps of one decision: enough to see who asked for what, what the policy was told and what it said, and
 * to ask the same module again.
 */
export interface DecisionRecord {
  /** `action` was decided to be acted on and is stored before it is; `check` was a question and is stored in batches. */
  readonly kind: "action" | "check";
  readonly decision: Decision;
  readonly principal: Principal;
  readonly session: string;
  readonly tool: string;
  /** Null where the arguments never became an action (they do not fit the tool, or there is no such tool). */
  readonly actionDigest: string | null;
  /** The stored action that this decision belongs to; null for a check and for what never became an action. */
  readonly actionId: string | null;
  /** The part of the input that the policy reads, and only that; null where no policy was asked. */
  readonly input: PlainValue;
  /** From taking up the request to the closed decision, facts included, storing excluded. Nanoseconds. */
  readonly durationNs: bigint;
  readonly governorVersion: string;
}
