import type { RegoValue } from "@flyball/engine/values";
import type { BoundPolicy } from "../bind/bound.ts";
import { checkDataConflicts } from "../check/check-data-conflicts.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { entrypointName, entrypointPath } from "../documents/entrypoint-path.ts";
import { Dependencies } from "./dependencies.ts";
import { EMPTY_CONTEXT } from "./plan-context.ts";
import { planReference } from "./plan-reference.ts";
import { PlanState } from "./plan-state.ts";
import type { EntrypointPlan, QueryPlan } from "./query-plan.ts";
import { descend } from "./rule-tree.ts";

/**
 * Bound policy in, query plan out: one function for each entrypoint and for each rule it needs, in the sight of each set of replacements that a `with` makes.
 * Knows Rego's documents, knows nothing of memory, frames or Wasm. Entrypoints that name nothing are diagnostics.
 */
export function planPolicy(options: {
  readonly policy: BoundPolicy;
  /** `finance/decision` */
  readonly entrypoints: readonly string[];
  /** Base documents known at build time. */
  readonly data?: RegoValue | undefined;
  /** The plan tells who watches it where evaluation has come to and which values it found. For tests, never for modules. */
  readonly observed?: boolean;
}): { readonly plan: QueryPlan; readonly diagnostics: readonly Diagnostic[] } {
  const { policy } = options;
  const state = new PlanState(policy, options.observed);
  const dependencies = new Dependencies(state.tree);
  const diagnostics: Diagnostic[] = [...checkDataConflicts(policy, options.data)];
  const entrypoints: EntrypointPlan[] = [];

  for (const name of options.entrypoints) {
    const path = entrypointPath(name);
    const { node, steps } = descend(state.tree, path);
    const isFunction = node.rule?.form === "function" && steps === path.length;
    if (isFunction || (steps < path.length && node.rule === undefined && options.data === undefined)) {
      diagnostics.push(noSuchEntrypoint(name, isFunction, policy));
      continue;
    }
    const span = node.rule?.clauses[0]?.clause.span ?? { file: "", start: 0, end: 0 };
    const id = state.function(`entrypoint ${name}`, `entrypoint ${name}`, span, (builder) => {
      const operands = path.map((value) => ({ kind: "constant", value, span }) as const);
      const source = planReference(
        { state, dependencies, builder, context: EMPTY_CONTEXT },
        { kind: "ref", root: { kind: "data" }, operands, span },
      );
      builder.emit({ kind: "return", source });
      return builder.finish({ memoized: false });
    });
    entrypoints.push({ name, function: id });
  }

  const functions = state.finish();
  const { constants, sites, rules, places } = state;
  const { data } = options;
  const documents = documentNames(policy);
  return { plan: { constants, functions, entrypoints, sites, rules, places, data, documents }, diagnostics };
}

/** Where the rules lie that are documents, `/` between the steps, each once. */
function documentNames({ clauses }: BoundPolicy): readonly string[] {
  return [...new Set(clauses.filter(({ form }) => form !== "function").map(({ path }) => entrypointName(path)))];
}

function noSuchEntrypoint(name: string, isFunction: boolean, policy: BoundPolicy): Diagnostic {
  const first = policy.clauses[0]?.span ?? { file: "", start: 0, end: 0 };
  const message = isFunction
    ? `entrypoint ${name} is a function: only documents can be entrypoints`
    : `entrypoint ${name} names no rule and no package`;
  const known = documentNames(policy);
  const suggestion =
    known.length > 0 ? `rules that can be entrypoints: ${known.slice(0, 12).join(", ")}` : "the policy has no rules";
  return { code: "rego_compile_error", severity: "error", span: { ...first, end: first.start }, message, suggestion };
}
