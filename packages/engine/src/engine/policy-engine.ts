import type { Evaluation } from "../evaluation.ts";
import { type LoadPolicyOptions, loadPolicy } from "../load-policy.ts";
import type { EntrypointEvaluator, EvaluateOptions, Policy } from "../policy.ts";
import { PolicyLoadError } from "../policy-load-error.ts";
import { PolicyUsageError } from "../policy-usage-error.ts";
import { type Conditions, checkConditions } from "./self-test.ts";
import { Shadow, type ShadowCounts, type ShadowOptions } from "./shadow.ts";

export interface EngineLoadOptions extends LoadPolicyOptions, Conditions {
  /** Looks at a candidate that has met all conditions; where it throws or rejects, the candidate does not take over. */
  readonly accept?: (candidate: Policy) => void | Promise<void>;
}

/**
 * Holds the current policy and exchanges it, module and base documents together, between two evaluations: each sees entirely the old policy or entirely the new one. What fails to load, lacks an
 * entrypoint or fails a self-test never takes over. Modules compile off the thread that evaluates, where the platform does so.
 *
 * ```ts
 * const engine = new PolicyEngine(await loadPolicy(bytes), {
 *   entrypoints: ["finance/decision"],
 *   selfTests: [{ name: "nothing is allowed to nobody", input: {}, want: "DENY" }],
 * });
 * const decide = engine.entrypoint("finance/decision");
 * await engine.load(newBytes, { data });
 * ```
 */
export class PolicyEngine {
  readonly #conditions: Conditions;
  #current: Policy;
  #previous: Policy | undefined;
  #shadow: Shadow | undefined;
  /** Counts loads, so that one which was overtaken by a later one does not undo it. */
  #loads = 0;
  #taken = 0;

  /** Throws `PolicyLoadError` where the first policy does not meet the conditions. */
  constructor(policy: Policy, conditions: Conditions = {}) {
    checkConditions(policy, conditions);
    this.#conditions = conditions;
    this.#current = policy;
  }

  get current(): Policy {
    return this.#current;
  }

  evaluate(input: unknown, options?: EvaluateOptions): Evaluation {
    const evaluation = this.#current.evaluate(input, options);
    if (this.#shadow !== undefined) this.#shadow.compare(evaluation, input, options);
    return evaluation;
  }

  /** The fastest form: one entrypoint of whatever policy is current. Throws `PolicyUsageError` where the current one lacks it, also when it is called. */
  entrypoint(name: string, options?: Omit<EvaluateOptions, "entrypoint">): EntrypointEvaluator {
    const all = { ...options, entrypoint: name };
    let policy = this.#current;
    let evaluate = policy.entrypoint(name, options);
    return (input) => {
      if (policy !== this.#current) {
        policy = this.#current;
        evaluate = policy.entrypoint(name, options);
      }
      const evaluation = evaluate(input);
      if (this.#shadow !== undefined) this.#shadow.compare(evaluation, input, all);
      return evaluation;
    };
  }

  /**
   * Loads a policy and makes it the current one, if it meets the conditions. Where anything fails, that is thrown and the current policy stays: `PolicyLoadError`, among its codes
   * `entrypoint_missing`, `self_test_failed`, and `superseded` where a load that began later was done earlier; or what `accept` throws.
   */
  async load(source: Parameters<typeof loadPolicy>[0], options: EngineLoadOptions = {}): Promise<Policy> {
    const load = ++this.#loads;
    const candidate = await this.#candidate(source, options);
    if (load < this.#taken)
      throw new PolicyLoadError("superseded", "a policy that was loaded later is current already");
    this.#taken = load;
    this.swap(candidate);
    return candidate;
  }

  /** Makes a policy the current one. Throws `PolicyLoadError` where it does not meet the engine's conditions. */
  swap(policy: Policy): void {
    checkConditions(policy, this.#conditions);
    this.#exchange(policy);
  }

  /** Back to the policy before the last exchange. Throws `PolicyUsageError` where there is none. */
  rollback(): void {
    if (this.#previous === undefined) throw new PolicyUsageError("nothing_to_restore", "there is no previous policy");
    this.#exchange(this.#previous);
  }

  /** Loads a candidate that meets the conditions and puts it beside the current policy: it is asked the same, and differences are counted. */
  async loadShadow(
    source: Parameters<typeof loadPolicy>[0],
    options: EngineLoadOptions & ShadowOptions = {},
  ): Promise<Policy> {
    const candidate = await this.#candidate(source, options);
    this.#shadow = new Shadow(candidate, options);
    return candidate;
  }

  /** What was counted of the candidate beside the current policy; undefined where there is none. */
  get shadow(): ShadowCounts | undefined {
    return this.#shadow?.counts;
  }

  /** Takes the candidate away. Answers the last counts. */
  dropShadow(): ShadowCounts | undefined {
    const counts = this.#shadow?.counts;
    this.#shadow = undefined;
    return counts;
  }

  /** Makes the candidate beside the current policy the current one. Throws `PolicyUsageError` where there is none. */
  promoteShadow(): Policy {
    if (this.#shadow === undefined)
      throw new PolicyUsageError("no_shadow", "there is no policy beside the current one");
    const { candidate } = this.#shadow;
    this.#shadow = undefined;
    this.#exchange(candidate);
    return candidate;
  }

  async #candidate(
    source: Parameters<typeof loadPolicy>[0],
    { accept, entrypoints = [], selfTests = [], ...options }: EngineLoadOptions,
  ): Promise<Policy> {
    const candidate = await loadPolicy(source, options);
    checkConditions(candidate, this.#conditions);
    checkConditions(candidate, { entrypoints, selfTests });
    await accept?.(candidate);
    return candidate;
  }

  #exchange(policy: Policy): void {
    this.#previous = this.#current;
    this.#current = policy;
  }
}
