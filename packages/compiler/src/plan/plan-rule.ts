import type { BoundBody, BoundBranch, BoundClause, BoundStatement, BoundTerm } from "../bind/bound.ts";
import type { Span } from "../syntax/nodes.ts";
import { leadingTests, requiredDocuments } from "./leading-tests.ts";
import { observeKeys } from "./observe-keys.ts";
import { planClauses } from "./plan-clauses.ts";
import { contextKey, isEmpty, type PlanContext, replacedNames, startsWith } from "./plan-context.ts";
import { planReference } from "./plan-reference.ts";
import { localOperand, observe, type PlanScope } from "./plan-scope.ts";
import { planBody } from "./plan-statement.ts";
import { planTerm } from "./plan-term.ts";
import { unifyOperand } from "./plan-unify.ts";
import type { FunctionId, LocalId, Operand, SiteId } from "./query-plan.ts";
import { sliceKey, sliceOf } from "./rule-slice.ts";
import { coveredNames, type GroupedClause, type RuleGroup, type RuleNode, visibleChildren } from "./rule-tree.ts";

/**
 * The function that computes a rule's document, or a function's result, in the sight of `scope`'s context. `operands` are those of a reference below the document: of one that
 * needs itself only the part that they can reach is computed.
 */
export function ruleFunction(scope: PlanScope, rule: RuleGroup, operands: readonly BoundTerm[] = []): FunctionId {
  const context = scope.dependencies.restrict(scope.context, rule);
  const reached = sliceOf(rule, operands);
  const part = reached !== rule && scope.dependencies.mayNeedItself(rule) ? reached : rule;
  const slice = sliceKey(rule, part);
  const name = slice === "" ? ruleName(rule.path) : `${ruleName(rule.path)} (${slice})`;
  const span = part.clauses[0]?.clause.span ?? NO_SPAN;
  const whole = isEmpty(context) && part === rule;
  const sight = whole ? { document: rule.path } : { replaced: replacedNames(context) };
  return scope.state.function(
    `rule ${JSON.stringify(rule.path)} ${slice} ${contextKey(context)}`,
    variantName(name, context),
    span,
    (builder) => {
      const inner: PlanScope = { ...scope, builder, context };
      switch (part.form) {
        case "complete":
          planComplete(inner, part, []);
          return builder.finish({ memoized: true, ...sight });
        case "function":
          planFunction(inner, part);
          return builder.finish({ memoized: false });
        case "set":
        case "object":
          planPartial(inner, part);
          return builder.finish({ memoized: true, ...sight });
      }
    },
  );
}

/** The function that computes the whole document at an inner node: the base document, covered by the virtual ones below it. */
export function extentFunction(scope: PlanScope, node: RuleNode): FunctionId {
  const context = scope.dependencies.restrictBelow(scope.context, node);
  const name = variantName(ruleName(node.path), context);
  return scope.state.function(
    `extent ${JSON.stringify(node.path)} ${contextKey(context)}`,
    name,
    NO_SPAN,
    (builder) => {
      planExtent({ ...scope, builder, context }, node);
      const sight = isEmpty(context) ? { document: node.path } : { replaced: replacedNames(context) };
      return builder.finish({ memoized: true, ...sight });
    },
  );
}

const NO_SPAN: Span = { file: "", start: 0, end: 0 };

function ruleName(path: readonly string[]): string {
  return ["data", ...path].join(".");
}

function variantName(name: string, context: PlanContext): string {
  const key = contextKey(context);
  return key === "" ? name : `${name} with ${key}`;
}

function planComplete(scope: PlanScope, rule: RuleGroup, args: readonly Operand[]): void {
  const { builder, state } = scope;
  const clauses = rule.clauses.filter(({ clause }) => !clause.isDefault);
  const fallback = rule.clauses.find(({ clause }) => clause.isDefault)?.clause;
  const message =
    rule.form === "function"
      ? "functions must not produce multiple outputs for same inputs"
      : "complete rules must not produce multiple outputs";
  const constant = onlyConstant(clauses);
  const result = builder.local();
  let collected = false;
  const planClause = (grouped: GroupedClause, decided: BoundStatement | undefined): void => {
    planClauseValue(scope, grouped, args, {
      rule,
      decided,
      // With one possible value, or one clause that cannot have two, the first value is the result.
      deliver: (value, iterates) => {
        if (constant || (clauses.length === 1 && !iterates)) {
          builder.emit({ kind: "return", source: value });
          return;
        }
        collected = true;
        const site = state.site(grouped.clause.headSpan, message);
        builder.emit({ kind: "assign-once", target: result, source: value, site });
      },
    });
  };
  planClauses(scope, clauses, planClause);
  if (collected) builder.block(() => builder.emit({ kind: "return", source: localOperand(result) }));
  if (fallback !== undefined) planDefault(scope, fallback, args);
}

