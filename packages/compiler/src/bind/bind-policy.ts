import { checkConflicts } from "../check/check-conflicts.ts";
import { checkGrants, type DeclaredGrants } from "../check/check-grants.ts";
import { checkModule } from "../check/check-module.ts";
import { checkRecursion } from "../check/check-recursion.ts";
import { checkTypes, type SchemasOf } from "../check/types/check-types.ts";
import { type DocumentSchemas, type SchemaDocuments, schemasInForce } from "../check/types/schemas-in-force.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { pathKey } from "../documents/path-key.ts";
import type { ModuleNode, RuleNode } from "../syntax/nodes.ts";
import { bindRule } from "./bind-rule.ts";
import { type ModuleState, type PolicyState, report } from "./bind-state.ts";
import type { BoundClause, BoundPolicy } from "./bound.ts";
import { type Annotations, readAnnotations } from "./metadata/annotations.ts";
import { hasMetadata } from "./metadata/find-metadata-blocks.ts";
import { indexRules, type RuleIndex } from "./rule-index.ts";

export interface BindOptions {
  readonly modules: readonly ModuleNode[];
  /** OPA's strict mode: unused imports, variables and parameters, deprecated built-ins and shadowed roots are errors. */
  readonly strict?: boolean;
  /** Keeps `print` statements, which are left out otherwise. */
  readonly prints?: boolean;
  /** 1 unless given. */
  readonly regoVersion?: 0 | 1;
  /** Of files that are written in another. */
  readonly regoVersions?: ReadonlyMap<string, 0 | 1> | undefined;
  /** What annotations refer to as `schema...`. Undefined: what they say of those is not known. */
  readonly schemas?: SchemaDocuments | undefined;
  /** What the application grants. Undefined: nothing is said of built-ins that need it. */
  readonly grants?: DeclaredGrants | undefined;
}

/**
 * In: the syntax trees of all modules of a policy. Out: the bound policy, and all mistakes that can be found without running it, sorted by place; the
 * policy is there exactly when none of them is an error. Nothing is read from elsewhere and nothing is thrown for what an author did wrong.
 */
export function bindPolicy({
  modules,
  strict = false,
  prints = false,
  regoVersion = 1,
  regoVersions,
  schemas,
  grants,
}: BindOptions): {
  readonly policy: BoundPolicy | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** What schemas say of the documents of each clause. */
  readonly schemasOf: SchemasOf;
} {
  const sorted = [...modules].sort((a, b) => compareText(a.span.file, b.span.file));
  const declared = (module: ModuleNode): 0 | 1 => regoVersions?.get(module.span.file) ?? regoVersion;
  const diagnostics: Diagnostic[] = [];
  let annotations: Annotations | undefined;
  const state: PolicyState = {
    rules: indexRules(sorted),
    vars: [],
    diagnostics,
    strict,
    prints,
    annotations: () => {
      annotations ??= readAnnotations(sorted, diagnostics);
      return annotations;
    },
  };
  const sources = new Map<BoundClause, ClauseSource>();
  const clauses = sorted.flatMap((module) => {
    const inside = moduleState(module, { rules: state.rules, regoVersion: declared(module) });
    const bound = module.rules.map((rule) => {
      const clause = bindRule(rule, inside, state);
      sources.set(clause, { rule, packagePath: module.package.path });
      return clause;
    });
    if (strict) reportUnusedImports(module, inside, state);
    return bound;
  });
  const checked = strict ? sorted : sorted.filter((module) => versionOf(module, declared(module)) === 1);
  diagnostics.push(...checked.flatMap(checkModule));
  // Mistakes in annotations are the policy's, whether a rule asks for them or not.
  if (sorted.some(hasMetadata)) state.annotations();
  const packages = new Map(sorted.map((module) => [pathKey(module.package.path), module.package.path]));
  const policy: BoundPolicy = { vars: state.vars, clauses, packages: [...packages.values()] };
  diagnostics.push(...checkConflicts(policy, sorted), ...checkRecursion(policy));
  if (grants !== undefined) diagnostics.push(...checkGrants(policy, grants));
  const schemasOf = clauseSchemas(sources, { annotations, documents: schemas, diagnostics });
  diagnostics.push(...checkTypes(policy, { faulty: faultyClauses(policy, diagnostics), schemasOf }));
  diagnostics.sort(compareDiagnostics);
  const failed = diagnostics.some(({ severity }) => severity === "error");
  return { policy: failed ? undefined : policy, diagnostics, schemasOf };
}

