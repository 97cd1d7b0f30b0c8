import type { BoundClause, BoundTerm } from "../bind/bound.ts";
import { type ConstantValues, constantNames } from "./constant-values.ts";

/** Clauses by the constant part of their heads. */
export interface ClauseTree {
  readonly children: Map<string, ClauseTree>;
  readonly clauses: BoundClause[];
}

export function buildClauseTree(clauses: readonly BoundClause[]): ClauseTree {
  const root: ClauseTree = { children: new Map(), clauses: [] };
  for (const clause of clauses) {
    let node = root;
    for (const step of clause.path) {
      let child = node.children.get(step);
      if (child === undefined) {
        child = { children: new Map(), clauses: [] };
        node.children.set(step, child);
      }
      node = child;
    }
    node.clauses.push(clause);
  }
  return root;
}

/**
 * The clauses that a reference below `data` can reach. What is not constant may be any name, but for `data.system`, which OPA hides from references
 * that do not name it. A variable that can be few constants only is one of their names.
 */
export function referencedClauses(
  tree: ClauseTree,
  operands: readonly BoundTerm[],
  values: ConstantValues,
): ReadonlySet<BoundClause> {
  const found = new Set<BoundClause>();
  walk({ node: tree, operands, depth: 0, values }, found);
  return found;
}

interface Place {
  readonly node: ClauseTree;
  readonly operands: readonly BoundTerm[];
  readonly depth: number;
  readonly values: ConstantValues;
}

function walk({ node, operands, depth, values }: Place, found: Set<BoundClause>): void {
  const operand = operands[depth];
  if (operand === undefined) {
    addBelow(node, found);
    return;
  }
  if (operand.kind === "constant") {
    const child = typeof operand.value === "string" ? node.children.get(operand.value) : undefined;
    if (child !== undefined) enter({ node: child, operands, depth: depth + 1, values }, found);
    return;
  }
  const names = constantNames(operand, values);
  for (const [name, child] of node.children) {
    if (names?.has(name) === false) continue;
    enter({ node: child, operands, depth: depth + 1, values }, found);
  }
}

function enter(place: Place, found: Set<BoundClause>): void {
  const { node, operands, depth } = place;
  for (const clause of node.clauses) if (mayMeet(clause.keys, operands, depth)) found.add(clause);
  walk(place, found);
}

/** Whether a general head and the rest of a reference agree where both are constant. */
function mayMeet(keys: readonly BoundTerm[], operands: readonly BoundTerm[], from: number): boolean {
  return keys.every((key, index) => {
    const operand = operands[from + index];
    return key.kind !== "constant" || operand?.kind !== "constant" || key.value === operand.value;
  });
}

function addBelow(node: ClauseTree, found: Set<BoundClause>): void {
  for (const clause of node.clauses) found.add(clause);
  for (const child of node.children.values()) addBelow(child, found);
}
