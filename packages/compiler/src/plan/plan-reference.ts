import type { BoundTerm, VarId } from "../bind/bound.ts";
import { constantNames } from "../check/constant-values.ts";
import { lookUp } from "../documents/look-up.ts";
import type { Span } from "../syntax/nodes.ts";
import { isClosed, iterationVariables } from "./free-variables.ts";
import { startsWith } from "./plan-context.ts";
import { extentFunction, ruleFunction } from "./plan-rule.ts";
import { localOperand, type PlanScope, scanSolutions } from "./plan-scope.ts";
import { planTerm } from "./plan-term.ts";
import { unifyOperand } from "./plan-unify.ts";
import type { Operand, PathKey } from "./query-plan.ts";
import { constantValue, coveredNames, type RuleGroup, type RuleNode, visibleChildren } from "./rule-tree.ts";

type Reference = Extract<BoundTerm, { kind: "ref" }>;

/** `root.a[x]...`: looks up bound operands, iterates over unbound ones and binds them. */
export function planReference(scope: PlanScope, term: Reference): Operand {
  switch (term.root.kind) {
    case "input":
      return planDocument(scope, { document: "input", known: [], operands: term.operands });
    case "data":
      return planVirtual(scope, { node: scope.state.tree, operands: term.operands, span: term.span });
    case "term":
      return planSteps(scope, { from: planTerm(scope, term.root.term), operands: term.operands });
  }
}

interface Steps {
  readonly from: Operand;
  readonly operands: readonly BoundTerm[];
  /** `from` is part of a base document. */
  readonly base?: boolean;
}

/** The steps of a reference from a value on. */
function planSteps(scope: PlanScope, { from, operands, base = false }: Steps): Operand {
  const { builder } = scope;
  let current = from;
  for (const operand of operands) {
    if (isClosed(operand, builder)) {
      const key = planTerm(scope, operand);
      const known = knownStep(scope, current, key);
      if (known !== undefined) {
        current = known;
        continue;
      }
      const target = builder.local();
      const plain = !base || (operand.kind === "constant" && isPathKey(operand.value, "data"));
      builder.emit({ kind: "dot", target, source: current, key, ...(plain ? {} : { base: true as const }) });
      current = localOperand(target);
    } else {
      const { key, value } = builder.openScan(current);
      unifyOperand(scope, operand, key);
      current = value;
    }
  }
  return current;
}

/** A step from a constant to a constant, where there is one. */
function knownStep({ state }: PlanScope, source: Operand, key: Operand): Operand | undefined {
  if (source.kind !== "constant" || key.kind !== "constant") return undefined;
  const [from, step] = [state.constants[source.id], state.constants[key.id]];
  const value = from === undefined || step === undefined ? undefined : lookUp(from, step);
  return value === undefined ? undefined : state.constant(value);
}

/** The value of a rule. A rule that is a constant needs no call. */
function planRule(scope: PlanScope, rule: RuleGroup, operands: readonly BoundTerm[]): Operand {
  const value = scope.state.observed ? undefined : constantValue(rule);
  if (value !== undefined) return scope.state.constant(value);
  const target = scope.builder.local();
  scope.builder.emit({ kind: "call", target, function: ruleFunction(scope, rule, operands), args: [] });
  return localOperand(target);
}

interface DocumentReference {
  readonly document: "input" | "data";
  readonly known: readonly string[];
  readonly operands: readonly BoundTerm[];
}

/** Input, or a base document: the constant steps are one path. */
function planDocument(scope: PlanScope, { document, known, operands }: DocumentReference): Operand {
  const path: PathKey[] = [...known];
  let steps = 0;
  for (const operand of operands) {
    if (operand.kind !== "constant" || !isPathKey(operand.value, document)) break;
    path.push(operand.value);
    steps++;
  }
  const from = scope.builder.document(document, path);
  return planSteps(scope, { from, operands: operands.slice(steps), base: document === "data" });
}

/** Numbers and strings of digits select in base documents in ways of their own. */
function isPathKey(value: unknown, document: "input" | "data"): value is PathKey {
  if (typeof value === "string") return document === "input" || !/^[0-9]+$/.test(value);
  return document === "input" && typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 31;
}

interface VirtualReference {
  readonly node: RuleNode;
  readonly operands: readonly BoundTerm[];
  readonly span: Span;
}

