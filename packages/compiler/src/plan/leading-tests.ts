import type { RegoValue } from "@flyball/engine/values";
import type { BoundBody, BoundStatement, BoundTerm } from "../bind/bound.ts";
import { descend, type RuleNode } from "./rule-tree.ts";

/**
 * What OPA's rule index decides before it evaluates a body: comparisons of the input and of base documents with constants come first, and parts of
 * both that the body cannot do without are looked up before anything is computed. A rule that cannot hold so ends before a function it calls can
 * meet a conflict.
 */
export function leadingTests(body: BoundBody, tree: RuleNode): { readonly tests: BoundBody; readonly rest: BoundBody } {
  const isTest = (statement: BoundStatement): boolean => isComparison(statement, (term) => isGround(term, tree));
  return { tests: body.filter(isTest), rest: body.filter((statement) => !isTest(statement)) };
}

/** A comparison of a part of the input with a scalar. */
export interface IndexTest {
  readonly statement: BoundStatement;
  readonly path: readonly string[];
  readonly constant: RegoValue;
}

/** Those of the leading tests of the input by which a rule's clauses can be selected. */
export function indexTests(body: BoundBody): readonly IndexTest[] {
  return body.flatMap((statement) => {
    const sides = isComparison(statement, isGroundInput) ? sidesOf(statement) : undefined;
    const constant = sides?.find((side) => side.kind === "constant")?.value;
    const reference = sides?.find((side) => side.kind === "ref");
    if (constant === undefined || reference === undefined || (typeof constant === "object" && constant !== null))
      return [];
    const path = reference.operands.flatMap((step) =>
      step.kind === "constant" && typeof step.value === "string" ? [step.value] : [],
    );
    return path.length === reference.operands.length ? [{ statement, path, constant }] : [];
  });
}

function sidesOf(statement: BoundStatement): readonly BoundTerm[] {
  if (statement.kind === "unify") return [statement.left, statement.right];
  return statement.kind === "holds" && statement.term.kind === "call" ? statement.term.args : [];
}

/** Paths of the input and of base documents, all steps constant, without which the clause has no solution. */
export function requiredDocuments(
  { body, terms }: { readonly body: BoundBody; readonly terms: readonly BoundTerm[] },
  tree: RuleNode,
): readonly Extract<BoundTerm, { kind: "ref" }>[] {
  const found: Extract<BoundTerm, { kind: "ref" }>[] = [];
  const visit = (term: BoundTerm): void => {
    switch (term.kind) {
      case "ref":
        if (isGround(term, tree)) found.push(term);
        if (term.root.kind === "term") visit(term.root.term);
        for (const operand of term.operands) visit(operand);
        break;
      case "call":
        for (const arg of term.args) visit(arg);
        break;
      case "array":
      case "set":
        for (const item of term.items) visit(item);
        break;
      case "object":
        for (const { key, value } of term.entries) {
          visit(key);
          visit(value);
        }
        break;
      default:
        break;
    }
  };
  for (const statement of body) {
    if (statement.with.length === 0) for (const term of termsOf(statement)) visit(term);
  }
  for (const term of terms) visit(term);
  return found;
}

function termsOf(statement: BoundStatement): readonly BoundTerm[] {
  switch (statement.kind) {
    case "holds":
      return [statement.term];
    case "unify":
      return [statement.left, statement.right];
    case "relation":
      return statement.args;
    case "every":
      return [statement.domain];
    case "not":
      return [];
  }
}

function isComparison(statement: BoundStatement, isDocument: (term: BoundTerm) => boolean): boolean {
  if (statement.with.length > 0) return false;
  if (statement.kind === "holds" && !isEquality(statement.term)) return false;
  const [left, right] = sidesOf(statement);
  if (left === undefined || right === undefined) return false;
  return (isDocument(left) && right.kind === "constant") || (left.kind === "constant" && isDocument(right));
}

function isEquality(term: BoundTerm): boolean {
  return term.kind === "call" && term.callee.kind === "builtin" && term.callee.name === "equal";
}

function isGround(term: BoundTerm, tree: RuleNode): boolean {
  return isGroundInput(term) || isGroundBase(term, tree);
}

function isGroundInput(term: BoundTerm): boolean {
  return term.kind === "ref" && term.root.kind === "input" && term.operands.every(({ kind }) => kind === "constant");
}

/** A place that is surely in no package and no rule. */
function isGroundBase(term: BoundTerm, tree: RuleNode): boolean {
  if (term.kind !== "ref" || term.root.kind !== "data") return false;
  if (!term.operands.every(({ kind }) => kind === "constant")) return false;
  const path: string[] = [];
  for (const step of term.operands) {
    if (step.kind !== "constant" || typeof step.value !== "string") break;
    path.push(step.value);
  }
  const { node, steps } = descend(tree, path);
  return node.rule === undefined && steps < path.length;
}
