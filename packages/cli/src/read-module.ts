import { type Limits, loadPolicy, type Policy, PolicyLoadError, PolicyUsageError } from "@flyball/engine";
import { grantedBuiltins } from "./grants.ts";
import { createFileReader } from "./sources/file-reader.ts";
import { DEFAULT_LIMITS } from "./sources/source-limits.ts";
import { UsageError } from "./usage-error.ts";

export interface LoadedModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly policy: Policy;
}

export interface ModuleOptions {
  readonly limits?: Partial<Limits>;
  readonly strictBuiltinErrors?: boolean;
  readonly data?: unknown;
}

/** A compiled policy from a file. Throws `UsageError` for what is no such module. */
export function readModule(path: string, options: ModuleOptions = {}): Promise<LoadedModule> {
  return loadModule(path, new Uint8Array(createFileReader(DEFAULT_LIMITS).bytes(path)), options);
}

/** A compiled policy, with every built-in that the command line can grant. Throws `UsageError` for what is no such module. */
export async function loadModule(
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
  options: ModuleOptions,
): Promise<LoadedModule> {
  try {
    const policy = await loadPolicy(bytes, {
      builtins: grantedBuiltins,
      clock: () => BigInt(Date.now()) * 1_000_000n,
      ...options,
    });
    return { bytes, policy };
  } catch (error) {
    const message = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    if (error instanceof PolicyUsageError) throw new UsageError(message);
    if (error instanceof PolicyLoadError) throw new UsageError([{ file: path, message }]);
    throw error;
  }
}

/** The entrypoint that was asked for, or the first. Throws `UsageError` where the module does not have it. */
export function entrypointOf({ manifest }: Policy, asked: string | undefined): string {
  const names = manifest.entrypoints.map(({ name }) => name);
  const found = asked ?? names[0];
  if (found === undefined || !names.includes(found))
    throw new UsageError(`no entrypoint ${asked ?? ""}: the module has ${names.join(", ")}`);
  return found;
}
