import type { Evaluation } from "../evaluation.ts";
import type { EvaluateOptions, Policy } from "../policy.ts";
import { equalValues } from "../values/compare-values.ts";

/** A difference between the current policy and the candidate beside it. */
export interface ShadowDifference {
  readonly input: unknown;
  readonly current: Evaluation;
  /** What the candidate answered; undefined where it could not be asked: it lacks the entrypoint, or an evaluation of it is running. */
  readonly candidate: Evaluation | undefined;
}

export interface ShadowOptions {
  /** Of so many evaluations one is compared; 1 (default): all. */
  readonly every?: number;
  /** Told of each difference. What it throws is swallowed: nothing about a candidate reaches an answer. */
  readonly onDifference?: (difference: ShadowDifference) => void;
}

/** What was counted since the candidate was put beside the current policy. */
export interface ShadowCounts {
  readonly compared: number;
  readonly same: number;
  readonly different: number;
  /** Among the different ones: those where the candidate alone ended with a fault, or could not be asked. */
  readonly faults: number;
}

/** A candidate beside the current policy: it is asked the same after the answer is known, and never heard. */
export class Shadow {
  readonly candidate: Policy;
  readonly #options: ShadowOptions;
  #asked = 0;
  #same = 0;
  #different = 0;
  #faults = 0;

  constructor(candidate: Policy, options: ShadowOptions) {
    this.candidate = candidate;
    this.#options = options;
  }

  get counts(): ShadowCounts {
    const same = this.#same;
    const different = this.#different;
    return Object.freeze({ compared: same + different, same, different, faults: this.#faults });
  }

  /** Never throws. */
  compare(current: Evaluation, input: unknown, options: EvaluateOptions | undefined): void {
    const { every = 1, onDifference } = this.#options;
    if (this.#asked++ % every !== 0) return;
    const candidate = this.#ask(input, options);
    if (candidate !== undefined && sameOutcome(current, candidate)) {
      this.#same++;
      return;
    }
    this.#different++;
    if (current.kind !== "fault" && (candidate === undefined || candidate.kind === "fault")) this.#faults++;
    try {
      onDifference?.({ input, current, candidate });
    } catch {
      // The application's own report failed; the answer is given already.
    }
  }

  #ask(input: unknown, options: EvaluateOptions | undefined): Evaluation | undefined {
    try {
      return this.candidate.evaluate(input, options);
    } catch {
      return undefined;
    }
  }
}

/** Whether two evaluations are the same to whoever acts on them: equal values, or the same kind of fault. */
function sameOutcome(a: Evaluation, b: Evaluation): boolean {
  if (a.kind === "value") return b.kind === "value" && (a.value === b.value || equalValues(a.value, b.value));
  return a.kind === "fault" ? b.kind === "fault" && a.code === b.code : b.kind === "undefined";
}
