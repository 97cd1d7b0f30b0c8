import { assemblePlan, ModuleLimitError, type QueryPlan } from "@flyball/compiler";
import { type Limits, loadPolicy, type Policy, PolicyLoadError, PolicyUsageError } from "@flyball/engine";
import { grantedBuiltins } from "./grants.ts";
import { UsageError } from "./usage-error.ts";

/** A plan as a loaded module. Throws `UsageError` where it needs what the command line cannot grant. */
export async function loadPlan(
  plan: QueryPlan,
  {
    modules,
    print,
    ...options
  }: {
    /** The texts behind the plan: for places in faults. */
    readonly modules: Readonly<Record<string, string>>;
    readonly limits?: Partial<Limits>;
    readonly strictBuiltinErrors?: boolean;
    /** Takes what `print` prints. */
    readonly print?: (line: string) => void;
  },
): Promise<Policy> {
  try {
    const { wasm, manifest } = assemblePlan(plan, { modules });
    return await loadPolicy(wasm, {
      builtins: await grantedBuiltins(
        manifest.builtins.map(({ name }) => name),
        print,
      ),
      clock: () => BigInt(Date.now()) * 1_000_000n,
      ...options,
    });
  } catch (error) {
    if (error instanceof PolicyLoadError || error instanceof PolicyUsageError || error instanceof ModuleLimitError)
      throw new UsageError(error.message);
    throw error;
  }
}
