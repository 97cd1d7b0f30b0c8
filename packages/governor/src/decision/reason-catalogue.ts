// Why the governor itself refuses, as data. Closed list: a code is added here, with its paragraph in
// docs/reference/reason-codes.md and a test that provokes it, or it does not exist (test/decision/reason-catalogue.test.ts).
// Codes that a *policy* gives ("amount_over_limit") belong to the policy and are not listed here.

export type ReasonCode =
  | "policy_denied"
  | "policy_review"
  | "policy_undefined"
  | "policy_conflict"
  | "policy_output_invalid"
  | "input_invalid"
  | "fuel_exhausted"
  | "memory_exhausted"
  | "depth_exceeded"
  | "number_limit"
  | "builtin_error"
  | "engine_fault"
  | "policy_unavailable"
  | "tool_unknown"
  | "arguments_invalid"
  | "facts_unavailable"
  | "idempotency_conflict"
  | "deadline_exceeded"
  | "halted"
  | "review_rejected"
  | "review_expired"
  | "approval_not_usable"
  | "settled_executed"
  | "settled_failed"
  | "store_contended"
  | "store_unavailable";

export interface ReasonDefinition {
  /** Shown to the caller where no more exact message is known. */
  readonly message: string;
  /** Who stands behind the decision: the policy's own answer, its evaluation, or the governor around it. */
  readonly source: "policy" | "evaluation" | "governor";
  /**
   * True where the same action may be answered otherwise a moment later although nothing about it changed.
   * Such a refusal does not use up an idempotency key.
   */
  readonly transient: boolean;
}

function define(source: ReasonDefinition["source"], message: string, transient = false): ReasonDefinition {
  return Object.freeze({ message, source, transient });
}

export const reasonCatalogue: Readonly<Record<ReasonCode, ReasonDefinition>> = Object.freeze({
  policy_denied: define("policy", "The policy does not allow this action."),
  policy_review: define("policy", "The policy asks for a manual review of this action."),

  policy_undefined: define("evaluation", "The policy has no answer for this action."),
  policy_conflict: define("evaluation", "Rules of the policy contradict each other on this action."),
  policy_output_invalid: define("evaluation", "The policy's answer is not a well-formed decision."),
  input_invalid: define("evaluation", "The action holds a value that a policy cannot read."),
  fuel_exhausted: define("evaluation", "Deciding this action took more steps than the policy's budget."),
  memory_exhausted: define("evaluation", "Deciding this action took more memory than the policy's budget."),
  depth_exceeded: define("evaluation", "Deciding this action nested deeper than the policy's budget."),
  number_limit: define("evaluation", "A number in this decision has more digits than can be calculated exactly."),
  builtin_error: define("evaluation", "A function that the policy calls failed."),
  engine_fault: define("evaluation", "The policy engine failed on this action."),

  policy_unavailable: define("governor", "No policy is loaded.", true),
  tool_unknown: define("governor", "There is no tool of this name."),
  arguments_invalid: define("governor", "The arguments do not fit the tool."),
  facts_unavailable: define("governor", "What the policy needs to know about this action could not be obtained.", true),
  idempotency_conflict: define("governor", "This idempotency key was used for another action."),
  deadline_exceeded: define("governor", "The deadline passed before the action could begin.", true),
  halted: define("governor", "Actions of this kind are halted.", true),
  review_rejected: define("governor", "A reviewer has rejected this action."),
  review_expired: define("governor", "Nobody decided on this action before its review expired."),
  approval_not_usable: define("governor", "The review that this action names does not allow it."),
  settled_executed: define("governor", "A person states that this action was executed; it is not started again."),
  settled_failed: define("governor", "A person states that this action took no effect; it is not started again."),
  store_contended: define("governor", "Too many actions changed the same records at once.", true),
  store_unavailable: define("governor", "The decision could not be stored, so the action did not begin.", true),
});

export function isReasonCode(code: string): code is ReasonCode {
  return Object.hasOwn(reasonCatalogue, code);
}
