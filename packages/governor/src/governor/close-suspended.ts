import type { Clock } from "../clock.ts";
import type { DecisionRecord } from "../decision/decision-record.ts";
import type { StoredAction } from "../store/store.ts";
import { type GovernorFault, refusalRecord, type Subject } from "./decide-action.ts";

/** Who a stored action belongs to, for the record of a new decision on it. */
export function subjectOf(clock: Clock, action: StoredAction): Subject {
  const { principal, session, tool } = action;
  return { kind: "action", principal, session, tool, startedNs: clock.elapsedNs() };
}

/** The record of a refusal of a stored action, for which no policy was asked. */
export function refusalOf(clock: Clock, action: StoredAction, why: GovernorFault): DecisionRecord {
  const subject = subjectOf(clock, action);
  return refusalRecord(clock, { subject, fault: why, actionDigest: action.digest, actionId: action.id });
}

export function isoOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
