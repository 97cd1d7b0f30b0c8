import type { Outcome } from "../outcome/outcome.ts";
import type { Plan } from "./decide-until-committed.ts";

/** `conflict`: nothing was committed, and the action is to be decided again. */
export type Attempt = Outcome<unknown> | "conflict";

/** Actions that this process is committing or running, by id, with the answer that their callers will get. */
export type RunningActions = Map<string, Promise<Attempt>>;

export interface Announcement {
  readonly onCommit: NonNullable<Plan<unknown>["onCommit"]>;
  /** Tells whoever waits. Called once the outcome is known. */
  readonly end: (outcome: Outcome<unknown>) => void;
}

/**
 * From before an action can be found in the store as executing until its outcome is known, whoever finds it here waits for
 * it: a repeated request gets the outcome, and nobody takes it for one that a dead process has left.
 */
export function announceAction(running: RunningActions): Announcement {
  let tell: (attempt: Attempt) => void = () => {};
  return {
    onCommit: async (actionId, commit) => {
      const { promise, resolve } = Promise.withResolvers<Attempt>();
      running.set(actionId, promise);
      tell = (attempt) => {
        running.delete(actionId);
        resolve(attempt);
      };
      try {
        const kind = await commit();
        if (kind === "conflict") tell("conflict");
        return kind;
      } catch (error) {
        tell("conflict");
        throw error;
      }
    },
    end: (outcome) => tell(outcome),
  };
}
