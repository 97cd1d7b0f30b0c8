import type { BodyNode, SomeInNode, StatementNode, TermNode, TermStatementNode, VarNode } from "../syntax/nodes.ts";

/** The names that the body's own statements declare: `:=`, `some x`, `some x in xs`. */
export function declaredHere(body: BodyNode): ReadonlySet<string> {
  const names = new Set<string>();
  for (const statement of body) declaredByStatement(statement, names);
  return names;
}

/**
 * The names that are declared in the body at any depth but for comprehensions. OPA takes none of them for a rule or an import anywhere in the body,
 * although those of an `every` are declared only inside it.
 */
export function declaredWithin(body: BodyNode): ReadonlySet<string> {
  const names = new Set<string>();
  collectWithin(body, names);
  return names;
}

function collectWithin(body: BodyNode, names: Set<string>): void {
  for (const statement of body) {
    declaredByStatement(statement, names);
    switch (statement.kind) {
      case "not-statement":
        collectWithin([statement.statement], names);
        break;
      case "every":
      case "not-body":
        collectWithin(statement.body, names);
        break;
      case "logical":
        collectWithin(statement.left.body, names);
        collectWithin(statement.right.body, names);
        break;
      default:
    }
  }
}

function declaredByStatement(statement: StatementNode, names: Set<string>): void {
  switch (statement.kind) {
    case "some-declaration":
      for (const { name } of statement.names) names.add(name);
      return;
    case "some-in":
      for (const name of someInNames(statement)) names.add(name);
      return;
    case "term-statement": {
      const target = assignmentOf(statement)?.[0];
      if (target !== undefined) patternNames(target, names);
      return;
    }
    default:
  }
}

/** Both sides of `target := value`. */
export function assignmentOf(statement: TermStatementNode): readonly [target: TermNode, value: TermNode] | undefined {
  const { term } = statement;
  if (term.kind !== "call" || term.operator.length !== 1 || term.operator[0] !== "assign") return undefined;
  const [target, value] = term.args;
  return target === undefined || value === undefined || term.args.length > 2 ? undefined : [target, value];
}

/** The names that `some k, v in xs` binds. */
export function someInNames({ key, value }: SomeInNode): ReadonlySet<string> {
  const names = new Set<string>();
  if (key !== undefined) patternNames(key, names);
  patternNames(value, names);
  return names;
}

/** The names that a pattern binds: keys of objects and heads of references are looked up, not bound. */
function patternNames(term: TermNode, names: Set<string>): void {
  for (const { name } of patternVariables(term)) names.add(name);
}

export function patternVariables(term: TermNode): readonly VarNode[] {
  switch (term.kind) {
    case "var":
      return term.name === "_" ? [] : [term];
    case "array":
    case "set":
      return term.items.flatMap(patternVariables);
    case "object":
      return term.entries.flatMap(({ value }) => patternVariables(value));
    case "ref":
      return term.operands.flatMap(patternVariables);
    default:
      return [];
  }
}
