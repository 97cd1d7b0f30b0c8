import { checkClauseTypes, type SchemasOf } from "../check/types/check-types.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { BodyNode, ModuleNode, Span, StatementNode } from "../syntax/nodes.ts";
import { foreseeBody } from "./bind-comprehension.ts";
import { moduleState } from "./bind-policy.ts";
import { type BodyState, madeVar, type PolicyState } from "./bind-state.ts";
import { BINDER } from "./binder.ts";
import type { BoundBody, BoundClause, BoundPolicy, BoundTerm } from "./bound.ts";
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
  /** Keeps `print` statements, which are left out otherwise. */
  readonly prints?: boolean;
  /** What schemas say of the documents of the policy's clauses and of the query's. */
  readonly schemasOf?: SchemasOf;
  /** A module whose package and imports the query is written in. Without it a query is in no package: it writes `data...` in full. */
  readonly inside?: ModuleNode | undefined;
}

/**
 * Adds to a policy one rule whose value is the solutions of a query: a set of objects of its named variables (wildcards and names inside of comprehensions left out). With `capture` it is an array: solutions
 * in the order in which they are found, equal ones as often as they are.
 */
export function bindQuery({ body, policy, modules, inside, schemasOf, capture = false, prints = false }: QueryToBind): {
  readonly policy: BoundPolicy | undefined;
  /** With `capture`: the statements that `expressions` are the values of, in the order of evaluation, as OPA lists them. */
  readonly captured: readonly StatementNode[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const state: PolicyState = {
    rules: indexRules(modules),
    vars: [...policy.vars],
    diagnostics: [],
    strict: false,
    prints,
    annotations: () => NO_ANNOTATIONS,
  };
  const span = spanOf(body);
  const root = bodyState(body, state, inside);
  foreseeBody(body, root);
  const values = bindStatements(body, root, capture);
  const safety: Safety = { vars: state.vars, unsafe: new Map(), undeclared: new Set() };
  const settled = settleBody(root.support, { bound: new Set(), safety });
  reportUnsafe(root, safety);

  const bindings = objectTerm(
    [...root.locals.names]
      .filter(([name]) => !name.startsWith("__local"))
      .map(([name, { id }]) => [name, { kind: "var", id, span }]),
    span,
  );
  const captured = inOrder(values, settled.body);
  const expressions = captured.map(({ value }) => value);
  const clause = capture
    ? solutionList(
        settled.body,
        objectTerm(
          [
            ["bindings", bindings],
            ["expressions", arrayTerm(expressions, span)],
          ],
          span,
        ),
      )
    : solutionSet(settled.body, bindings);
  const { packages, clauses } = policy;
  const asking: BoundPolicy = { vars: state.vars, packages, clauses: [...clauses, clause] };
  if (state.diagnostics.length === 0) state.diagnostics.push(...checkClauseTypes(asking, clause, schemasOf));
  const failed = state.diagnostics.some(({ severity }) => severity === "error");
  return {
    policy: failed ? undefined : asking,
    captured: captured.map(({ node }) => node),
    diagnostics: state.diagnostics,
  };
}

function solutionSet(body: BoundBody, element: BoundTerm): BoundClause {
  const { span } = element;
  return { ...queryClause(span), form: "set", element, branches: [{ body, value: trueTerm(span), span }] };
}

function solutionList(body: BoundBody, head: BoundTerm): BoundClause {
  const { span } = head;
  const value: BoundTerm = { kind: "comprehension", form: "array", key: undefined, head, body, span };
  return { ...queryClause(span), form: "complete", element: undefined, branches: [{ body: [], value, span }] };
}

function queryClause(span: Span): Omit<BoundClause, "form" | "element" | "branches"> {
  return { path: [QUERY_PACKAGE], keys: [], params: [], isDefault: false, span, headSpan: span };
}

function trueTerm(span: Span): BoundTerm {
  return { kind: "constant", value: true, span };
}

function arrayTerm(items: readonly BoundTerm[], span: Span): BoundTerm {
  return { kind: "array", items, span };
}

function bodyState(body: BodyNode, policy: PolicyState, inside: ModuleNode | undefined): BodyState {
  return {
    policy,
    bind: BINDER,
    rule: undefined,
    module:
      inside === undefined
        ? { packagePath: [], globals: new Map(), usedImports: new Set(), regoVersion: 1 }
        : moduleState(inside, { rules: policy.rules, regoVersion: 1 }),
    locals: { parent: undefined, names: new Map() },
    covered: { names: declaredWithin(body), outer: undefined },
    support: [],
    inTemplate: false,
  };
}

interface Captured {
  readonly node: StatementNode;
  readonly value: BoundTerm;
}

/** Bodies are reordered so that they are safe: what was captured comes in the order in which its statements are evaluated. */
function inOrder(captured: readonly Captured[], body: BoundBody): readonly Captured[] {
  const position = ({ node: { span } }: Captured): number =>
    body.findLastIndex((statement) => statement.span.start === span.start && statement.span.end === span.end);
  return [...captured].sort((a, b) => position(a) - position(b));
}

/** Binds the statements and answers the value of each, as OPA captures them: `true` for unifications and negations. */
function bindStatements(body: BodyNode, state: BodyState, capture: boolean): readonly Captured[] {
  // A single statement without iteration may answer `false`; otherwise what is false ends the solution.
  const mustHold = body.length > 1 || iterates(body);
  return body.flatMap((node): readonly Captured[] => {
    state.bind.body([node], state);
    if (node.kind === "some-declaration") return [];
    const value = capture ? captureLast(state, node, mustHold) : undefined;
    return [{ node, value: value ?? trueTerm(node.span) }];
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
