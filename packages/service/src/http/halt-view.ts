import type { Halt, HaltEvent, HaltScope, Principal } from "@flyball/governor";

/** A halt in force as answers show it. */
export interface HaltView {
  readonly scope: HaltScope;
  readonly reason: string;
  readonly by: Principal;
  readonly at: string;
}

/** An entry of the record of halts. */
export interface HaltEventView extends HaltView {
  readonly event: HaltEvent["event"];
}

export function viewHalt({ scope, reason, by, at }: Halt): HaltView {
  return { scope, reason, by, at: new Date(at).toISOString() };
}
