import type { BoundVar, VarId } from "../bind/bound.ts";
import type { DraftBody, DraftStatement, DraftTerm } from "../bind/draft.ts";

/** What is left out when the variables of a term are collected. Closures are comprehensions and templates. */
export interface Skipping {
  readonly closures?: boolean;
  readonly refRoots?: boolean;
  readonly objectKeys?: boolean;
  readonly sets?: boolean;
}

/** A pattern's variables: those that unification can bind. */
export const PATTERN: Skipping = { closures: true, refRoots: true, objectKeys: true };
const VISIBLE: Skipping = { closures: true };
const ALL: Skipping = {};

export function termVariables(term: DraftTerm, skipping: Skipping): ReadonlySet<VarId> {
  const found = new Set<VarId>();
  ofTerm(term, skipping, found);
  return found;
}

export function addTermVariables(term: DraftTerm, skipping: Skipping, found: Set<VarId>): void {
  ofTerm(term, skipping, found);
}

/** The variables that a statement has in common with the body around it. */
export function visibleVariables(statement: DraftStatement, vars: readonly BoundVar[]): ReadonlySet<VarId> {
  const found = new Set<VarId>();
  addVisible(statement, vars, found);
  return found;
}

function addVisible(statement: DraftStatement, vars: readonly BoundVar[], found: Set<VarId>): void {
  ofModifiers(statement, found);
  switch (statement.kind) {
    case "not":
      addVisible(statement.statement, vars, found);
      return;
    case "not-body":
      if (statement.implicit) addImplicit(statement.body, vars, found);
      return;
    case "logical":
      for (const { body, implicit } of [statement.left, statement.right]) if (implicit) addImplicit(body, vars, found);
      return;
    default:
      ofOwnTerms(statement, VISIBLE, found);
  }
}

/** A body without braces shares all of its variables but those that the binder made for its calls. */
function addImplicit(body: DraftBody, vars: readonly BoundVar[], found: Set<VarId>): void {
  const inner = new Set<VarId>();
  for (const statement of body) addVisible(statement, vars, inner);
  for (const id of inner) if (vars[id]?.name.startsWith("$") !== true) found.add(id);
}

/** The variables in the bodies and templates within a statement. */
export function enclosedVariables(statement: DraftStatement): ReadonlySet<VarId> {
  const all = new Set<VarId>();
  switch (statement.kind) {
    case "not":
      return enclosedVariables(statement.statement);
    case "not-body":
      addBody(statement.body, all);
      return all;
    case "logical":
      addBody(statement.left.body, all);
      addBody(statement.right.body, all);
      return all;
    case "every":
      addBody(statement.body, all);
      return all;
    default:
      for (const term of ownTerms(statement)) enclosedInTerm(term, all);
      return all;
  }
}

function enclosedInTerm(term: DraftTerm, found: Set<VarId>): void {
  switch (term.kind) {
    case "comprehension":
    case "template":
      ofTerm(term, ALL, found);
      return;
    case "ref":
      if (term.root.kind === "term") enclosedInTerm(term.root.term, found);
      for (const operand of term.operands) enclosedInTerm(operand, found);
      return;
    case "array":
    case "set":
      for (const item of term.items) enclosedInTerm(item, found);
      return;
    case "call":
      for (const arg of term.args) enclosedInTerm(arg, found);
      return;
    case "object":
      for (const { key, value } of term.entries) {
        enclosedInTerm(key, found);
        enclosedInTerm(value, found);
      }
      return;
    case "constant":
    case "var":
  }
}

function addBody(body: DraftBody, found: Set<VarId>): void {
  for (const statement of body) {
    ofModifiers(statement, found);
    switch (statement.kind) {
      case "not":
        addBody([statement.statement], found);
        break;
      case "not-body":
        addBody(statement.body, found);
        break;
      case "logical":
        addBody(statement.left.body, found);
        addBody(statement.right.body, found);
        break;
      case "every":
        ofTerm(statement.domain, ALL, found);
        addBody(statement.body, found);
        break;
      default:
        ofOwnTerms(statement, ALL, found);
    }
  }
}

function ofModifiers(statement: DraftStatement, found: Set<VarId>): void {
  for (const { replacement } of statement.with)
    if (replacement.kind === "value") ofTerm(replacement.term, VISIBLE, found);
}

type PlainStatement = Exclude<DraftStatement, { readonly kind: "not" | "not-body" | "logical" }>;

function ofOwnTerms(statement: PlainStatement, skipping: Skipping, found: Set<VarId>): void {
  for (const term of ownTerms(statement)) ofTerm(term, skipping, found);
}

export function ownTerms(statement: PlainStatement): readonly DraftTerm[] {
  switch (statement.kind) {
    case "holds":
      return [statement.term];
    case "unify":
      return [statement.left, statement.right];
    case "call":
      return statement.output === undefined ? statement.args : [...statement.args, statement.output];
    case "every":
      return [statement.domain];
  }
}

function ofTerm(term: DraftTerm, skipping: Skipping, found: Set<VarId>): void {
  switch (term.kind) {
    case "constant":
      return;
    case "var":
      found.add(term.id);
      return;
    case "ref":
      if (skipping.refRoots !== true && term.root.kind === "term") ofTerm(term.root.term, skipping, found);
      for (const operand of term.operands) ofTerm(operand, skipping, found);
      return;
    case "call":
      for (const arg of term.args) ofTerm(arg, skipping, found);
      return;
    case "array":
      for (const item of term.items) ofTerm(item, skipping, found);
      return;
    case "set":
      if (skipping.sets !== true) for (const item of term.items) ofTerm(item, skipping, found);
      return;
    case "object":
      for (const { key, value } of term.entries) {
        if (skipping.objectKeys !== true) ofTerm(key, skipping, found);
        ofTerm(value, skipping, found);
      }
      return;
    case "comprehension":
      if (skipping.closures === true) return;
      if (term.key !== undefined) ofTerm(term.key, skipping, found);
      ofTerm(term.head, skipping, found);
      addBody(term.body, found);
      return;
    case "template":
      if (skipping.closures === true) return;
      for (const part of term.parts) if (typeof part !== "string") ofTerm(part, skipping, found);
  }
}
