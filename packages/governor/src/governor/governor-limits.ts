/** All in milliseconds but where said. Fuel, memory and depth of the policy itself are set where it is loaded. */
export interface GovernorLimits {
  /** From taking up an action to its answer. No step starts after it; a tool in flight becomes `unknown`. */
  readonly deadlineMs: number;
  /** How long a suspended action waits for a person. */
  readonly reviewMs: number;
  /** How often an action is decided again because another one changed the records it stands on. A count. */
  readonly attempts: number;
  /** How long the outcome of a tool is offered to a store that does not take it. */
  readonly settleMs: number;
  /** The loss window of `check`: a crash loses at most the checks of this time, or `checkBatch` of them. */
  readonly checkFlushMs: number;
  /** A count. */
  readonly checkBatch: number;
}

export const defaultLimits: GovernorLimits = Object.freeze({
  deadlineMs: 10_000,
  reviewMs: 24 * 60 * 60 * 1_000,
  attempts: 64,
  settleMs: 5_000,
  checkFlushMs: 500,
  checkBatch: 256,
});
