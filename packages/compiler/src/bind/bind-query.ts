import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { BodyNode, ModuleNode, Span, StatementNode } from "../syntax/nodes.ts";
import { foreseeBody } from "./bind-comprehension.ts";
import { type BodyState, madeVar, type PolicyState } from "./bind-state.ts";
import { BINDER } from "./binder.ts";
import type { BoundClause, BoundPolicy, BoundTerm } from "./bound.ts";
import { declaredWithin } from "./declared-names.ts";
import type { DraftStatement, DraftVar } from "./draft.ts";
import type { Annotations } from "./metadata/annotations.ts";
import { iterates } from "./query-iteration.ts";
import { reportUnsafe } from "./report-unsafe.ts";
import { indexRules } from "./rule-index.ts";
import { settleBody } from "./settle-body.ts";
import type { Safety } from "./settle-state.ts";

/** The path of the set that answers a query. No package has this name. */
const QUERY_PACKAGE = "$query";

const NO_ANNOTATIONS: Annotations = {
  ofRules: new Map(),
  ofDocuments: new Map(),
  ofPackages: new Map(),
  ofSubpackages: new Map(),
};

export interface QueryToBind {
  readonly body: BodyNode;
  /** What the modules were bound to. */
  readonly policy: BoundPolicy;
  readonly modules: readonly ModuleNode[];
  /** Each solution is `{"bindings": {...}, "expressions": [...]}`: beside the variables the value of each statement but for `some`. */
  readonly capture?: boolean;
}

/**
 * Adds to a policy one set whose elements are the solutions of a query: objects of its named variables (wildcards and names inside of comprehensions left
 * out). Queries are in no package: they write `data...` in full.
 */
export function bindQuery({ body, policy, modules, capture = false }: QueryToBind): {
  readonly policy: BoundPolicy | undefined;
  readonly diagnostics: readonly Diagnostic[];
} {
  const state: PolicyState = {
    rules: indexRules(modules),
    vars: [...policy.vars],
    diagnostics: [],
    strict: false,
    annotations: () => NO_ANNOTATIONS,
  };
  const span = spanOf(body);
  const root = bodyState(body, state);
  foreseeBody(body, root);
  const captured = bindStatements(body, root, capture);
  const safety: Safety = { vars: state.vars, unsafe: new Map(), undeclared: new Set() };
  const settled = settleBody(root.support, { bound: new Set(), safety });
  reportUnsafe(state, safety);

  const bindings = objectTerm(
    [...root.locals.names]
      .filter(([name]) => !name.startsWith("__local"))
      .map(([name, { id }]) => [name, { kind: "var", id, span }]),
    span,
  );
  const expressions: BoundTerm = { kind: "array", items: captured, span };
  const clause: BoundClause = {
    form: "set",
    path: [QUERY_PACKAGE],
    keys: [],
    params: [],
    element: capture
      ? objectTerm(
          [
            ["bindings", bindings],
            ["expressions", expressions],
          ],
          span,
        )
      : bindings,
    isDefault: false,
    branches: [{ body: settled.body, value: { kind: "constant", value: true, span }, span }],
    span,
    headSpan: span,
  };
  const failed = state.diagnostics.length > 0;
  const { packages, clauses } = policy;
  return {
    policy: failed ? undefined : { vars: state.vars, packages, clauses: [...clauses, clause] },
    diagnostics: state.diagnostics,
  };
}

function bodyState(body: BodyNode, policy: PolicyState): BodyState {
  return {
    policy,
    bind: BINDER,
    rule: undefined,
    module: { packagePath: [], globals: new Map(), usedImports: new Set(), regoVersion: 1 },
    locals: { parent: undefined, names: new Map() },
    covered: { names: declaredWithin(body), outer: undefined },
    support: [],
    inTemplate: false,
  };
}

/** Binds the statements and answers the value of each, as OPA captures them: `true` for unifications and negations. */
function bindStatements(body: BodyNode, state: BodyState, capture: boolean): readonly BoundTerm[] {
  // A single statement without iteration may answer `false`; otherwise what is false ends the solution.
  const mustHold = body.length > 1 || iterates(body);
  return body.flatMap((node): readonly BoundTerm[] => {
    state.bind.body([node], state);
    if (node.kind === "some-declaration") return [];
    const value = capture ? captureLast(state, node, mustHold) : undefined;
    return [value ?? { kind: "constant", value: true, span: node.span }];
  });
}

function captureLast({ support, policy }: BodyState, node: StatementNode, mustHold: boolean): DraftVar | undefined {
  if (node.kind !== "term-statement") return undefined;
  const last = support.at(-1);
  const value = madeVar(policy, node.span);
  const capturing = last === undefined ? undefined : captureStatement(last, value);
  if (capturing === undefined) return undefined;
  support[support.length - 1] = capturing;
  if (mustHold) support.push({ kind: "holds", term: value, with: [], span: node.span });
  return value;
}

function captureStatement(statement: DraftStatement, value: DraftVar): DraftStatement | undefined {
  if (statement.kind === "holds")
    return { ...statement, kind: "unify", left: value, right: statement.term, assignment: false };
  if (statement.kind === "call" && statement.output === undefined) return { ...statement, output: value };
  return undefined;
}

function objectTerm(entries: readonly (readonly [string, BoundTerm])[], span: Span): BoundTerm {
  if (entries.length === 0) return { kind: "constant", value: {}, span };
  return {
    kind: "object",
    entries: entries.map(([key, value]) => ({ key: { kind: "constant", value: key, span }, value })),
    span,
  };
}

function spanOf(body: BodyNode): Span {
  const first = body[0]?.span;
  const last = body.at(-1)?.span;
  return first === undefined || last === undefined ? { file: "query", start: 0, end: 0 } : { ...first, end: last.end };
}
