import { isPlainRecord, type PlainValue } from "../action/plain-value.ts";
import type { DecisionRecord } from "../decision/decision-record.ts";

/** From a decision's obligations, `{ "review": { "approver_roles": [...] } }`; where they name nobody, nobody may. */
export function approverRoles({ record }: { readonly record: DecisionRecord }): readonly string[] {
  const review = own(record.decision.obligations, "review");
  const roles = review === undefined ? undefined : own(review, "approver_roles");
  return Array.isArray(roles) ? roles.filter((role): role is string => typeof role === "string") : [];
}

function own(value: PlainValue, key: string): PlainValue | undefined {
  return isPlainRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
