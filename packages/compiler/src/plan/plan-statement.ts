import type { BoundBody, BoundStatement } from "../bind/bound.ts";
import { observe, type PlanScope } from "./plan-scope.ts";
import { planCallee, planTerm } from "./plan-term.ts";
import { planUnify, unifyOperand } from "./plan-unify.ts";
import { planWith } from "./plan-with.ts";

type Statement<K extends BoundStatement["kind"]> = Extract<BoundStatement, { kind: K }>;

/** Plans a body: what follows in the current scope runs once for each of its solutions. `before` gets, at each statement, those still to be planned. */
export function planBody(scope: PlanScope, body: BoundBody, before?: (rest: BoundBody) => void): void {
  for (const [index, statement] of body.entries()) {
    before?.(body.slice(index));
    observe(scope, { of: "statement", span: statement.span });
    if (statement.with.length > 0) planWith(scope, statement);
    else planStatement(scope, statement);
  }
}

/** Plans one statement without regard to its `with`. */
export function planStatement(scope: PlanScope, statement: BoundStatement): void {
  switch (statement.kind) {
    case "holds":
      planHolds(scope, statement);
      break;
    case "unify":
      planUnify(scope, statement.left, statement.right);
      break;
    case "relation":
      planRelation(scope, statement);
      break;
    case "not":
      planNot(scope, statement);
      break;
    case "every":
      planEvery(scope, statement);
      break;
  }
}

const COMPARISONS = {
  equal: "equal",
  neq: "not-equal",
  lt: "less",
  lte: "less-or-equal",
  gt: "greater",
  gte: "greater-or-equal",
} as const;

type ComparisonName = keyof typeof COMPARISONS;

function isComparison(name: string): name is ComparisonName {
  return Object.hasOwn(COMPARISONS, name);
}

function planHolds(scope: PlanScope, { term }: Statement<"holds">): void {
  const { builder, context } = scope;
  if (
    term.kind === "call" &&
    term.callee.kind === "builtin" &&
    isComparison(term.callee.name) &&
    !context.callees.has(`builtin ${term.callee.name}`)
  ) {
    const [left, right] = term.args.map((arg) => planTerm(scope, arg));
    if (left !== undefined && right !== undefined) {
      builder.emit({ kind: "compare", operator: COMPARISONS[term.callee.name], left, right });
      return;
    }
  }
  builder.emit({ kind: "truthy", source: planTerm(scope, term) });
}

function planRelation(scope: PlanScope, { name, args, output, span }: Statement<"relation">): void {
  const operands = args.map((arg) => planTerm(scope, arg));
  const solutions = planCallee(scope, { callee: { kind: "builtin", name }, args: operands, span });
  unifyOperand(scope, output, scope.builder.openScan(solutions).value);
}

function planNot(scope: PlanScope, { body }: Statement<"not">): void {
  const { builder, state } = scope;
  const found = builder.local();
  builder.emit({ kind: "clear", target: found });
  builder.block((label) => {
    planBody(scope, body);
    builder.emit({ kind: "assign", target: found, source: state.constant(true) });
    builder.emit({ kind: "break", label });
  });
  builder.emit({ kind: "undefined", source: found });
}

/** A counterexample ends the scan; the statement holds when there was none. */
function planEvery(scope: PlanScope, statement: Statement<"every">): void {
  const { builder, state } = scope;
  const domain = planTerm(scope, statement.domain);
  builder.emit({ kind: "is-collection", source: domain });
  const counterexample = builder.local();
  builder.emit({ kind: "clear", target: counterexample });
  builder.block(() => {
    const { key, value, label } = builder.openScan(domain);
    if (statement.key !== undefined) builder.bind(statement.key, key);
    builder.bind(statement.value, value);
    const holds = builder.local();
    builder.emit({ kind: "clear", target: holds });
    builder.block((done) => {
      planBody(scope, statement.body);
      builder.emit({ kind: "assign", target: holds, source: state.constant(true) });
      builder.emit({ kind: "break", label: done });
    });
    builder.emit({ kind: "undefined", source: holds });
    builder.emit({ kind: "assign", target: counterexample, source: state.constant(true) });
    builder.emit({ kind: "break", label });
  });
  builder.emit({ kind: "undefined", source: counterexample });
}
