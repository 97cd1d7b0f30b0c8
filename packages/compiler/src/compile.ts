import { MANIFEST_SECTION, type Manifest } from "@flyball/engine/abi";
import type { RegoValue } from "@flyball/engine/values";
import { bindPolicy } from "./bind/bind-policy.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { sortDiagnostics } from "./diagnostics/sort-diagnostics.ts";
import { createSourceFile } from "./diagnostics/source-file.ts";
import type { ModuleIr } from "./function-ir/ops.ts";
import { emitModule } from "./link/emit-module.ts";
import { runtimeLibrary } from "./link/embedded-library.ts";
import { lowerPlan } from "./lower/lower-plan.ts";
import { buildManifest } from "./manifest/build-manifest.ts";
import { digestData, digestSources } from "./manifest/digests.ts";
import { planPolicy } from "./plan/plan-policy.ts";
import type { QueryPlan } from "./plan/query-plan.ts";
import type { ModuleNode } from "./syntax/nodes.ts";
import { parseModule } from "./syntax/parse-module.ts";
import { COMPILER_VERSION } from "./version.ts";

export interface CompileOptions {
  /** Rego text by file name. */
  readonly modules: Readonly<Record<string, string>>;
  /** Base documents that become part of the module; without them they are set at load. */
  readonly data?: RegoValue | undefined;
  /** `finance/decision` */
  readonly entrypoints: readonly string[];
  /** False: a module that takes the whole input in one slot. It answers the same; tests compare the two. Default true. */
  readonly frame?: boolean;
  readonly regoVersion?: 0 | 1;
  /** OPA's strict mode. */
  readonly strict?: boolean;
  /** The module's own bound on memory, in pages of 64 KiB. Default 4,096 (256 MiB). */
  readonly maxPages?: number;
}

export interface CompileResult {
  /** The module, or undefined where there are errors. */
  readonly wasm: Uint8Array<ArrayBuffer> | undefined;
  readonly manifest: Manifest | undefined;
  /** Sorted by place. */
  readonly diagnostics: readonly Diagnostic[];
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
  const { plan, diagnostics } = planModules(options);
  if (plan === undefined) return { wasm: undefined, manifest: undefined, diagnostics };
  return { ...compilePlan(plan, options), diagnostics };
}

/** The first half of the road: texts to a query plan, which is undefined where there are errors. */
export function planModules(options: CompileOptions): {
  readonly plan: QueryPlan | undefined;
  readonly diagnostics: readonly Diagnostic[];
} {
  const diagnostics: Diagnostic[] = [];
  const failed = (): boolean => diagnostics.some(({ severity }) => severity === "error");
  const modules: ModuleNode[] = [];
  for (const [file, text] of sortedModules(options.modules)) {
    const parsed = parseModule({ file, text, regoVersion: options.regoVersion ?? 1 });
    diagnostics.push(...parsed.diagnostics);
    if (parsed.module !== undefined) modules.push(parsed.module);
  }
  const bound = failed() ? undefined : bindPolicy({ modules, strict: options.strict ?? false });
  diagnostics.push(...(bound?.diagnostics ?? []));
  if (bound?.policy === undefined || failed()) return { plan: undefined, diagnostics: sortDiagnostics(diagnostics) };
  const planned = planPolicy({ policy: bound.policy, entrypoints: options.entrypoints, data: options.data });
  diagnostics.push(...planned.diagnostics);
  return { plan: failed() ? undefined : planned.plan, diagnostics: sortDiagnostics(diagnostics) };
}

/** The second half: a query plan to a module and its manifest. */
export function compilePlan(
  plan: QueryPlan,
  options: Pick<CompileOptions, "modules" | "frame" | "maxPages">,
): { readonly wasm: Uint8Array<ArrayBuffer>; readonly manifest: Manifest } {
  const library = runtimeLibrary();
  const lowered = lowerPlan(plan, {
    library,
    frame: options.frame ?? true,
    maxPages: options.maxPages ?? DEFAULT_MAX_PAGES,
  });
  const modules = sortedModules(options.modules);
  const manifest = buildManifest({
    plan,
    lowered,
    sources: new Map(modules.map(([file, text]) => [file, createSourceFile(file, text)])),
    digests: { sources: digestSources(modules), data: digestData(plan.data) },
    compiler: COMPILER_VERSION,
  });
  const section = { name: MANIFEST_SECTION, bytes: new TextEncoder().encode(JSON.stringify(manifest)) };
  const ir: ModuleIr = { ...lowered.ir, customSections: [section] };
  return { wasm: emitModule(ir, library), manifest };
}

/** By name, in UTF-16 code units: the same on every machine. */
function sortedModules(modules: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(modules).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
