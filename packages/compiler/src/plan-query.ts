import type { RegoValue } from "@flyball/engine/values";
import { bindPolicy } from "./bind/bind-policy.ts";
import { bindQuery } from "./bind/bind-query.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { createSourceFile, positionAt } from "./diagnostics/source-file.ts";
import { planPolicy } from "./plan/plan-policy.ts";
import type { QueryPlan } from "./plan/query-plan.ts";
import { QUERY_PACKAGE } from "./plan/rule-tree.ts";
import { parseModules, type SourceModules } from "./prepare/prepare-policy.ts";
import type { ModuleNode, StatementNode } from "./syntax/nodes.ts";
import { parseModule } from "./syntax/parse-module.ts";
import { parseQuery } from "./syntax/parse-query.ts";

export interface QuerySources extends SourceModules {
  /** `data.finance.decision = x`, or several statements. */
  readonly query: string;
  /** Base documents known now; undefined where they arrive at run time. */
  readonly data?: RegoValue | undefined;
  /** Each solution is then `{"bindings": {...}, "expressions": [...]}`, with the value of each statement, as `opa eval` prints it, and the solutions are an array in the order in which they are found. */
  readonly capture?: boolean;
  /** The package that the query is written in, as `finance.limits`: its rules are known by their names. */
  readonly package?: string | undefined;
  /** Imports for the query, as `data.finance.limits` or `rego.v1`. */
  readonly imports?: readonly string[];
}

export interface PlannedQuery {
  readonly plan: QueryPlan | undefined;
  /** The query's statements as written, those that have a value, in the order of evaluation. */
  readonly statements: readonly { readonly text: string; readonly row: number; readonly column: number }[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Plans an ad-hoc query over modules. The plan's only entrypoint answers a set with one object for each solution: the query's variables and their values.
 * `plan` is undefined where there are errors.
 */
export function planQuery(sources: QuerySources): PlannedQuery {
  const regoVersion = sources.regoVersion ?? 1;
  const { trees: modules, diagnostics: found } = parseModules(sources);
  const diagnostics = [...found];
  const inside = sources.package === undefined && !sources.imports?.length ? undefined : queryModule(sources);
  const imported = inside?.module?.imports ?? [];
  const query = parseQuery({
    file: "query",
    text: sources.query,
    regoVersion: imported.some(({ path }) => path.join(".") === "rego.v1") ? 1 : regoVersion,
    keywords: imported.flatMap(({ path }) => keywordsOf(path)),
    ...(sources.maxNesting === undefined ? {} : { maxNesting: sources.maxNesting }),
  });
  diagnostics.push(...(inside?.diagnostics ?? []), ...query.diagnostics);
  const failed = { plan: undefined, statements: [], diagnostics };
  if (query.body === undefined || hasErrors(diagnostics)) return failed;

  const bound = bindPolicy({
    modules,
    strict: sources.strict ?? false,
    prints: sources.prints ?? false,
    regoVersion,
    regoVersions: sources.regoVersions,
    schemas: sources.schemas,
  });
  diagnostics.push(...bound.diagnostics);
  if (bound.policy === undefined) return failed;
  const asked = bindQuery({
    body: query.body,
    policy: bound.policy,
    modules,
    inside: inside?.module,
    capture: sources.capture ?? false,
    prints: sources.prints ?? false,
    schemasOf: bound.schemasOf,
  });
  diagnostics.push(...asked.diagnostics);
  if (asked.policy === undefined) return failed;

  const planned = planPolicy({ policy: asked.policy, entrypoints: [QUERY_PACKAGE], data: sources.data });
  diagnostics.push(...planned.diagnostics);
  return {
    plan: hasErrors(diagnostics) ? undefined : planned.plan,
    statements: statementTexts(asked.captured, sources.query),
    diagnostics,
  };
}

function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}

/** A module with nothing but the query's package and imports. */
function queryModule({ package: name = "$query", imports = [], regoVersion = 1 }: QuerySources): {
  readonly module: ModuleNode | undefined;
  readonly diagnostics: readonly Diagnostic[];
} {
  const path = name === "$query" ? 'flyball["$query"]' : name;
  const text = [`package ${path}`, ...imports.map((each) => `import ${each}`), ""].join("\n");
  return parseModule({ file: "query", text, regoVersion });
}

const KEYWORDS = ["in", "every", "contains", "if", "and", "or", "not"] as const;

/** The keywords that an import switches on. */
function keywordsOf(path: readonly string[]): readonly (typeof KEYWORDS)[number][] {
  const [root, second, word] = path;
  if (root !== "future" || second !== "keywords") return [];
  return KEYWORDS.filter((each) => (word === undefined ? !["and", "or", "not"].includes(each) : each === word));
}

function statementTexts(statements: readonly StatementNode[], text: string): PlannedQuery["statements"] {
  const source = createSourceFile("query", text);
  return statements.map(({ span }) => {
    const { line, column } = positionAt(source, span.start);
    return { text: text.slice(span.start, span.end), row: line, column };
  });
}
