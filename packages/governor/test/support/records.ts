import { randomUUID } from "node:crypto";
import {
  type CommitDecision,
  closeDecision,
  type DecisionRecord,
  type NewAction,
  type Principal,
} from "@flyball/governor";

export const alice: Principal = { tenant: "acme", issuer: "https://id.example", subject: "alice", role: "junior" };

/** A record as the governor would write it; `over` replaces what a test is about. */
export function decisionRecord(over: Partial<DecisionRecord> = {}): DecisionRecord {
  return {
    kind: "action",
    decision: closeDecision(
      { kind: "value", value: { decision: "ALLOW", obligations: { keep: [1, "a"] } } },
      { id: randomUUID(), policyDigest: "sha256:p", entrypoint: "a/b", decidedAt: "2026-11-23T10:00:00.123Z" },
    ),
    principal: alice,
    session: "s-1",
    tool: "pay",
    actionDigest: `sha256:${"0".repeat(64)}`,
    actionId: null,
    input: { action: { arguments: { amount: 1 } }, now_ns: 1.795445079144e18 },
    durationNs: 12_345n,
    governorVersion: "0.1.0",
    provenance: null,
    ...over,
  };
}

export function commitOf(
  action: Partial<NewAction> = {},
  over: Partial<DecisionRecord> = {},
): CommitDecision & { readonly action: NewAction } {
  const id = randomUUID();
  const stored: NewAction = { id, state: "executing", arguments: { amount: 1 }, ...action };
  return { record: decisionRecord({ actionId: stored.id, ...over }), action: stored };
}
