import type { Policy } from "@flyball/engine";
import { type ReadPath, readPathsOf } from "./read-paths.ts";

/** One entrypoint of one loaded module: what is asked about every action. */
export interface ActionPolicy {
  readonly digest: string;
  readonly entrypoint: string;
  /** An `Evaluation`; typed as unknown because `closeDecision` trusts nothing about it. */
  readonly evaluate: (input: unknown) => unknown;
  /** The parts of the input that this entrypoint can read; `[]` among them stands for all of it. */
  readonly reads: readonly ReadPath[];
}

/** Asked once for each decision, so a policy can be exchanged between two decisions and never within one. */
export interface PolicySource {
  /** Undefined where no policy is loaded; every action is then refused with `policy_unavailable`. */
  readonly current: () => ActionPolicy | undefined;
}

/** Throws where the module has no such entrypoint. */
export function actionPolicy(policy: Policy, entrypoint: string): ActionPolicy {
  const evaluate = policy.entrypoint(entrypoint);
  return Object.freeze({
    digest: policy.digest,
    entrypoint,
    evaluate: (input: unknown) => evaluate(input),
    reads: readPathsOf(policy, entrypoint),
  });
}

/** The source for a policy that stays as long as the process does. */
export function fixedPolicy(policy: ActionPolicy): PolicySource {
  return Object.freeze({ current: () => policy });
}
