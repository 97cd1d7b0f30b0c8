import type { LocalId, Operand, PlanStatement } from "./query-plan.ts";

/** Bodies inside a statement. */
function bodyOf(statement: PlanStatement): readonly PlanStatement[] | undefined {
  return statement.kind === "block" || statement.kind === "scan" || statement.kind === "with"
    ? statement.body
    : undefined;
}

/** Calls `visit` for each statement, outer before inner. `inLoop`: whether it may run more than once for one start of the list. */
export function visitStatements(
  statements: readonly PlanStatement[],
  visit: (statement: PlanStatement, inLoop: boolean) => void,
  inLoop = false,
): void {
  for (const statement of statements) {
    visit(statement, inLoop);
    const body = bodyOf(statement);
    if (body !== undefined) visitStatements(body, visit, inLoop || statement.kind === "scan");
  }
}

/** Locals that a statement itself assigns, its body not counted. */
export function assignedBy(statement: PlanStatement): readonly LocalId[] {
  switch (statement.kind) {
    case "assign":
    case "clear":
    case "input":
    case "data":
    case "dot":
    case "call":
    case "builtin":
    case "make-array":
    case "make-set":
    case "make-object":
    case "new":
    case "assign-once":
      return [statement.target];
    case "scan":
      return [statement.key, statement.value].filter((local) => local !== undefined);
    default:
      return [];
  }
}

/** Operands that a statement itself reads, its body not counted. */
export function operandsOf(statement: PlanStatement): readonly Operand[] {
  switch (statement.kind) {
    case "assign":
    case "truthy":
    case "array-of":
    case "object-of":
    case "is-collection":
    case "scan":
    case "return":
      return [statement.source];
    case "assign-once":
      return [{ kind: "local", id: statement.target }, statement.source];
    case "dot":
      return [statement.source, statement.key];
    case "call":
    case "builtin":
      return statement.args;
    case "make-array":
    case "make-set":
      return statement.items;
    case "make-object":
      return statement.entries.flat();
    case "compare":
      return [statement.left, statement.right];
    case "defined":
    case "undefined":
      return [{ kind: "local", id: statement.source }];
    case "append":
    case "add":
      return [{ kind: "local", id: statement.target }, statement.value];
    case "insert":
      return [{ kind: "local", id: statement.target }, statement.key, statement.value];
    case "insert-at":
      return [{ kind: "local", id: statement.target }, ...statement.path, statement.value];
    case "with":
      return statement.replacements.map(({ value }) => value);
    case "observe":
      return statement.value === undefined ? [] : [statement.value];
    default:
      return [];
  }
}
