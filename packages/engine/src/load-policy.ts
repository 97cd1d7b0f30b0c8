import { MANIFEST_SECTION } from "./abi/layout.ts";
import type { Manifest } from "./abi/manifest.ts";
import { buildReadTree } from "./abi/read-tree.ts";
import type { BuiltinFunction } from "./builtin.ts";
import { createPolicy } from "./create-policy.ts";
import { bindEncoder } from "./encoder/bind-encoder.ts";
import { checkEncoder } from "./encoder/check-encoder.ts";
import type { EncoderModule } from "./encoder/encoder-module.ts";
import { type InstanceSource, PolicyInstance } from "./instance/policy-instance.ts";
import { type InternedStrings, internStrings } from "./instance/value-writer.ts";
import { DEFAULT_LIMITS, type Limits, mergeLimits, WASM_PAGE } from "./limits.ts";
import { checkManifest } from "./module/check-manifest.ts";
import { checkStrings } from "./module/check-strings.ts";
import { bytesDigest, moduleDigest } from "./module/module-digest.ts";
import { readManifest } from "./module/read-manifest.ts";
import { checkOwnShape, type ScannedModule, scanModule } from "./module/scan-module.ts";
import { loadOpaModule } from "./opa/load-opa-module.ts";
import { isOpaModule } from "./opa/opa-exports.ts";
import type { Policy } from "./policy.ts";
import { PolicyLoadError } from "./policy-load-error.ts";

export type BuiltinGrant = ReadonlyMap<string, BuiltinFunction> | Readonly<Record<string, BuiltinFunction>>;

export interface LoadPolicyOptions {
  /**
   * The digest that the module must have, as `Policy.digest` names it. Any other module is refused before anything of it is compiled or run. A module is code: nothing else tells one whose code was changed so that it never ends.
   */
  readonly digest?: string;
  /** Base documents: `data` as the policy sees it. */
  readonly data?: unknown;
  /** Put over `DEFAULT_LIMITS`; a call may set its own. */
  readonly limits?: Partial<Limits>;
  /**
   * The host built-ins that the application grants, by their names in Rego; only those that the module needs are used. Or a function that
   * is told which the module needs and answers those that are granted, as `loadBuiltins` of `@flyball/builtins` does.
   */
  readonly builtins?: BuiltinGrant | ((names: readonly string[]) => BuiltinGrant | Promise<BuiltinGrant>);
  /** Nanoseconds since 1970, asked at most once in an evaluation. Needed where a policy reads the time; `systemClock` is the machine's. */
  readonly clock?: () => bigint;
  /** An error of a built-in is a fault instead of undefined. Default false, as in OPA. */
  readonly strictBuiltinErrors?: boolean;
  /**
   * What becomes of getters in an input. `"refuse"` (default): they make it `input_invalid` and are never run, for which each property has to be
   * read through its descriptor. `"read"`: properties are read by plain gets, each once, several times as fast: for inputs that come from
   * `JSON.parse` or that the caller builds. All other checks are the same.
   */
  readonly accessors?: "refuse" | "read";
  /**
   * What `flyball build --encoder` wrote for this very module, imported: inputs are written into the module by straight-line code. It
   * answers the same as without. One for another module is refused with `encoder_mismatch`.
   */
  readonly encoder?: EncoderModule;
}

/** A `WebAssembly.Module`, named in a way that programs without the DOM's types can read. */
export interface CompiledModule {
  readonly [Symbol.toStringTag]?: "WebAssembly.Module";
}

/**
 * Loads a policy made by `@flyball/compiler`, or by `opa build -t wasm`. Nothing in the module is believed before it is checked. Throws `PolicyLoadError`, and
 * `PolicyUsageError` where a limit is out of range.
 *
 * ```ts
 * const policy = await loadPolicy(await readFile("policy.wasm"), { limits: { fuel: 100_000 } });
 * const evaluation = policy.evaluate({ role: "junior", amount: 4000 });
 * ```
 */
export async function loadPolicy(
  source: Uint8Array | ArrayBuffer | CompiledModule,
  options: LoadPolicyOptions = {},
): Promise<Policy> {
  checkPlatform();
  const limits = mergeLimits(DEFAULT_LIMITS, options.limits);
  const { module, bytes, scanned } = await compiled(source, options.digest);
  if (isForeign(module)) return loadForeign(module, { bytes, scanned, options, limits });
  const manifest = readManifest(module);
  if (scanned !== undefined) {
    checkOwnShape(scanned);
    checkPages(scanned, limits);
  }
  checkManifest(manifest, module);
  const names = manifest.builtins.map(({ name }) => name);
  const builtins = await grantedBuiltins(names, options.builtins);
  if (options.clock === undefined && manifest.entrypoints.some(({ clock }) => clock)) {
    throw new PolicyLoadError("clock_missing", "the policy reads the time: pass `clock`, for example `systemClock`");
  }
  const digest = await moduleDigest(module, bytes);
  const instanceSource: InstanceSource = {
    module,
    manifest,
    builtins,
    interned: internedStrings(manifest),
    bindEncoders: encodersFor(
      manifest,
      options.encoder === undefined ? undefined : checkEncoder(options.encoder, digest),
    ),
    hasOwnEncoder: options.encoder !== undefined,
  };
  checkStrings(new PolicyInstance(instanceSource).reader, manifest);
  return createPolicy({
    source: instanceSource,
    digest,
    limits,
    data: options.data,
    clock: options.clock,
    strictBuiltinErrors: options.strictBuiltinErrors ?? false,
    accessors: options.accessors ?? "refuse",
  });
}

