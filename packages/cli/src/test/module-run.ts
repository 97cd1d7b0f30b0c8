import { loadBuiltins } from "@flyball/builtins";
import { assemblePlan, ModuleLimitError, type QueryPlan } from "@flyball/compiler";
import {
  type Evaluation,
  type Limits,
  loadPolicy,
  type Policy,
  PolicyLoadError,
  PolicyUsageError,
} from "@flyball/engine";
import type { RegoValue } from "@flyball/engine/values";
import { UsageError } from "../usage-error.ts";

/** A plan as a loaded module. Throws `UsageError` where it needs what the command line cannot grant. */
export async function loadPlan(
  plan: QueryPlan,
  {
    modules,
    ...options
  }: {
    /** The texts behind the plan: for places in faults. */
    readonly modules: Readonly<Record<string, string>>;
    readonly limits?: Partial<Limits>;
    readonly strictBuiltinErrors?: boolean;
  },
): Promise<Policy> {
  try {
    const { wasm, manifest } = assemblePlan(plan, { modules });
    return await loadPolicy(wasm, {
      builtins: await loadBuiltins(manifest.builtins.map(({ name }) => name)),
      clock: () => BigInt(Date.now()) * 1_000_000n,
      ...options,
    });
  } catch (error) {
    if (error instanceof PolicyLoadError || error instanceof PolicyUsageError || error instanceof ModuleLimitError)
      throw new UsageError(error.message);
    throw error;
  }
}

export function faultText({ code, message, site }: Extract<Evaluation, { kind: "fault" }>): string {
  return `${site === undefined ? "" : `${site.file}:${site.line}:${site.column}: `}${code}: ${message}`;
}

/** What evaluations have in common, on whichever road they were made. */
export type Outcome =
  | { readonly kind: "value"; readonly value: RegoValue }
  | { readonly kind: "undefined" }
  | { readonly kind: "fault"; readonly code: string };
