import type { PlainValue } from "../action/plain-value.ts";
import type { Principal } from "../action/principal.ts";
import type { Balance } from "../ledger/ledger.ts";
import type { Approval } from "../review/review.ts";
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
  /** What the decision was made with; null where no policy was asked. */
  readonly provenance: Provenance | null;
}

/**
 * What it takes to compute the decision again. Modules, data and configurations lie in the store under these digests
 * (`sha256:...`); null stands for what the application did not hand over, and for none.
 */
export interface Provenance {
  readonly module: string | null;
  readonly data: string | null;
  /** Over the names and versions of the host built-ins that were granted. */
  readonly builtins: string | null;
  readonly configuration: string;
  /** The budget of one evaluation; null where the policy did not say. */
  readonly limits: { readonly fuel: number; readonly memoryPages: number; readonly depth: number } | null;
  /** Milliseconds since 1970-01-01 UTC: what the governor's clock said, and `now_ns` of the input. */
  readonly clock: number;
  /** The ledger as the decision found it. */
  readonly ledger: readonly Balance[];
  /** What the action would reserve on each of these accounts; null where it moves nothing. */
  readonly requested: string | null;
  readonly haltVersion: number;
  /** What a person had approved before. */
  readonly approval: Approval | null;
}
