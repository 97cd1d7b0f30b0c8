import type { ActionPolicy, PolicySource } from "../policy/action-policy.ts";
import { closeAnswer, type SideAnswer } from "./side-answer.ts";

/** Asks the module in this process. Synchronous; never throws. */
export function askModule(policies: PolicySource, input: unknown): SideAnswer {
  const startedAt = performance.now();
  let policy: ActionPolicy | undefined;
  let evaluation: unknown;
  try {
    policy = policies.current();
    evaluation =
      policy === undefined
        ? { kind: "fault", code: "policy_unavailable", message: "No policy is loaded." }
        : policy.evaluate(input);
  } catch {
    evaluation = { kind: "fault", code: policy === undefined ? "policy_unavailable" : "engine_fault" };
  }
  const { digest: policyDigest = null, entrypoint = null } = policy ?? {};
  return closeAnswer({ evaluation, policyDigest, entrypoint, startedAt });
}
