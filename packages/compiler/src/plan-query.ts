import type { RegoValue } from "@flyball/engine/values";
import { bindPolicy } from "./bind/bind-policy.ts";
import { bindQuery } from "./bind/bind-query.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { planPolicy } from "./plan/plan-policy.ts";
import type { QueryPlan } from "./plan/query-plan.ts";
import { QUERY_PACKAGE } from "./plan/rule-tree.ts";
import type { BodyNode, ModuleNode } from "./syntax/nodes.ts";
import { parseModule } from "./syntax/parse-module.ts";
import { parseQuery } from "./syntax/parse-query.ts";

export interface QuerySources {
  /** Rego text by file name. */
  readonly modules: Readonly<Record<string, string>>;
  /** `data.finance.decision = x`, or several statements. */
  readonly query: string;
  /** Base documents known now; undefined where they arrive at run time. */
  readonly data?: RegoValue | undefined;
  readonly regoVersion?: 0 | 1;
  /** Each solution is then `{"bindings": {...}, "expressions": [...]}`, with the value of each statement, as `opa eval` prints it. */
  readonly capture?: boolean;
}

export interface PlannedQuery {
  readonly plan: QueryPlan | undefined;
  /** The query's statements as written, those that have a value. */
  readonly statements: readonly { readonly text: string; readonly row: number; readonly column: number }[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Plans an ad-hoc query over modules. The plan's only entrypoint answers a set with one object for each solution: the query's variables and their values.
 * `plan` is undefined where there are errors.
 */
export function planQuery(sources: QuerySources): PlannedQuery {
  const regoVersion = sources.regoVersion ?? 1;
  const diagnostics: Diagnostic[] = [];
  const modules: ModuleNode[] = [];
  for (const [file, text] of Object.entries(sources.modules).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const parsed = parseModule({ file, text, regoVersion });
    diagnostics.push(...parsed.diagnostics);
    if (parsed.module !== undefined) modules.push(parsed.module);
  }
  const query = parseQuery({ file: "query", text: sources.query, regoVersion });
  diagnostics.push(...query.diagnostics);
  if (query.body === undefined || diagnostics.some(({ severity }) => severity === "error"))
    return { plan: undefined, statements: [], diagnostics };

  const bound = bindPolicy({ modules, regoVersion });
  diagnostics.push(...bound.diagnostics);
  if (bound.policy === undefined) return { plan: undefined, statements: [], diagnostics };
  const asked = bindQuery({ body: query.body, policy: bound.policy, modules, capture: sources.capture ?? false });
  diagnostics.push(...asked.diagnostics);
  if (asked.policy === undefined) return { plan: undefined, statements: [], diagnostics };

  const planned = planPolicy({ policy: asked.policy, entrypoints: [QUERY_PACKAGE], data: sources.data });
  diagnostics.push(...planned.diagnostics);
  return { plan: planned.plan, statements: statementTexts(query.body, sources.query), diagnostics };
}

function statementTexts(body: BodyNode, text: string): PlannedQuery["statements"] {
  return body
    .filter(({ kind }) => kind !== "some-declaration")
    .map(({ span }) => {
      const before = text.slice(0, span.start).split("\n");
      return { text: text.slice(span.start, span.end), row: before.length, column: (before.at(-1) ?? "").length + 1 };
    });
}
