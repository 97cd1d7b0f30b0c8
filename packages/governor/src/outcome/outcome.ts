import type { Decision } from "../decision/decision.ts";

/**
 * How a governed call ended. `recorded` says whether the decision lies in the store; false only where the store could not
 * be reached, and then nothing was executed.
 */
export type Outcome<Result> =
  /** The tool ran and `result` is what it returned. */
  | { readonly outcome: "executed"; readonly decision: Decision; readonly recorded: true; readonly result: Result }
  /** The tool did not run and will not. */
  | { readonly outcome: "refused"; readonly decision: Decision; readonly recorded: boolean }
  /** The tool did not run; the action is stored and waits for a person. */
  | {
      readonly outcome: "suspended";
      readonly decision: Decision;
      readonly recorded: true;
      readonly review: ReviewTicket;
    }
  /** The tool ran and stated that nothing took effect. */
  | { readonly outcome: "failed"; readonly decision: Decision; readonly recorded: true; readonly error: ToolError }
  /** The tool was started and it is not known whether it took effect; it is never started again for this action. */
  | {
      readonly outcome: "unknown";
      readonly decision: Decision;
      readonly recorded: true;
      readonly error: ToolError;
      /** Under which it is looked at again, or settled by a person. */
      readonly actionId: string;
    };

export interface ReviewTicket {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly expiresAt: string;
}

/** What may be told about a tool that did not return: `message` comes from the tool only where it throws `ToolFailure`. */
export interface ToolError {
  readonly code: "tool_failed" | "tool_outcome_unknown";
  readonly message: string;
}
