import { MANIFEST_SECTION, type Manifest } from "@flyball/engine/abi";
import type { RegoValue } from "@flyball/engine/values";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { sortDiagnostics } from "./diagnostics/sort-diagnostics.ts";
import { createSourceFile } from "./diagnostics/source-file.ts";
import { writeEncoder } from "./encoder/write-encoder.ts";
import type { ModuleIr } from "./function-ir/ops.ts";
import { writeInputTypes } from "./input-types/write-input-types.ts";
import { isTooDeep, moduleTooLarge, tooDeep } from "./limit-diagnostics.ts";
import { runtimeLibrary } from "./link/embedded-library.ts";
import { emitModule } from "./link/emit-module.ts";
import { ModuleLimitError } from "./link/module-limit-error.ts";
import { lowerPlan } from "./lower/lower-plan.ts";
import { buildManifest } from "./manifest/build-manifest.ts";
import { digestBytes, digestData, digestSources } from "./manifest/digests.ts";
import type { QueryPlan } from "./plan/query-plan.ts";
import type { TestRule } from "./prepare/find-tests.ts";
import { type PlannedModules, preparePolicy, type SourceModules } from "./prepare/prepare-policy.ts";
import { sortedModules } from "./prepare/sorted-modules.ts";
import { COMPILER_VERSION } from "./version.ts";

export interface AssembleOptions {
  /** False: a module that takes input and base documents each in one slot. It answers the same; tests compare the two. Default true. */
  readonly frame?: boolean;
  /**
   * False: rules, functions and loops do not count their steps; the run-time library does. Only to measure what counting costs: such a module
   * may run for ever. Default true.
   */
  readonly counting?: boolean;
  /** True: the module names its functions (rules, functions, the run-time library) for profilers. It answers the same. Default false. */
  readonly names?: boolean;
  /** The module's own bound on memory, in pages of 64 KiB. Default 4,096 (256 MiB). */
  readonly maxPages?: number;
  /** The texts that the plan was made from: for lines in the manifest and the digest of the sources. */
  readonly modules?: Readonly<Record<string, string>>;
}

export interface CompileOptions extends SourceModules, AssembleOptions {
  readonly modules: Readonly<Record<string, string>>;
  /** Base documents that become part of the module; without them they are set at load. */
  readonly data?: RegoValue | undefined;
  /** `finance/decision` */
  readonly entrypoints: readonly string[];
  /** Lists the rules whose names begin with `test_` or `todo_`, and makes the first entrypoints. */
  readonly tests?: boolean;
}

export interface CompileResult {
  /** The module, or undefined where there are errors. */
  readonly wasm: Uint8Array<ArrayBuffer> | undefined;
  readonly manifest: Manifest | undefined;
  /** A TypeScript module with the type of the input of each entrypoint. */
  readonly types: string | undefined;
  /** An ES module that writes inputs into this very module: `loadPolicy(wasm, { encoder })` takes it, imported. */
  readonly encoder: string | undefined;
  /** Sorted by place. */
  readonly diagnostics: readonly Diagnostic[];
  readonly tests: readonly TestRule[];
}

const DEFAULT_MAX_PAGES = 4096;

/**
 * Compiles Rego to one WebAssembly module. What is wrong with the policy is in `diagnostics`; nothing is thrown for it. The same sources give the same bytes,
 * whatever the order of the files.
 *
 * ```ts
 * const { wasm, diagnostics } = compile({ modules: { "finance.rego": text }, entrypoints: ["finance/decision"] });
 * ```
 */
export function compile(options: CompileOptions): CompileResult {
  const failed = (diagnostics: readonly Diagnostic[], tests: readonly TestRule[] = []): CompileResult => ({
    wasm: undefined,
    manifest: undefined,
    types: undefined,
    encoder: undefined,
    diagnostics,
    tests,
  });
  try {
    const prepared = preparePolicy(options);
    const { tests } = prepared;
    const found = tests.filter(({ kind }) => kind === "test").map(({ entrypoint }) => entrypoint);
    const entrypoints = [...new Set([...options.entrypoints, ...found])];
    const { plan, diagnostics } = prepared.plan({ entrypoints, data: options.data });
    if (plan === undefined) return failed(diagnostics, tests);
    try {
      const { wasm, manifest, encoder } = assemblePlan(plan, options);
      return {
        wasm,
        manifest,
        types: writeInputTypes(plan, manifest),
        // Written when it is asked for: most who compile do not want it.
        get encoder() {
          return encoder();
        },
        diagnostics,
        tests,
      };
    } catch (error) {
      if (!(error instanceof ModuleLimitError)) throw error;
      return failed(sortDiagnostics([...diagnostics, moduleTooLarge(plan, error)]), tests);
    }
  } catch (error) {
    if (!isTooDeep(error)) throw error;
    return failed([tooDeep(options.modules)]);
  }
}

/** All that can be found to be wrong with modules without an entrypoint. */
export function checkModules(options: SourceModules): readonly Diagnostic[] {
  try {
    return preparePolicy(options).diagnostics;
  } catch (error) {
    if (!isTooDeep(error)) throw error;
    return [tooDeep(options.modules)];
  }
}

/** The first half of the road: texts to a query plan, which is undefined where there are errors. */
export function planModules(options: CompileOptions): PlannedModules {
  return preparePolicy(options).plan(options);
}

/** The second half: a query plan to a module and its manifest. Throws `ModuleLimitError`. */
export function assemblePlan(
  plan: QueryPlan,
  options: AssembleOptions = {},
): {
  readonly wasm: Uint8Array<ArrayBuffer>;
  readonly manifest: Manifest;
  /** Writes the encoder of this very module. */
  readonly encoder: () => string;
} {
  const library = runtimeLibrary();
  const lowered = lowerPlan(plan, {
    library,
    frame: options.frame ?? true,
    counting: options.counting ?? true,
    maxPages: options.maxPages ?? DEFAULT_MAX_PAGES,
  });
  const modules = sortedModules(options.modules ?? {});
  const manifest = buildManifest({
    plan,
    lowered,
    sources: new Map(modules.map(([file, text]) => [file, createSourceFile(file, text)])),
    digests: { sources: digestSources(modules), data: digestData(plan.data) },
    compiler: COMPILER_VERSION,
  });
  const section = { name: MANIFEST_SECTION, bytes: new TextEncoder().encode(JSON.stringify(manifest)) };
  const ir: ModuleIr = { ...lowered.ir, customSections: [section] };
  const wasm = emitModule(ir, library, { names: options.names ?? false });
  const encoder = (): string => {
    const digests = [`sha256:${digestBytes(wasm)}`, `manifest-sha256:${digestBytes(section.bytes)}`];
    return writeEncoder(manifest, { digests, comparedWith: lowered.comparedWith });
  };
  return { wasm, manifest, encoder };
}
