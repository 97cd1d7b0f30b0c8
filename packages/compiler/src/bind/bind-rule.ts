import { termVariables, visibleVariables } from "../check/draft-variables.ts";
import type { BodyNode, ElseNode, RuleNode, Span, TermNode } from "../syntax/nodes.ts";
import { foreseeBody } from "./bind-comprehension.ts";
import { type BoundParameters, bindParameters, parameterNames } from "./bind-parameters.ts";
import { type BodyState, type ModuleState, type PolicyState, report } from "./bind-state.ts";
import { BINDER } from "./binder.ts";
import type { BoundBranch, BoundClause, BoundTerm, VarId } from "./bound.ts";
import { captureEvaluated, captureTerm } from "./capture-term.ts";
import { checkUnused } from "./check-unused.ts";
import { declaredWithin } from "./declared-names.ts";
import type { DraftTerm } from "./draft.ts";
import { constantTerm } from "./fold-constants.ts";
import { type LocalScope, openScope } from "./local-scope.ts";
import { isMade, reportUnsafe } from "./report-unsafe.ts";
import { arityOf, splitHead } from "./rule-index.ts";
import { settleBody } from "./settle-body.ts";
import type { Safety } from "./settle-state.ts";
import { settleValue } from "./settle-term.ts";
import { suggestName } from "./suggest-name.ts";

/** Binds one rule as written, its `else` branches included. Clauses of the same rule meet in the planner. */
export function bindRule(rule: RuleNode, module: ModuleState, policy: PolicyState): BoundClause {
  const { path, constant } = splitHead(rule, module.packagePath);
  const outside = ruleState({ rule, policy, module, locals: openScope(undefined), covers: new Set() });
  const args = rule.head.args ?? [];
  const parameters = bindParameters(args, outside);
  const context: RuleContext = {
    rule,
    policy,
    module,
    parameters,
    scope: outside.locals,
    names: parameterNames(args),
    isDefault: rule.isDefault,
    uses: new Map(),
  };
  const keyNodes = rule.head.ref.slice(constant + 1);
  const main = bindBranch(rule.body ?? [], { ...rule.head, keys: keyNodes, span: rule.span }, context);
  const elses = rule.elses.map((node) => bindElse(node, context).branch);
  if (policy.strict) reportUnusedParameters(context);
  return {
    form: formOf(rule, keyNodes),
    path,
    keys: main.keys,
    params: parameters.terms.map(settledPattern),
    element: main.element,
    isDefault: rule.isDefault,
    branches: [main.branch, ...elses],
    span: rule.span,
    headSpan: rule.head.span,
  };
}

interface RuleContext {
  readonly rule: RuleNode;
  readonly policy: PolicyState;
  readonly module: ModuleState;
  readonly parameters: BoundParameters;
  readonly scope: LocalScope;
  readonly names: ReadonlySet<string>;
  readonly isDefault: boolean;
  /** How often the branches use each name. */
  readonly uses: Map<string, number>;
}

interface BranchHead {
  readonly keys: readonly TermNode[];
  readonly contains: TermNode | undefined;
  readonly value: TermNode | undefined;
  readonly span: Span;
}

function reportUnusedParameters({ policy, scope, uses }: RuleContext): void {
  for (const [name, { id }] of scope.names) {
    const span = policy.vars[id]?.span;
    if ((uses.get(name) ?? 0) > 0 || span === undefined) continue;
    const message = `unused argument ${name}. (hint: use _ (wildcard variable) instead)`;
    report(policy, { code: "rego_compile_error", span, message });
  }
}

interface BranchResult {
  readonly branch: BoundBranch;
  readonly keys: readonly BoundTerm[];
  readonly element: BoundTerm | undefined;
}

function bindElse(node: ElseNode, context: RuleContext): BranchResult {
  return bindBranch(node.body ?? [], { keys: [], contains: undefined, value: node.value, span: node.span }, context);
}

