/**
 * Modules made by `opa build -t wasm`: OPA's Wasm ABI 1.0 to 1.3 behind the interface of our own modules. In: a module without Flyball's manifest, options. Out: a `Policy`. Its lists of
 * entrypoints and built-ins come from the module's own code, which runs when it is loaded: nothing of it is believed, but it is code, and only `flyball meter` bounds how long it runs.
 */
import type { BuiltinFunction } from "../builtin.ts";
import type { Limits } from "../limits.ts";
import type { Policy } from "../policy.ts";
import { PolicyLoadError } from "../policy-load-error.ts";
import { createOpaPolicy } from "./create-opa-policy.ts";
import { checkOpaModule } from "./opa-exports.ts";
import { OpaInstance, type OpaSource } from "./opa-instance.ts";
import { numberedNames, opaManifest } from "./opa-manifest.ts";

export interface OpaLoad {
  readonly module: WebAssembly.Module;
  /** What the module's memory has at least. */
  readonly leastPages: number;
  readonly digest: string;
  readonly limits: Limits;
  readonly grant: (names: readonly string[]) => Promise<ReadonlyMap<string, BuiltinFunction>>;
  readonly data: unknown;
  readonly clock: (() => bigint) | undefined;
  readonly strictBuiltinErrors: boolean;
  readonly accessors: "refuse" | "read";
  readonly textOnly?: boolean;
}

const CLOCK_BUILTIN = "time.now_ns";
const ABI_MAJOR = 1;
const LATEST_MINOR = 3;
/** Entrypoints and built-ins of one module. */
const BOUNDS = { nodes: 1_000_000, depth: 4 };

/** Throws `PolicyLoadError`. */
export async function loadOpaModule(load: OpaLoad): Promise<Policy> {
  const { module, limits, clock } = load;
  checkOpaModule(module);
  const pages = { least: load.leastPages, most: limits.memoryPages };
  const source: OpaSource = { module, pages, builtins: new Map(), textOnly: load.textOnly ?? false };
  const first = new OpaInstance(source);
  const minor = checkVersion(first);
  const entrypoints = namesFrom(first, "entrypoints");
  const builtinIds = namesFrom(first, "builtins");
  if (entrypoints.size === 0) throw new PolicyLoadError("manifest_invalid", "the module has no entrypoint");
  const builtins = await load.grant([...builtinIds.keys()]);
  if (builtinIds.has(CLOCK_BUILTIN) && clock === undefined) {
    throw new PolicyLoadError("clock_missing", "the policy reads the time: pass `clock`, for example `systemClock`");
  }
  const makeInstance = (): OpaInstance => {
    const instance = new OpaInstance({ ...source, builtins });
    instance.nameBuiltins(builtinIds);
    return instance;
  };
  const manifest = opaManifest({
    entrypoints,
    builtins: builtinIds,
    minor,
    heapStart: first.heapTop(),
    maxPages: limits.memoryPages,
  });
  return createOpaPolicy({ ...load, makeInstance, manifest, entrypoints });
}

/** A module that does not name its version is of the first. */
function checkVersion({ abi: { major = ABI_MAJOR, minor = 0 } }: OpaInstance): number {
  if (major === ABI_MAJOR && minor >= 0 && minor <= LATEST_MINOR) return minor;
  throw new PolicyLoadError(
    "version_unsupported",
    `the module is of version ${major}.${minor} of OPA's ABI; this engine runs 1.0 to 1.${LATEST_MINOR}`,
  );
}

function namesFrom(instance: OpaInstance, what: "entrypoints" | "builtins"): ReadonlyMap<string, number> {
  try {
    return numberedNames(instance.readValue(instance.exports[what](), BOUNDS), what);
  } catch (error) {
    if (error instanceof PolicyLoadError) throw error;
    throw new PolicyLoadError("manifest_invalid", `the module does not tell its ${what}`, { cause: error });
  }
}
