import type { BodyNode, Span, StatementNode, TermNode, WithNode } from "../syntax/nodes.ts";

/** The names that occur in the body itself, outside of comprehensions and of bodies within it, with their first places. */
export function ownNames(body: BodyNode): ReadonlyMap<string, Span> {
  const names = new Map<string, Span>();
  for (const statement of body) ofStatement(statement, names);
  return names;
}

function ofStatement(statement: StatementNode, names: Map<string, Span>): void {
  for (const modifier of statement.with) ofWith(modifier, names);
  switch (statement.kind) {
    case "term-statement":
      ofTerm(statement.term, names);
      return;
    case "not-statement":
      ofStatement(statement.statement, names);
      return;
    case "some-in":
      if (statement.key !== undefined) ofTerm(statement.key, names);
      ofTerm(statement.value, names);
      ofTerm(statement.domain, names);
      return;
    case "every":
      ofTerm(statement.domain, names);
      return;
    case "not-body":
      // Without braces a negated body has no scope of its own.
      if (statement.written === "parentheses") for (const inner of statement.body) ofStatement(inner, names);
      return;
    case "logical":
      for (const { body, written } of [statement.left, statement.right]) {
        if (written !== "braces") for (const inner of body) ofStatement(inner, names);
      }
      return;
    case "some-declaration":
  }
}

function ofWith({ value }: WithNode, names: Map<string, Span>): void {
  ofTerm(value, names);
}

function ofTerm(term: TermNode, names: Map<string, Span>): void {
  switch (term.kind) {
    case "var":
      if (term.name !== "_" && !names.has(term.name)) names.set(term.name, term.span);
      return;
    case "ref":
      ofTerm(term.head, names);
      for (const operand of term.operands) ofTerm(operand, names);
      return;
    case "call":
      for (const arg of term.args) ofTerm(arg, names);
      return;
    case "array":
    case "set":
      for (const item of term.items) ofTerm(item, names);
      return;
    case "object":
      for (const { key, value } of term.entries) {
        ofTerm(key, names);
        ofTerm(value, names);
      }
      return;
    default:
  }
}
