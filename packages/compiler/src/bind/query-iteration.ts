import { findBuiltin } from "../builtins/builtin-table.ts";
import type { BodyNode, TermNode } from "../syntax/nodes.ts";

/** Whether a query looks for several solutions: variables in operands of references, `some`, `walk` as a relation. */
export function iterates(body: BodyNode): boolean {
  return body.some((statement) => {
    if (statement.kind === "some-in" || statement.kind === "some-declaration") return true;
    return statement.kind === "term-statement" && iteratesTerm(statement.term);
  });
}

function iteratesTerm(term: TermNode): boolean {
  switch (term.kind) {
    case "ref":
      return (
        iteratesTerm(term.head) || term.operands.some((operand) => operand.kind === "var" || iteratesTerm(operand))
      );
    case "call":
      return findBuiltin(term.operator.join("."))?.relation === true || term.args.some(iteratesTerm);
    case "array":
    case "set":
      return term.items.some(iteratesTerm);
    case "object":
      return term.entries.some(({ key, value }) => iteratesTerm(key) || iteratesTerm(value));
    default:
      return false;
  }
}
