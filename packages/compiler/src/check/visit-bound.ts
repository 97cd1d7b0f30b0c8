import type { BoundBody, BoundClause, BoundStatement, BoundTerm, Callee } from "../bind/bound.ts";
import { assertNever } from "../diagnostics/assert-never.ts";

/** What to do with the parts of a clause; terms and statements are seen before what is in them. */
export interface BoundVisitor {
  readonly term?: (term: BoundTerm) => void;
  readonly statement?: (statement: BoundStatement) => void;
  /** Every callee: called, or put in place of another by `with`. */
  readonly callee?: (callee: Callee, from: BoundTerm | BoundStatement) => void;
}

export function visitClause(clause: BoundClause, visitor: BoundVisitor): void {
  for (const term of [...clause.keys, ...clause.params]) visitTerm(term, visitor);
  if (clause.element !== undefined) visitTerm(clause.element, visitor);
  for (const { body, value } of clause.branches) {
    visitBody(body, visitor);
    visitTerm(value, visitor);
  }
}

function visitBody(body: BoundBody, visitor: BoundVisitor): void {
  for (const statement of body) visitStatement(statement, visitor);
}

function visitStatement(statement: BoundStatement, visitor: BoundVisitor): void {
  visitor.statement?.(statement);
  for (const { replacement } of statement.with) {
    if (replacement.kind === "value") visitTerm(replacement.term, visitor);
    else visitor.callee?.(replacement.callee, statement);
  }
  switch (statement.kind) {
    case "holds":
      visitTerm(statement.term, visitor);
      return;
    case "unify":
      visitTerm(statement.left, visitor);
      visitTerm(statement.right, visitor);
      return;
    case "relation":
      visitor.callee?.({ kind: "builtin", name: statement.name }, statement);
      for (const arg of statement.args) visitTerm(arg, visitor);
      visitTerm(statement.output, visitor);
      return;
    case "not":
      visitBody(statement.body, visitor);
      return;
    case "every":
      visitTerm(statement.domain, visitor);
      visitBody(statement.body, visitor);
      return;
    default:
      assertNever(statement);
  }
}

export function visitTerm(term: BoundTerm, visitor: BoundVisitor): void {
  visitor.term?.(term);
  switch (term.kind) {
    case "constant":
    case "var":
      return;
    case "ref":
      if (term.root.kind === "term") visitTerm(term.root.term, visitor);
      for (const operand of term.operands) visitTerm(operand, visitor);
      return;
    case "call":
      visitor.callee?.(term.callee, term);
      for (const arg of term.args) visitTerm(arg, visitor);
      return;
    case "array":
    case "set":
      for (const item of term.items) visitTerm(item, visitor);
      return;
    case "object":
      for (const { key, value } of term.entries) {
        visitTerm(key, visitor);
        visitTerm(value, visitor);
      }
      return;
    case "comprehension":
      visitBody(term.body, visitor);
      if (term.key !== undefined) visitTerm(term.key, visitor);
      visitTerm(term.head, visitor);
      return;
    case "template":
      for (const part of term.parts) if (typeof part !== "string") visitTerm(part, visitor);
      return;
    default:
      assertNever(term);
  }
}
