import type { DecisionRecord } from "../decision/decision-record.ts";
import type { Outcome } from "../outcome/outcome.ts";
import type { StoredAction } from "../store/store.ts";

/** The outcome of a stored action, as far as it is known; `record` is its latest decision. */
export function outcomeOf(action: StoredAction, { decision }: DecisionRecord): Outcome<unknown> {
  const stored = { decision, recorded: true } as const;
  const unknown = { code: "tool_outcome_unknown", message: "The tool was started and has not settled." } as const;
  switch (action.state) {
    case "executed":
      return { ...stored, outcome: "executed", result: action.result };
    case "refused":
      return { ...stored, outcome: "refused" };
    case "suspended": {
      if (action.review === undefined) throw new Error(`suspended action ${action.id} has lost its review`);
      const { id, expiresAt } = action.review;
      return { ...stored, outcome: "suspended", review: { id, expiresAt: new Date(expiresAt).toISOString() } };
    }
    case "failed":
      return {
        ...stored,
        outcome: "failed",
        error: action.error ?? { code: "tool_failed", message: "The tool failed." },
      };
    case "executing":
    case "unknown":
      return { ...stored, outcome: "unknown", error: action.error ?? unknown, actionId: action.id };
    default:
      return assertNever(action.state);
  }
}

function assertNever(value: never): never {
  throw new TypeError(`unexpected ${String(value)}`);
}