function planDefault(scope: PlanScope, { branches, params, span }: BoundClause, args: readonly Operand[]): void {
  const { builder } = scope;
  builder.block(() => {
    for (const [index, param] of params.entries()) unifyOperand(scope, param, operandAt(args, index));
    const source = planTerm(scope, branches[0].value);
    observe(scope, { of: "rule", span });
    builder.emit({ kind: "return", source });
  });
}

/** Whether every branch of every clause has the same constant value: then a second solution cannot conflict. */
function onlyConstant(clauses: readonly GroupedClause[]): boolean {
  const values = new Set<unknown>();
  for (const { clause } of clauses) {
    for (const { value } of clause.branches) {
      if (value.kind !== "constant" || (typeof value.value === "object" && value.value !== null)) return false;
      values.add(value.value);
    }
  }
  return values.size === 1;
}

interface Delivery {
  readonly rule: RuleGroup;
  /** A test of the body that holds wherever the clause is tried. */
  readonly decided: BoundStatement | undefined;
  readonly deliver: (value: Operand, iterates: boolean) => void;
  /** Called before each statement of a body and at its end, with what is still to be planned. */
  readonly before?: ((rest: BoundBody) => void) | undefined;
}

/** The body's value, or that of the first `else` whose body holds. */
function planClauseValue(
  scope: PlanScope,
  { clause, place }: GroupedClause,
  args: readonly Operand[],
  { rule, decided, deliver, before }: Delivery,
): void {
  const { builder, state } = scope;
  const planBranch = (branch: BoundBranch, taken: LocalId | undefined): void =>
    builder.block(() => {
      for (const [index, param] of clause.params.entries()) unifyOperand(scope, param, operandAt(args, index));
      const produced = [branch.value, ...place, ...(clause.element === undefined ? [] : [clause.element])];
      const { tests, rest } = leadingTests(branch.body, state.tree);
      const undecided = tests.filter((test) => test !== decided);
      planBody(scope, undecided, before === undefined ? undefined : (left) => before([...left, ...rest]));
      for (const required of requiredDocuments({ body: rest, terms: produced }, state.tree))
        planReference(scope, required);
      planBody(scope, rest, before);
      before?.([]);
      const value = planTerm(scope, branch.value);
      observe(scope, { of: "rule", span: branch.span });
      builder.emit({ kind: "trace", rule: state.rule(branch, { name: ruleName(rule.path), span: branch.span }) });
      if (taken !== undefined) builder.emit({ kind: "assign", target: taken, source: state.constant(true) });
      deliver(value, builder.iterates);
    });

  const [first, ...others] = clause.branches;
  if (others.length === 0) {
    planBranch(first, undefined);
    return;
  }
  builder.block((chain) => {
    for (const branch of clause.branches) {
      const taken = builder.local();
      builder.emit({ kind: "clear", target: taken });
      planBranch(branch, taken);
      builder.block(() => {
        builder.emit({ kind: "defined", source: taken });
        builder.emit({ kind: "break", label: chain });
      });
    }
  });
}

function planFunction(scope: PlanScope, rule: RuleGroup): void {
  const arity = rule.clauses[0]?.clause.params.length ?? 0;
  const args = Array.from({ length: arity }, () => scope.builder.param());
  planComplete(scope, rule, args);
}

function planPartial(scope: PlanScope, rule: RuleGroup): void {
  const { builder } = scope;
  const target = builder.local();
  builder.emit({ kind: "new", target, form: rule.form === "set" ? "set" : "object" });
  const clauses = rule.clauses.filter(({ clause }) => !clause.isDefault);
  planClauses(scope, clauses, (grouped, decided) => planPartialClause(scope, grouped, { rule, target, decided }));
  for (const grouped of rule.clauses) if (grouped.clause.isDefault) planPartialDefault(scope, grouped, target);
  builder.emit({ kind: "return", source: localOperand(target) });
}

