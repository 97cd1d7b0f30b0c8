import type { RegoValue } from "@flyball/engine/values";
import { bindPolicy } from "./bind/bind-policy.ts";
import { bindQuery } from "./bind/bind-query.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { planPolicy } from "./plan/plan-policy.ts";
import type { QueryPlan } from "./plan/query-plan.ts";
import { QUERY_PACKAGE } from "./plan/rule-tree.ts";
import type { ModuleNode } from "./syntax/nodes.ts";
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
}

/**
 * Plans an ad-hoc query over modules. The plan's only entrypoint answers a set with one object for each solution: the query's variables and their values.
 * `plan` is undefined where there are errors.
 */
export function planQuery(sources: QuerySources): { readonly plan: QueryPlan | undefined; readonly diagnostics: readonly Diagnostic[] } {
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
  if (query.body === undefined || diagnostics.some(({ severity }) => severity === "error")) return { plan: undefined, diagnostics };

  const bound = bindPolicy({ modules });
  diagnostics.push(...bound.diagnostics);
  if (bound.policy === undefined) return { plan: undefined, diagnostics };
  const asked = bindQuery({ body: query.body, policy: bound.policy, modules });
  diagnostics.push(...asked.diagnostics);
  if (asked.policy === undefined) return { plan: undefined, diagnostics };

  const planned = planPolicy({ policy: asked.policy, entrypoints: [QUERY_PACKAGE], data: sources.data });
  diagnostics.push(...planned.diagnostics);
  return { plan: planned.plan, diagnostics };
}
