import { closeDecision } from "../decision/close-decision.ts";
import type { Decision } from "../decision/decision.ts";
import type { ReasonCode } from "../decision/reason-catalogue.ts";

/** What one side said about one input: a decision as `closeDecision` made it, and how long it took. */
export interface SideAnswer {
  readonly decision: Decision;
  /** Milliseconds, with fractions. */
  readonly milliseconds: number;
}

/** A side that failed, in the shape that `closeDecision` reads. */
export interface SideFault {
  readonly kind: "fault";
  readonly code: ReasonCode;
  readonly message: string;
}

export interface ClosingAnswer {
  /** `{ kind: "value", value }`, `{ kind: "undefined" }` or a fault; nothing about it is trusted. */
  readonly evaluation: unknown;
  readonly policyDigest: string | null;
  readonly entrypoint: string | null;
  /** `performance.now()` when the side was asked. */
  readonly startedAt: number;
}

/** Decisions of the client are not recorded, so they have no id of their own. */
export function closeAnswer({ evaluation, policyDigest, entrypoint, startedAt }: ClosingAnswer): SideAnswer {
  const decidedAt = new Date().toISOString();
  const decision = closeDecision(evaluation, { id: "", policyDigest, entrypoint, decidedAt });
  return Object.freeze({ decision, milliseconds: performance.now() - startedAt });
}
