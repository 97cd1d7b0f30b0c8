import { closeDecision } from "../decision/close-decision.ts";
import type { ActionPolicy } from "./action-policy.ts";

export interface SelfCheckFailure {
  /** Which input was tried, in words. */
  readonly probe: string;
  /** What the policy made of it, in words. */
  readonly found: string;
}

/** Inputs on which no sound policy for actions says anything but a well-formed DENY. */
const probes: readonly (readonly [name: string, input: unknown])[] = [
  ["no input", undefined],
  ["an empty object", {}],
  ["null", null],
  ["an empty list", []],
  ["a text", "execute_trade"],
  ["an action without a principal", { action: { tool: "execute_trade", arguments: {} } }],
  ["a principal without an action", { principal: { id: "self-check", issuer: "i", tenant: "t", role: "senior" } }],
  [
    "a role that nobody has",
    {
      now_ns: 0,
      principal: { id: "self-check", issuer: "i", tenant: "t", role: "self_check_no_such_role" },
      action: { tool: "execute_trade", arguments: {} },
    },
  ],
  [
    "a tool that does not exist",
    {
      now_ns: 0,
      principal: { id: "self-check", issuer: "i", tenant: "t", role: "senior" },
      action: { tool: "self_check_no_such_tool", arguments: {} },
    },
  ],
];

/**
 * Asks a policy that is about to be used about actions that nobody may take. Empty where each gets a well-formed DENY of
 * the policy's own; a policy that is undefined, faults or allows there must not be put in charge.
 */
export function selfCheck(policy: ActionPolicy): readonly SelfCheckFailure[] {
  const failures: SelfCheckFailure[] = [];
  for (const [probe, input] of probes) {
    const { effect, cause, reasons } = closeDecision(evaluate(policy, input), {
      id: "self-check",
      policyDigest: policy.digest,
      entrypoint: policy.entrypoint,
      decidedAt: "",
    });
    if (effect === "DENY" && cause === "policy") continue;
    const found = effect === "DENY" ? `${reasons[0]?.code}: ${reasons[0]?.message}` : effect;
    failures.push({ probe, found });
  }
  return failures;
}

function evaluate(policy: ActionPolicy, input: unknown): unknown {
  try {
    return policy.evaluate(input);
  } catch {
    return undefined;
  }
}