/** The machine's time in nanoseconds since 1970, to the millisecond. */
export function systemClock(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

/** Typed arrays have the machine's byte order, the ABI has little-endian numbers. */
function checkPlatform(): void {
  const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
  if (!littleEndian) throw new PolicyLoadError("platform_unsupported", "this machine is big-endian");
  if (typeof WebAssembly !== "object")
    throw new PolicyLoadError("platform_unsupported", "WebAssembly is not available here");
}

interface Compiled {
  readonly module: WebAssembly.Module;
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
  readonly scanned: ScannedModule | undefined;
}

async function compiled(
  source: Uint8Array | ArrayBuffer | CompiledModule,
  digest: string | undefined,
): Promise<Compiled> {
  if (source instanceof WebAssembly.Module) {
    checkDigest(digest, await moduleDigest(source, undefined));
    return { module: source, bytes: undefined, scanned: undefined };
  }
  const bytes = copyOf(source);
  if (digest !== undefined) checkDigest(digest, await bytesDigest(bytes));
  const scanned = scanModule(bytes);
  try {
    return { module: await WebAssembly.compile(bytes), bytes, scanned };
  } catch (error) {
    throw new PolicyLoadError("module_invalid", "not a module that can be loaded: it does not compile", {
      cause: error,
    });
  }
}

/** Before anything of a module is compiled or run. */
function checkDigest(expected: string | undefined, actual: string): void {
  if (expected === undefined || expected === actual) return;
  throw new PolicyLoadError("digest_mismatch", `the module is ${actual}, and not ${expected.slice(0, 100)}`);
}

function checkPages({ memory }: ScannedModule, limits: Limits): void {
  const pages = memory?.least ?? 0;
  if (pages <= limits.memoryPages) return;
  throw new PolicyLoadError(
    "memory_limit",
    `the module needs ${pages} pages before it evaluates; the limit is ${limits.memoryPages} (${limits.memoryPages * WASM_PAGE} bytes)`,
  );
}

function isForeign(module: WebAssembly.Module): boolean {
  return WebAssembly.Module.customSections(module, MANIFEST_SECTION).length === 0 && isOpaModule(module);
}

interface ForeignLoad {
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
  readonly scanned: ScannedModule | undefined;
  readonly options: LoadPolicyOptions;
  readonly limits: Limits;
}

/** A module made by OPA. Its memory comes from outside, with the policy's limit as its maximum, so its own shape bounds nothing. */
async function loadForeign(
  module: WebAssembly.Module,
  { bytes, scanned, options, limits }: ForeignLoad,
): Promise<Policy> {
  if (bytes === undefined || scanned === undefined) {
    throw new PolicyLoadError(
      "foreign_module",
      "a module made by OPA must be given as its bytes: compiled, it tells neither its memory nor its digest",
    );
  }
  if (scanned.memory?.imported !== true)
    throw new PolicyLoadError("import_refused", "the module does not import its memory, as OPA's ABI says");
  checkPages(scanned, limits);
  return loadOpaModule({
    module,
    leastPages: scanned.memory.least,
    digest: await moduleDigest(module, bytes),
    limits,
    grant: (names) => grantedBuiltins(names, options.builtins),
    data: options.data,
    clock: options.clock,
    strictBuiltinErrors: options.strictBuiltinErrors ?? false,
    accessors: options.accessors ?? "refuse",
  });
}

/** The caller's array could change between the look and the compilation. (A Node Buffer's `slice` would be no copy.) */
function copyOf(source: Uint8Array | ArrayBuffer | CompiledModule): Uint8Array<ArrayBuffer> {
  if (source instanceof ArrayBuffer) return new Uint8Array(source.slice(0));
  if (source instanceof Uint8Array) return new Uint8Array(source);
  throw new PolicyLoadError(
    "module_invalid",
    "not a module that can be loaded: pass a Uint8Array, an ArrayBuffer or a WebAssembly.Module",
  );
}

/** Those built-ins that the module imports, looked up by own property. */
async function grantedBuiltins(
  names: readonly string[],
  grant: LoadPolicyOptions["builtins"] = {},
): Promise<ReadonlyMap<string, BuiltinFunction>> {
  if (names.length === 0) return new Map();
  const given = typeof grant === "function" ? await grant(names) : grant;
  const granted = new Map<string, BuiltinFunction>();
  const missing: string[] = [];
  for (const name of names) {
    const found =
      given instanceof Map
        ? given.get(name)
        : Object.hasOwn(given, name)
          ? (given as Record<string, BuiltinFunction>)[name]
          : undefined;
    if (typeof found === "function") granted.set(name, found);
    else missing.push(name);
  }
  if (missing.length > 0) {
    throw new PolicyLoadError(
      "builtin_missing",
      `the policy needs host built-ins that were not granted: ${missing.join(", ")}. @flyball/builtins has them: \`builtins: loadBuiltins\``,
    );
  }
  return granted;
}

/** For each entrypoint what was written for it, or the walker of what it reads. */
function encodersFor(
  { entrypoints, frame }: Manifest,
  encoder: EncoderModule | undefined,
): InstanceSource["bindEncoders"] {
  const trees = entrypoints.map(({ name, slots }) => {
    const own = new Set(slots);
    const read = frame.slots.filter(({ slot }) => own.has(slot));
    return { name, tree: buildReadTree(read, frame.address), encoder };
  });
  return (writer) => trees.map((each) => bindEncoder(writer, each));
}

function internedStrings(manifest: Manifest): InternedStrings {
  return internStrings(new Map(Object.entries(manifest.strings)), manifest.otherString);
}