/** A reference below `data`: walks the tree of virtual documents as far as the operands are constant. */
function planVirtual(scope: PlanScope, reference: VirtualReference): Operand {
  const { builder, context } = scope;
  const { node, operands } = reference;
  if (context.hidden.some((path) => startsWith(node.path, path)))
    return planDocument(scope, { document: "data", known: node.path, operands });
  if (node.rule !== undefined) {
    if (node.rule.form === "function") {
      // A function is no document.
      builder.emit({ kind: "fail" });
      return scope.state.constant(null);
    }
    return planSteps(scope, { from: planRule(scope, node.rule, operands), operands });
  }
  const [next, ...rest] = operands;
  if (next === undefined) {
    const target = builder.local();
    builder.emit({ kind: "call", target, function: extentFunction(scope, node), args: [] });
    return localOperand(target);
  }
  if (node.children.size === 0) return planDocument(scope, { document: "data", known: node.path, operands });
  if (next.kind === "constant") {
    const child = typeof next.value === "string" ? node.children.get(next.value) : undefined;
    if (child === undefined) return planDocument(scope, { document: "data", known: node.path, operands });
    return planVirtual(scope, { ...reference, node: child, operands: rest });
  }
  const variables = iterationVariablesOf(operands, scope);
  return variables.length === 0 && isClosed(next, builder)
    ? planChoice(scope, { ...reference, next, rest })
    : planSpread(scope, { ...reference, next, rest, variables });
}

function iterationVariablesOf(operands: readonly BoundTerm[], scope: PlanScope): readonly VarId[] {
  const found = new Set<VarId>();
  for (const operand of operands) {
    if (operand.kind === "var" && !scope.builder.isBound(operand.id)) found.add(operand.id);
    for (const variable of iterationVariables(
      { kind: "ref", root: { kind: "data" }, operands: [operand], span: operand.span },
      scope.builder,
    ))
      found.add(variable);
  }
  return [...found];
}

interface StepReference extends VirtualReference {
  readonly next: BoundTerm;
  readonly rest: readonly BoundTerm[];
}

/** The documents below a node that a step can lead to: all, or those of the few names that it can be. */
function reachableChildren(
  node: RuleNode,
  step: BoundTerm,
  { values }: PlanScope["state"],
): ReturnType<typeof visibleChildren> {
  const names = constantNames(step, values);
  const children = visibleChildren(node);
  return names === undefined ? children : children.filter(([name]) => names.has(name));
}

/** `data.a[k]...` with a known key: the one child of that name, or else the base document. */
function planChoice(scope: PlanScope, { node, next, rest, span }: StepReference): Operand {
  const { builder, state } = scope;
  const key = planTerm(scope, next);
  const result = builder.local();
  builder.emit({ kind: "clear", target: result });
  builder.block((done) => {
    for (const [name, child] of reachableChildren(node, next, state)) {
      builder.block(() => {
        builder.emit({ kind: "compare", operator: "equal", left: key, right: state.constant(name) });
        builder.emit({
          kind: "assign",
          target: result,
          source: planVirtual(scope, { node: child, operands: rest, span }),
        });
        builder.emit({ kind: "break", label: done });
      });
    }
    // A child without a value hides the base document of its name.
    for (const name of coveredNames(node))
      builder.emit({ kind: "compare", operator: "not-equal", left: key, right: state.constant(name) });
    const base = planDocument(scope, { document: "data", known: node.path, operands: [] });
    const value = builder.local();
    builder.emit({ kind: "dot", target: value, source: base, key, base: true });
    const source = planSteps(scope, { from: localOperand(value), operands: rest, base: true });
    builder.emit({ kind: "assign", target: result, source });
  });
  builder.emit({ kind: "defined", source: result });
  return localOperand(result);
}

/** `data.a[x]...` with something to iterate over: the solutions of every child and of the base document, collected and then scanned. */
function planSpread(
  scope: PlanScope,
  { node, next, rest, span, variables }: StepReference & { readonly variables: readonly VarId[] },
): Operand {
  const { builder, state } = scope;
  const solutions = builder.local();
  builder.emit({ kind: "new", target: solutions, form: "array" });
  const collect = (value: Operand) => {
    const items = [...variables.map((variable) => builder.valueOf(variable)), value];
    const row = builder.local();
    builder.emit({ kind: "make-array", target: row, items });
    builder.emit({ kind: "append", target: solutions, value: localOperand(row) });
  };
  for (const [name, child] of reachableChildren(node, next, state)) {
    builder.block(() => {
      unifyOperand(scope, next, state.constant(name));
      collect(planVirtual(scope, { node: child, operands: rest, span }));
    });
  }
  builder.block(() => {
    const base = planDocument(scope, { document: "data", known: node.path, operands: [] });
    const { key, value } = builder.openScan(base);
    for (const name of coveredNames(node))
      builder.emit({ kind: "compare", operator: "not-equal", left: key, right: state.constant(name) });
    unifyOperand(scope, next, key);
    collect(planSteps(scope, { from: value, operands: rest, base: true }));
  });
  const row = scanSolutions(scope, solutions, variables);
  const result = builder.local();
  builder.emit({ kind: "dot", target: result, source: row, key: state.constant(variables.length) });
  return localOperand(result);
}
