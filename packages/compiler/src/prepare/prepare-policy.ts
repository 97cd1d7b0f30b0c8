import type { RegoValue } from "@flyball/engine/values";
import { bindPolicy } from "../bind/bind-policy.ts";
import type { BoundPolicy } from "../bind/bound.ts";
import type { DeclaredGrants } from "../check/check-grants.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { sortDiagnostics } from "../diagnostics/sort-diagnostics.ts";
import { planPolicy } from "../plan/plan-policy.ts";
import type { QueryPlan } from "../plan/query-plan.ts";
import type { ModuleNode } from "../syntax/nodes.ts";
import { parseModule } from "../syntax/parse-module.ts";
import { findTests, type TestRule } from "./find-tests.ts";
import { numberDuplicateTests } from "./number-duplicate-tests.ts";
import { sortedModules } from "./sorted-modules.ts";
import { type SourceStatements, sourceStatements } from "./source-statements.ts";

export interface SourceModules {
  /** Rego text by file name. */
  readonly modules: Readonly<Record<string, string>>;
  readonly regoVersion?: 0 | 1;
  /** Files of another version than `regoVersion`. */
  readonly regoVersions?: ReadonlyMap<string, 0 | 1>;
  /** OPA's strict mode. */
  readonly strict?: boolean;
  /** Keeps `print` statements, which are left out otherwise: they then call the built-in `internal.print`. */
  readonly prints?: boolean;
  /** How deep terms and bodies may be nested. Default 1,000. */
  readonly maxNesting?: number;
  /** JSON Schemas that METADATA annotations refer to, by path: `pods/v1` is `schema.pods.v1`; the empty path is `schema`, and then that of the input everywhere. Without it such annotations say nothing. */
  readonly schemas?: Readonly<Record<string, RegoValue>>;
  /** What the application that loads the module grants (`http`, `randomBytes`, ...): calls of built-ins that need another grant are errors. `"unknown"`: warnings. Default: nothing is said. */
  readonly grants?: DeclaredGrants;
}

export interface PreparedPolicy {
  /** All that is wrong with the modules, sorted by place. Warnings may stand beside a policy that can be planned. */
  readonly diagnostics: readonly Diagnostic[];
  /** None unless asked for. */
  readonly tests: readonly TestRule[];
  readonly statements: SourceStatements;
  /** What an evaluation of the entrypoints does. The same policy may be planned any number of times. */
  readonly plan: (options: PlanOptions) => PlannedModules;
}

export interface PlanOptions {
  /** `finance/decision` */
  readonly entrypoints: readonly string[];
  /** Base documents that become part of the plan; without them they arrive at run time. */
  readonly data?: RegoValue | undefined;
  /** The plan tells the interpreter's observer where evaluation has come to. For tests, never for modules. */
  readonly observed?: boolean;
}

export interface PlannedModules {
  /** Undefined where there are errors. */
  readonly plan: QueryPlan | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Parses and binds modules, once. In: texts. Out: what is wrong with them, the tests among their rules, and a way to plan any of their entrypoints. With `tests`, tests that share a name are numbered as
 * `opa test` does.
 */
export function preparePolicy(options: SourceModules & { readonly tests?: boolean }): PreparedPolicy {
  const { trees, diagnostics } = parseModules(options);
  const modules = options.tests === true ? numberDuplicateTests(trees) : trees;
  const bound = hasErrors(diagnostics) ? undefined : bindModules(modules, options);
  const all = sortDiagnostics([...diagnostics, ...(bound?.diagnostics ?? [])]);
  let statements: SourceStatements | undefined;
  return {
    diagnostics: all,
    tests: options.tests === true && bound?.policy !== undefined ? findTests(modules, options.modules) : [],
    get statements() {
      statements ??= sourceStatements(modules, options.modules);
      return statements;
    },
    plan: (plan) => planBound(bound?.policy, all, plan),
  };
}

/** Parses each module in the version that it is written in. */
export function parseModules(options: SourceModules): {
  readonly trees: readonly ModuleNode[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const diagnostics: Diagnostic[] = [];
  const trees: ModuleNode[] = [];
  for (const [file, text] of sortedModules(options.modules)) {
    const parsed = parseModule({
      file,
      text,
      regoVersion: options.regoVersions?.get(file) ?? options.regoVersion ?? 1,
      ...(options.maxNesting === undefined ? {} : { maxNesting: options.maxNesting }),
    });
    diagnostics.push(...parsed.diagnostics);
    if (parsed.module !== undefined) trees.push(parsed.module);
  }
  return { trees, diagnostics };
}

function bindModules(
  modules: readonly ModuleNode[],
  { strict = false, prints = false, regoVersion = 1, regoVersions, schemas, grants }: SourceModules,
) {
  return bindPolicy({ modules, strict, prints, regoVersion, regoVersions, schemas, grants });
}

function planBound(
  policy: BoundPolicy | undefined,
  diagnostics: readonly Diagnostic[],
  options: PlanOptions,
): PlannedModules {
  if (policy === undefined) return { plan: undefined, diagnostics };
  const planned = planPolicy({ policy, ...options });
  const all = sortDiagnostics([...diagnostics, ...planned.diagnostics]);
  return { plan: hasErrors(all) ? undefined : planned.plan, diagnostics: all };
}

function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}
