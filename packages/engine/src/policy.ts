import type { Manifest } from "./abi/manifest.ts";
import type { Evaluation } from "./evaluation.ts";
import type { Limits } from "./limits.ts";

export interface EvaluateOptions {
  /** `finance/decision`; without it the manifest's first entrypoint. */
  readonly entrypoint?: string;
  /** Put over the policy's limits, for this call. */
  readonly limits?: Partial<Limits>;
  /** Nanoseconds since 1970: what `time.now_ns()` answers in this evaluation, to replay a decision. */
  readonly now?: bigint;
  /** An error of a built-in is a fault instead of undefined. */
  readonly strictBuiltinErrors?: boolean;
  /** Put `fuelUsed` into the evaluation. */
  readonly fuelUsed?: boolean;
  /** Put over the policy's own setting, for this call: see `LoadPolicyOptions`. */
  readonly accessors?: "refuse" | "read";
}

/** One entrypoint as a function of the input. `undefined` is "no input". It never throws for what a policy or an input does. */
export type EntrypointEvaluator = (input: unknown) => Evaluation;

/** A rule that succeeded in an evaluation. */
export interface FiredRule {
  readonly id: number;
  /** `data.finance.decision` */
  readonly name: string;
  readonly file: string;
  readonly line: number;
}

export interface Explanation {
  readonly evaluation: Evaluation;
  /** In the order of the manifest. */
  readonly rules: readonly FiredRule[];
}

/** A loaded policy. Evaluations are synchronous and leave nothing behind. */
export interface Policy {
  readonly manifest: Manifest;
  /** `sha256:` and the hexadecimal digest of the module's bytes; of the manifest's bytes, as `manifest-sha256:`, where a compiled module was loaded. */
  readonly digest: string;
  readonly limits: Limits;
  /** Evaluates one entrypoint. Throws `PolicyUsageError` only: unknown entrypoint, limits out of range, a call from inside an evaluation. */
  readonly evaluate: (input: unknown, options?: EvaluateOptions) => Evaluation;
  /** The fastest form, with all options settled once. Throws `PolicyUsageError` where there is no such entrypoint. */
  readonly entrypoint: (name: string, options?: Omit<EvaluateOptions, "entrypoint">) => EntrypointEvaluator;
  /** Replaces the base documents, all or nothing. Throws `PolicyLoadError`: `data_invalid`, `data_built_in`, `memory_limit`. */
  readonly setData: (data: unknown) => void;
  /** Evaluates and tells which rules succeeded. Off the hot path. */
  readonly explain: (input: unknown, options?: EvaluateOptions) => Explanation;
}