interface ClauseSource {
  readonly rule: RuleNode;
  readonly packagePath: readonly string[];
}

/** Each clause is asked about once or more; its mistakes are reported once. A clause of no module, which is a query, has what holds everywhere. */
function clauseSchemas(
  sources: ReadonlyMap<BoundClause, ClauseSource>,
  given: Parameters<typeof schemasInForce>[0],
): SchemasOf {
  const { everywhere, inRule } = schemasInForce(given);
  const known = new Map<BoundClause, DocumentSchemas>();
  return (clause) => {
    const source = sources.get(clause);
    if (source === undefined) return everywhere;
    const found = known.get(clause) ?? inRule({ ...source, path: clause.path });
    known.set(clause, found);
    return found;
  };
}

/** `import rego.v1` or `rego.v2` makes a module of a v0 policy one of v1. */
function versionOf({ imports }: ModuleNode, regoVersion: 0 | 1): 0 | 1 {
  return imports.some(({ path }) => path[0] === "rego") ? 1 : regoVersion;
}

interface Around {
  readonly rules: RuleIndex;
  readonly regoVersion: 0 | 1;
}

export function moduleState(module: ModuleNode, { rules, regoVersion }: Around): ModuleState {
  const packagePath = module.package.path;
  const globals = new Map<string, readonly string[]>();
  for (const name of rules.names.get(pathKey(packagePath)) ?? []) globals.set(name, ["data", ...packagePath, name]);
  for (const { path, alias } of module.imports) {
    const name = alias ?? path.at(-1);
    if (name !== undefined && (path[0] === "data" || path[0] === "input")) globals.set(name, path);
  }
  return { packagePath, globals, usedImports: new Set(), regoVersion: versionOf(module, regoVersion) };
}

function reportUnusedImports({ imports }: ModuleNode, { usedImports }: ModuleState, state: PolicyState): void {
  for (const { path, alias, span } of imports) {
    const name = alias ?? path.at(-1) ?? "";
    if ((path[0] !== "data" && path[0] !== "input") || usedImports.has(name)) continue;
    const message = `import ${path.join(".")} unused`;
    report(state, { code: "rego_compile_error", span, message, suggestion: "Remove the import." });
  }
}

/** Types of what is not bound right would only repeat its mistakes. */
function faultyClauses({ clauses }: BoundPolicy, diagnostics: readonly Diagnostic[]): ReadonlySet<BoundClause> {
  const starts = new Map<string, number[]>();
  for (const { span, severity } of diagnostics) {
    if (severity !== "error") continue;
    const inFile = starts.get(span.file);
    if (inFile === undefined) starts.set(span.file, [span.start]);
    else inFile.push(span.start);
  }
  for (const inFile of starts.values()) inFile.sort((a, b) => a - b);
  return new Set(
    clauses.filter(({ span }) => {
      const first = firstFrom(starts.get(span.file) ?? [], span.start);
      return first !== undefined && first < span.end;
    }),
  );
}

/** The first of the sorted numbers that is not less than `least`. */
function firstFrom(numbers: readonly number[], least: number): number | undefined {
  let [from, to] = [0, numbers.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((numbers[middle] ?? 0) < least) from = middle + 1;
    else to = middle;
  }
  return numbers[from];
}

function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return compareText(a.span.file, b.span.file) || a.span.start - b.span.start || a.span.end - b.span.end;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