interface Partial {
  readonly rule: RuleGroup;
  readonly target: LocalId;
  readonly decided: BoundStatement | undefined;
}

function planPartialClause(scope: PlanScope, grouped: GroupedClause, { rule, target, decided }: Partial): void {
  const { clause, place } = grouped;
  const { builder, state } = scope;
  planClauseValue(scope, grouped, [], {
    rule,
    decided,
    before: state.observed && clause.element === undefined ? observeKeys(scope, grouped) : undefined,
    deliver: (value) => {
      const site = state.site(clause.headSpan, "object keys must be unique");
      const path = place.map((term) => planTerm(scope, term));
      if (clause.element !== undefined) {
        const element = planTerm(scope, clause.element);
        if (rule.form === "set") builder.emit({ kind: "add", target, value: element });
        else builder.emit({ kind: "insert-at", target, path, leaf: "element", value: element, site });
        return;
      }
      const [key, ...deeper] = path;
      if (key !== undefined && deeper.length === 0) builder.emit({ kind: "insert", target, key, value, site });
      else builder.emit({ kind: "insert-at", target, path, leaf: "value", value, site });
    },
  });
}

/** A default below a general head: in its place unless a value is there. */
function planPartialDefault(scope: PlanScope, { clause, place }: GroupedClause, target: LocalId): void {
  const { builder, state } = scope;
  const missing = builder.local();
  builder.emit({ kind: "assign", target: missing, source: state.constant(true) });
  const path = place.map((term) => planTerm(scope, term));
  builder.block(() => {
    let current: Operand = localOperand(target);
    for (const key of path) {
      const next = builder.local();
      builder.emit({ kind: "dot", target: next, source: current, key });
      current = localOperand(next);
    }
    builder.emit({ kind: "clear", target: missing });
  });
  builder.block(() => {
    builder.emit({ kind: "defined", source: missing });
    const value = planTerm(scope, clause.branches[0].value);
    const site = conflictSite(scope, clause.headSpan);
    builder.emit({ kind: "insert-at", target, path, leaf: "value", value, site });
  });
}

function conflictSite(scope: PlanScope, span: Span): SiteId {
  return scope.state.site(span, "object keys must be unique");
}

function planExtent(scope: PlanScope, node: RuleNode): void {
  const { builder, state, context } = scope;
  const site = state.site(NO_SPAN, "documents must have unique names");
  const target = builder.local();
  builder.emit({ kind: "new", target, form: "object" });
  builder.block(() => {
    const base = builder.local();
    builder.emit({ kind: "data", target: base, path: node.path });
    const { key, value } = builder.openScan(localOperand(base));
    for (const name of coveredNames(node)) {
      builder.emit({ kind: "compare", operator: "not-equal", left: key, right: state.constant(name) });
    }
    builder.emit({ kind: "insert", target, key, value, site });
  });
  for (const [name, child] of visibleChildren(node)) {
    builder.block((done) => {
      const value = builder.local();
      const insert = () =>
        builder.emit({ kind: "insert", target, key: state.constant(name), value: localOperand(value), site });
      if (child.rule === undefined && !isHidden(context, child)) {
        builder.emit({ kind: "call", target: value, function: extentFunction(scope, child), args: [] });
        insert();
        return;
      }
      // As OPA: in a whole document the base document comes before a rule of the same name.
      builder.block(() => {
        builder.emit({ kind: "data", target: value, path: child.path });
        insert();
        builder.emit({ kind: "break", label: done });
      });
      if (child.rule === undefined || isHidden(context, child)) return;
      builder.emit({ kind: "call", target: value, function: ruleFunction(scope, child.rule), args: [] });
      insert();
    });
  }
  builder.emit({ kind: "return", source: localOperand(target) });
}

function isHidden(context: PlanContext, node: RuleNode): boolean {
  return context.hidden.some((path) => startsWith(node.path, path));
}

function operandAt(args: readonly Operand[], index: number): Operand {
  const operand = args[index];
  if (operand === undefined) throw new RangeError(`a clause has more parameters than its function: ${index}`);
  return operand;
}
