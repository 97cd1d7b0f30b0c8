import type { Decision, Outcome } from "@flyball/governor";

/** One tool call of a model, under an id that it did not choose. */
export interface GovernedCall {
  /** Unique; also the idempotency key under which the governor acts. */
  readonly id: string;
  /** As the model wrote it, cut to 64 characters: a declared tool or not. */
  readonly tool: string;
  /** As the model wrote them, which need not be an object. A frozen copy, or null where they cannot be read. */
  readonly arguments: unknown;
}

/** The answer to a question: nothing ran, and `decision` is how it would be decided now. */
export interface ProposalOutcome {
  readonly outcome: "proposed";
  readonly decision: Decision;
  readonly recorded: boolean;
}

export type CallOutcome =
  | Outcome<unknown>
  | ProposalOutcome
  /** The governor could not be asked at all: nobody is known to be asking, or it failed. Nothing ran. */
  | { readonly outcome: "refused"; readonly decision: null; readonly recorded: false; readonly message: string };
