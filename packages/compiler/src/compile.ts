import { MANIFEST_SECTION, type Manifest } from "@flyball/engine/abi";
import type { RegoValue } from "@flyball/engine/values";
import { bindPolicy } from "./bind/bind-policy.ts";
import type { BoundPolicy } from "./bind/bound.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { sortDiagnostics } from "./diagnostics/sort-diagnostics.ts";
import { createSourceFile, positionAt } from "./diagnostics/source-file.ts";
import type { ModuleIr } from "./function-ir/ops.ts";
import { runtimeLibrary } from "./link/embedded-library.ts";
import { emitModule } from "./link/emit-module.ts";
import { ModuleLimitError } from "./link/module-limit-error.ts";
import { lowerPlan } from "./lower/lower-plan.ts";
import { buildManifest } from "./manifest/build-manifest.ts";
import { digestData, digestSources } from "./manifest/digests.ts";
import { planPolicy } from "./plan/plan-policy.ts";
import type { QueryPlan } from "./plan/query-plan.ts";
import type { ModuleNode } from "./syntax/nodes.ts";
import { parseModule } from "./syntax/parse-module.ts";
import { COMPILER_VERSION } from "./version.ts";

export interface SourceModules {
  /** Rego text by file name. */
  readonly modules: Readonly<Record<string, string>>;
  readonly regoVersion?: 0 | 1;
  /** OPA's strict mode. */
  readonly strict?: boolean;
}

export interface AssembleOptions {
  /** False: a module that takes input and base documents each in one slot. It answers the same; tests compare the two. Default true. */
  readonly frame?: boolean;
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
  /** Makes every rule an entrypoint whose name begins with `test_` or `todo_`, and lists them. */
  readonly tests?: boolean;
}

export interface CompileResult {
  /** The module, or undefined where there are errors. */
  readonly wasm: Uint8Array<ArrayBuffer> | undefined;
  readonly manifest: Manifest | undefined;
  /** Sorted by place. */
  readonly diagnostics: readonly Diagnostic[];
  readonly tests: readonly TestRule[];
}

export interface TestRule {
  /** `data.finance.test_limits` */
  readonly name: string;
  readonly entrypoint: string;
  readonly file: string;
  readonly line: number;
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
  const bound = bindModules(options);
  const tests = options.tests === true && bound.policy !== undefined ? testRules(bound.policy, options.modules) : [];
  const { plan, diagnostics } = planBound(bound, {
    entrypoints: [...new Set([...options.entrypoints, ...tests.map(({ entrypoint }) => entrypoint)])],
    data: options.data,
  });
  if (plan === undefined) return { wasm: undefined, manifest: undefined, diagnostics, tests };
  try {
    return { ...assemblePlan(plan, options), diagnostics, tests };
  } catch (error) {
    if (!(error instanceof ModuleLimitError)) throw error;
    return {
      wasm: undefined,
      manifest: undefined,
      diagnostics: sortDiagnostics([...diagnostics, tooLarge(plan, error)]),
      tests,
    };
  }
}

function tooLarge(plan: QueryPlan, { message, functionName }: ModuleLimitError): Diagnostic {
  const [first] = plan.rules;
  const span = plan.functions.find(({ name }) => name === functionName)?.span ?? first?.span;
  const suggestion =
    functionName === undefined
      ? "give the module more pages, or set the documents at load"
      : "put what differs between the rules into data, and look it up";
  return {
    code: "unsupported",
    severity: "error",
    span: span ?? { file: "", start: 0, end: 0 },
    message,
    suggestion,
  };
}

/** All that can be found to be wrong with modules without an entrypoint. */
export function checkModules(options: SourceModules): readonly Diagnostic[] {
  return bindModules(options).diagnostics;
}

/** The first half of the road: texts to a query plan, which is undefined where there are errors. */
export function planModules(options: CompileOptions): PlannedModules {
  return planBound(bindModules(options), options);
}

export interface PlannedModules {
  readonly plan: QueryPlan | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** The second half: a query plan to a module and its manifest. Throws `ModuleLimitError`. */
export function assemblePlan(
  plan: QueryPlan,
  options: AssembleOptions = {},
): { readonly wasm: Uint8Array<ArrayBuffer>; readonly manifest: Manifest } {
  const library = runtimeLibrary();
  const lowered = lowerPlan(plan, {
    library,
    frame: options.frame ?? true,
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
  return { wasm: emitModule(ir, library), manifest };
}

interface BoundModules {
  readonly policy: BoundPolicy | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

function bindModules(options: SourceModules): BoundModules {
  const diagnostics: Diagnostic[] = [];
  const trees: ModuleNode[] = [];
  for (const [file, text] of sortedModules(options.modules)) {
    const parsed = parseModule({ file, text, regoVersion: options.regoVersion ?? 1 });
    diagnostics.push(...parsed.diagnostics);
    if (parsed.module !== undefined) trees.push(parsed.module);
  }
  if (hasErrors(diagnostics)) return { policy: undefined, diagnostics: sortDiagnostics(diagnostics) };
  const { policy, diagnostics: found } = bindPolicy({
    modules: trees,
    strict: options.strict ?? false,
    regoVersion: options.regoVersion ?? 1,
  });
  return { policy, diagnostics: sortDiagnostics([...diagnostics, ...found]) };
}

function planBound(
  { policy, diagnostics }: BoundModules,
  options: Pick<CompileOptions, "entrypoints" | "data">,
): PlannedModules {
  if (policy === undefined) return { plan: undefined, diagnostics };
  const planned = planPolicy({ policy, entrypoints: options.entrypoints, data: options.data });
  const all = sortDiagnostics([...diagnostics, ...planned.diagnostics]);
  return { plan: hasErrors(all) ? undefined : planned.plan, diagnostics: all };
}

function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

function testRules(policy: BoundPolicy, modules: CompileOptions["modules"]): readonly TestRule[] {
  const rules = new Map<string, TestRule>();
  for (const { form, path, span } of policy.clauses) {
    const entrypoint = path.join("/");
    if (form === "function" || !/^(test|todo)_/.test(path.at(-1) ?? "") || rules.has(entrypoint)) continue;
    const { line } = positionAt(createSourceFile(span.file, modules[span.file] ?? ""), span.start);
    rules.set(entrypoint, { name: ["data", ...path].join("."), entrypoint, file: span.file, line });
  }
  return [...rules.values()];
}

/** By name, in UTF-16 code units: the same on every machine. */
function sortedModules(modules: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(modules).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