function bindBranch(body: BodyNode, head: BranchHead, context: RuleContext): BranchResult {
  const { policy, module, parameters } = context;
  // Each branch has the parameters and beside them variables of its own.
  const names = new Map([...context.scope.names].map(([name, local]) => [name, { ...local }]));
  const covers = new Set([...context.names, ...declaredWithin(body)]);
  const state = ruleState({ rule: context.rule, policy, module, locals: { parent: undefined, names }, covers });
  const mistakes = policy.diagnostics.length;
  foreseeBody(body, state);
  state.bind.body(body, state);
  const inHead = (node: TermNode): DraftTerm => bindInHead(node, state, context.isDefault);
  const keys = head.keys.map((node) => bindKey(node, state));
  const element = head.contains === undefined ? undefined : inHead(head.contains);
  const value = head.value === undefined ? constantTerm(true, head.span) : inHead(head.value);
  for (const { variable, node } of parameters.computed) {
    const right = captureTerm(state.bind.term(node, state), state);
    state.support.push({ kind: "unify", left: variable, right, assignment: false, with: [], span: node.span });
  }
  checkUnused(state);
  for (const [name, { uses }] of names) context.uses.set(name, (context.uses.get(name) ?? 0) + uses);
  // After a mistake in names nobody can say what is bound; what wrong calls would bind counts as bound.
  const quiet = policy.diagnostics.slice(mistakes).some(({ code }) => code !== "rego_type_error");
  return settleBranch({ quiet, state, keys, element, value, context, span: head.span });
}

function bindInHead(node: TermNode, state: BodyState, isDefault: boolean): DraftTerm {
  const term = state.bind.term(node, state);
  // A default has no body: what it evaluates (comprehensions only) stays in its value.
  return isDefault ? term : captureEvaluated(term, state);
}

/** Keys of a general head are variables or constants. */
function bindKey(node: TermNode, state: BodyState): DraftTerm {
  const term = state.bind.term(node, state);
  return term.kind === "constant" || term.kind === "var" ? term : captureTerm(term, state);
}

function settleBranch(branch: {
  readonly quiet: boolean;
  readonly state: BodyState;
  readonly keys: readonly DraftTerm[];
  readonly element: DraftTerm | undefined;
  readonly value: DraftTerm;
  readonly context: RuleContext;
  readonly span: Span;
}): BranchResult {
  const { quiet, state, keys, element, value, context, span } = branch;
  const { policy } = state;
  const bound = new Set(context.parameters.terms.flatMap((term) => [...termVariables(term, {})]));
  const headTerms = element === undefined ? [...keys, value] : [...keys, element, value];
  const headSafe = quiet || checkHead(headTerms, bound, state);
  const safety: Safety = { vars: policy.vars, unsafe: new Map(), undeclared: new Set() };
  const { body, known } = settleBody(state.support, { bound, safety });
  const statement = { kind: "holds", term: value, with: [], span } as const;
  const inHead = { settleInner: settleBody, safety, statement, known, out: [], with: [] };
  const result: BranchResult = {
    branch: { body, value: settleValue(value, inHead), span },
    keys: keys.map((key) => settleValue(key, inHead)),
    element: element === undefined ? undefined : settleValue(element, inHead),
  };
  if (headSafe && !quiet) reportUnsafe(state, safety);
  return result;
}

/** Variables of the head come from the parameters or the body. */
function checkHead(terms: readonly DraftTerm[], parameters: ReadonlySet<VarId>, state: BodyState): boolean {
  const { policy, support } = state;
  const available = new Set(parameters);
  for (const statement of support) for (const id of visibleVariables(statement, policy.vars)) available.add(id);
  let safe = true;
  for (const id of new Set(terms.flatMap((term) => [...termVariables(term, { closures: true })]))) {
    const variable = policy.vars[id];
    if (available.has(id) || variable === undefined || isMade(policy, id)) continue;
    safe = false;
    const { name, span } = variable;
    const suggestion = suggestName(name, state) ?? `The body has to give ${name} a value.`;
    report(policy, { code: "rego_unsafe_var_error", span, message: `var ${name} is unsafe`, suggestion });
  }
  return safe;
}

function ruleState(inside: {
  readonly rule: RuleNode;
  readonly policy: PolicyState;
  readonly module: ModuleState;
  readonly locals: LocalScope;
  readonly covers: ReadonlySet<string>;
}): BodyState {
  const { rule, policy, module, locals, covers } = inside;
  return {
    policy,
    module,
    bind: BINDER,
    rule,
    locals,
    covered: { names: covers, outer: undefined },
    support: [],
    inTemplate: false,
  };
}

/** Parameters hold no closures and no calls: as they stand they are bound terms. */
function settledPattern(term: DraftTerm): BoundTerm {
  const safety: Safety = { vars: [], unsafe: new Map(), undeclared: new Set() };
  const statement = { kind: "holds", term, with: [], span: term.span } as const;
  const known = new Set(termVariables(term, {}));
  return settleValue(term, { settleInner: settleBody, safety, statement, known, out: [], with: [] });
}

function formOf(rule: RuleNode, keys: readonly TermNode[]): BoundClause["form"] {
  if (arityOf(rule) !== undefined) return "function";
  if (rule.head.contains !== undefined) return "set";
  return keys.length > 0 ? "object" : "complete";
}
