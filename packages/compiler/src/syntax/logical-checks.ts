/** What OPA refuses about operands of `and`, `or` and `not`, because a reader would take them for something else. */
import type { LogicalOperand, StatementNode } from "./nodes.ts";
import { failure, type ParseState, report, type SyntaxFailure, spanFrom } from "./parse-state.ts";

export function braceLed(state: ParseState, start: number): SyntaxFailure {
  return failure(state, {
    span: spanFrom(state, start),
    message: "An operand of `and` or `or` may start with `{` only where the braces hold a body",
    suggestion: "put the value in parentheses",
  });
}

/** `{a | b}` as an operand reads like a comprehension but is a body with a union in it. */
function ambiguousUnion(body: LogicalOperand["body"]): StatementNode | undefined {
  const [first] = body;
  const union =
    first?.kind === "term-statement" &&
    first.term.kind === "call" &&
    first.term.written === "infix" &&
    first.term.operator.length === 1 &&
    first.term.operator[0] === "or";
  return union ? first : undefined;
}

const AMBIGUOUS = {
  message: "This operand reads like a comprehension but is a body that joins sets",
  suggestion: "put the union in parentheses, or the whole comprehension",
};

export function refuseAmbiguousUnion(state: ParseState, body: LogicalOperand["body"]): void {
  const union = ambiguousUnion(body);
  if (union !== undefined) {
    throw failure(state, { ...AMBIGUOUS, span: union.span });
  }
}

export function reportAmbiguousUnion(state: ParseState, body: LogicalOperand["body"]): void {
  const union = ambiguousUnion(body);
  if (union !== undefined) {
    report(state, { ...AMBIGUOUS, span: union.span });
  }
}

/** `print` always succeeds, so an operand of nothing else decides nothing. */
export function refuseVoid(state: ParseState, { body }: LogicalOperand, operator: string): void {
  const isVoid = body.every(
    (statement) =>
      statement.kind === "term-statement" &&
      statement.term.kind === "call" &&
      statement.term.written === "call" &&
      statement.term.operator.join(".") === "print",
  );
  const [first] = body;
  if (isVoid && first !== undefined) {
    report(state, {
      span: first.span,
      message: `An operand of \`${operator}\` cannot consist of \`print\` only: it always succeeds`,
      suggestion: "move `print` to a statement of its own",
    });
  }
}
