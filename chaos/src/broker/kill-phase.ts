/**
 * Where the service dies, as the broker sees it: `before` it has done anything about the order that it has just read,
 * `during` its answer (the order is filled, half of the answer is sent), `after` its answer (up to a few milliseconds,
 * while the service settles the action), or at `any` moment, which the campaign chooses by its clock alone.
 */
export type KillPhase = "before" | "during" | "after" | "any";

export const killPhases: readonly KillPhase[] = ["before", "during", "after", "any"];

/** What the broker is told to do to one of the next orders. */
export interface Trap {
  readonly phase: Exclude<KillPhase, "any">;
  /** The process to kill. */
  readonly pid: number;
  /** How many orders pass before. */
  readonly skip: number;
  /** For `before`: whether the order is filled although nobody is there to hear of it. */
  readonly fills: boolean;
  /** For `after`. */
  readonly delayMs: number;
}
