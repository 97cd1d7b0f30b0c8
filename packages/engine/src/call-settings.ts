import { type Limits, mergeLimits, WASM_PAGE } from "./limits.ts";
import type { EvaluateOptions } from "./policy.ts";
import { PolicyUsageError } from "./policy-usage-error.ts";

/** What a policy was loaded with, as far as a call may put something over it. */
export interface CallDefaults {
  readonly limits: Limits;
  readonly clock: (() => bigint) | undefined;
  readonly strictBuiltinErrors: boolean;
  readonly accessors: "refuse" | "read";
}

/** The options of a call, settled. */
export interface CallSettings {
  readonly fuel: number;
  readonly heapLimit: number;
  readonly depth: number;
  readonly strict: 0 | 1;
  readonly clock: (() => bigint) | undefined;
  readonly fuelUsed: boolean;
  readonly plainGets: boolean;
}

/** The options of a call put over the policy's. Throws `PolicyUsageError`. */
export function settleCall(parts: CallDefaults, options: Omit<EvaluateOptions, "entrypoint">): CallSettings {
  const { fuel, memoryPages, depth } = mergeLimits(parts.limits, options.limits);
  const { now } = options;
  if (now !== undefined && typeof now !== "bigint") {
    throw new PolicyUsageError("clock_invalid", "`now` must be nanoseconds since 1970 as a bigint");
  }
  return Object.freeze({
    fuel,
    heapLimit: memoryPages * WASM_PAGE,
    depth,
    strict: (options.strictBuiltinErrors ?? parts.strictBuiltinErrors) ? 1 : 0,
    clock: now === undefined ? parts.clock : () => now,
    fuelUsed: options.fuelUsed ?? false,
    plainGets: (options.accessors ?? parts.accessors) === "read",
  });
}
