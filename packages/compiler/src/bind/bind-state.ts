import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { BodyNode, RuleNode, Span, TermNode } from "../syntax/nodes.ts";
import type { BoundVar, VarId } from "./bound.ts";
import type { DraftStatement, DraftTerm, DraftVar } from "./draft.ts";
import { type LocalScope, lookUp } from "./local-scope.ts";
import type { Annotations } from "./metadata/annotations.ts";
import type { RuleIndex } from "./rule-index.ts";

/** What the binding of one policy writes to and reads from. */
export interface PolicyState {
  readonly rules: RuleIndex;
  readonly vars: BoundVar[];
  readonly diagnostics: Diagnostic[];
  readonly strict: boolean;
  /** Whether somebody listens to `print`. */
  readonly prints: boolean;
  /** Read when the first rule asks for them. */
  readonly annotations: () => Annotations;
}

/** What a first name stands for in one module, where no local covers it. */
export interface ModuleState {
  readonly packagePath: readonly string[];
  /** Rules of the package and imports: the path that the name stands for, `data` or `input` first. */
  readonly globals: ReadonlyMap<string, readonly string[]>;
  readonly usedImports: Set<string>;
  readonly regoVersion: 0 | 1;
}

/** Where in a rule the binder is. */
export interface BodyState {
  readonly policy: PolicyState;
  readonly module: ModuleState;
  readonly bind: Binder;
  /** The rule, for what it asks about itself; none in a query. */
  readonly rule: RuleNode | undefined;
  readonly locals: LocalScope;
  /** Names that are declared somewhere in an enclosing body, and so stand for no rule or import. */
  readonly covered: Covered | undefined;
  /** Statements that what is being bound needs before it: calls in the order in which OPA evaluates them. */
  readonly support: DraftStatement[];
  /** Inside a template calls stay where they are. */
  readonly inTemplate: boolean;
}

/** Terms and bodies contain each other: the modules that bind parts of them reach the whole through the state. */
export interface Binder {
  readonly term: (node: TermNode, state: BodyState) => DraftTerm;
  /** Adds the statements of a body to the state's. */
  readonly body: (body: BodyNode, state: BodyState) => void;
}

export interface Covered {
  readonly names: ReadonlySet<string>;
  readonly outer: Covered | undefined;
}

export function report(policy: PolicyState, diagnostic: Omit<Diagnostic, "severity">): void {
  policy.diagnostics.push({ severity: "error", ...diagnostic });
}

export function newVar(policy: PolicyState, name: string, span: Span): VarId {
  policy.vars.push({ name, span });
  return (policy.vars.length - 1) as VarId;
}

/** A variable that the author did not write. */
export function madeVar(policy: PolicyState, span: Span): DraftVar {
  return { kind: "var", id: newVar(policy, `$${policy.vars.length}`, span), span };
}

/** What a name stands for that is a rule of the package or an import here. */
export function globalPath(name: string, state: BodyState): readonly string[] | undefined {
  if (!isGlobal(name, state)) return undefined;
  state.module.usedImports.add(name);
  return state.module.globals.get(name);
}

export function isGlobal(name: string, state: BodyState): boolean {
  return state.module.globals.has(name) && !isCovered(name, state);
}

function isCovered(name: string, { covered }: BodyState): boolean {
  for (let current = covered; current !== undefined; current = current.outer) if (current.names.has(name)) return true;
  return false;
}

/** Whether `input` or `data` was declared as a local here. */
export function isDeclared(name: string, state: BodyState): boolean {
  const local = lookUp(state.locals, name);
  return local !== undefined && local.occurrence !== "seen" && local.occurrence !== "foreseen";
}
