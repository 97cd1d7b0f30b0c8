import type { Evaluation } from "./evaluation.ts";
import { type LoadPolicyOptions, loadPolicy } from "./load-policy.ts";
import type { EvaluateOptions, Policy } from "./policy.ts";
import { PolicyUsageError } from "./policy-usage-error.ts";

/** Holds the current policy and exchanges it between two evaluations. Each evaluation sees entirely the old policy or entirely the new. */
export class PolicyEngine {
  #current: Policy;
  #previous: Policy | undefined;

  constructor(policy: Policy) {
    this.#current = policy;
  }

  get current(): Policy {
    return this.#current;
  }

  evaluate(input: unknown, options?: EvaluateOptions): Evaluation {
    return this.#current.evaluate(input, options);
  }

  /**
   * Loads a policy, lets `accept` look at it, and makes it the current one. Where loading fails, or `accept` throws or rejects, that is
   * thrown and the current policy stays.
   */
  async load(
    source: Parameters<typeof loadPolicy>[0],
    options: LoadPolicyOptions & { readonly accept?: (candidate: Policy) => void | Promise<void> } = {},
  ): Promise<Policy> {
    const { accept, ...loadOptions } = options;
    const candidate = await loadPolicy(source, loadOptions);
    await accept?.(candidate);
    this.swap(candidate);
    return candidate;
  }

  swap(policy: Policy): void {
    this.#previous = this.#current;
    this.#current = policy;
  }

  /** Back to the policy before the last exchange. Throws `PolicyUsageError` where there is none. */
  rollback(): void {
    if (this.#previous === undefined) throw new PolicyUsageError("nothing_to_restore", "there is no previous policy");
    this.swap(this.#previous);
  }
}
