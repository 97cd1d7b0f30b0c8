import type { CallNode, TermNode } from "../syntax/nodes.ts";

const OPERATORS: ReadonlyMap<string, string> = new Map([
  ["plus", "+"],
  ["minus", "-"],
  ["mul", "*"],
  ["div", "/"],
  ["rem", "%"],
  ["and", "&"],
  ["or", "|"],
  ["equal", "=="],
  ["neq", "!="],
  ["lt", "<"],
  ["lte", "<="],
  ["gt", ">"],
  ["gte", ">="],
  ["eq", "="],
  ["assign", ":="],
]);

/** How a call between its operands is written; undefined for calls that were written `f(x)`. */
export function infixOperator({ operator, written, args }: CallNode): string | undefined {
  if (written === "call") {
    return undefined;
  }
  const [name = "", ...more] = operator;
  if (name === "internal") {
    return "in";
  }
  return more.length === 0 && args.length === 2 ? OPERATORS.get(name) : undefined;
}

export function isUnion(term: TermNode): boolean {
  return term.kind === "call" && infixOperator(term) === "|";
}

/** `-x`, which the tree has as `0 - x` with the sign in the place of the 0. */
export function isNegation({ args: [first], operatorSpan }: CallNode): boolean {
  return first?.kind === "number" && first.span.start === operatorSpan.start;
}

const LEVELS: ReadonlyMap<string, number> = new Map([
  ["in", 0],
  ...["==", "!=", "<", "<=", ">", ">="].map((operator): [string, number] => [operator, 1]),
  ["|", 2],
  ["&", 3],
  ["+", 4],
  ["-", 4],
  ["*", 5],
  ["/", 5],
  ["%", 5],
]);

/** Whether an operand's operator would be taken for the outer one without parentheses. */
export function bindsLooser(operand: TermNode, outer: string, side: "left" | "right"): boolean {
  const inner = operand.kind === "call" && !isNegation(operand) ? infixOperator(operand) : undefined;
  const outerLevel = LEVELS.get(outer);
  const innerLevel = inner === undefined ? undefined : LEVELS.get(inner);
  if (innerLevel === undefined || outerLevel === undefined) {
    return false;
  }
  return innerLevel < outerLevel || (innerLevel === outerLevel && side === "right");
}

/** Operands of `in` that are infix calls get parentheses, but for a further `in` on the left: `a in b in c`. */
export function isParenthesisedInMembership(operand: TermNode, side: "left" | "right"): boolean {
  const isFurther = operand.kind === "call" && infixOperator(operand) === "in" && operand.args.length === 2;
  return side === "right" || !isFurther;
}

/** The term that starts a statement's text: the left operand of the left operand ... of an infix call. */
function leadOf(term: TermNode): TermNode {
  const [left] = term.kind === "call" && infixOperator(term) !== undefined && !isNegation(term) ? term.args : [];
  return left ?? term;
}

/** The union that would make `{ a | b }` read as a comprehension, if a statement starts with one. */
export function leadingUnion(term: TermNode): TermNode | undefined {
  const lead = leadOf(term);
  return isUnion(term) ? term : isUnion(lead) ? lead : undefined;
}

/** Whether a term is written with a brace in front, which would open a body behind `not`, `and` and `or`. */
export function leadsWithBrace(term: TermNode): boolean {
  switch (term.kind) {
    case "set":
      return term.items.length > 0;
    case "object":
      return true;
    case "comprehension":
      return term.form !== "array";
    case "ref":
      return leadsWithBrace(term.head);
    case "call":
      return leadOf(term) !== term && leadsWithBrace(leadOf(term));
    default:
      return false;
  }
}
