import type { RegoValue } from "@flyball/engine/values";
import type { BoundBody, BoundStatement, BoundTerm } from "../bind/bound.ts";

/**
 * What OPA's rule index decides before it evaluates a body: comparisons of the input with constants come first, and parts of the input that the body
 * cannot do without are looked up before anything is computed. A rule that cannot hold so ends before a function it calls can meet a conflict.
 */
export function leadingTests(body: BoundBody): { readonly tests: BoundBody; readonly rest: BoundBody } {
  return { tests: body.filter(isIndexTest), rest: body.filter((statement) => !isIndexTest(statement)) };
}

/** A comparison of a part of the input with a scalar. */
export interface IndexTest {
  readonly statement: BoundStatement;
  readonly path: readonly string[];
  readonly constant: RegoValue;
}

/** Those of the leading tests by which a rule's clauses can be selected. */
export function indexTests(body: BoundBody): readonly IndexTest[] {
  return body.flatMap((statement) => {
    const sides = isIndexTest(statement) ? sidesOf(statement) : undefined;
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

/** Input paths, all steps constant, without which the clause has no solution. */
export function requiredInputs(
  body: BoundBody,
  terms: readonly BoundTerm[],
): readonly Extract<BoundTerm, { kind: "ref" }>[] {
  const found: Extract<BoundTerm, { kind: "ref" }>[] = [];
  const visit = (term: BoundTerm): void => {
    switch (term.kind) {
      case "ref":
        if (isGroundInput(term)) found.push(term);
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

function isIndexTest(statement: BoundStatement): boolean {
  if (statement.with.length > 0) return false;
  if (statement.kind === "unify") return comparesInput(statement.left, statement.right);
  if (statement.kind !== "holds" || statement.term.kind !== "call") return false;
  const { callee, args } = statement.term;
  const [left, right] = args;
  const isEquality = callee.kind === "builtin" && callee.name === "equal";
  return isEquality && left !== undefined && right !== undefined && comparesInput(left, right);
}

function comparesInput(left: BoundTerm, right: BoundTerm): boolean {
  return (isGroundInput(left) && right.kind === "constant") || (left.kind === "constant" && isGroundInput(right));
}

function isGroundInput(term: BoundTerm): boolean {
  return term.kind === "ref" && term.root.kind === "input" && term.operands.every(({ kind }) => kind === "constant");
}
