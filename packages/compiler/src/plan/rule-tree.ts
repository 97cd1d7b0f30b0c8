import type { RegoValue } from "@flyball/engine/values";
import type { BoundClause, BoundPolicy, BoundTerm } from "../bind/bound.ts";

/**
 * The virtual documents of a policy as a tree below `data`. A node is a package or the constant part of a rule's head; a node with a rule is a leaf:
 * clauses with longer heads below it (`p[x] := 1` beside `p.q := 2`) are parts of its one document.
 */
export interface RuleNode {
  readonly path: readonly string[];
  readonly children: Map<string, RuleNode>;
  rule: GrowingGroup | undefined;
}

/** All clauses of one document or function. */
export interface RuleGroup {
  readonly path: readonly string[];
  readonly form: "complete" | "function" | "set" | "object";
  readonly clauses: readonly GroupedClause[];
}

/** A group while the tree is built. */
interface GrowingGroup extends RuleGroup {
  form: RuleGroup["form"];
  readonly clauses: GroupedClause[];
}

export interface GroupedClause {
  readonly clause: BoundClause;
  /** Steps from the group's document to the clause's place: constant steps below the group's path, then the clause's keys. */
  readonly place: readonly BoundTerm[];
}

export function buildRuleTree(policy: BoundPolicy): RuleNode {
  const root: RuleNode = { path: [], children: new Map(), rule: undefined };
  for (const path of policy.packages) nodeAt(root, path);

  // Shorter heads first: a general head claims everything below its constant part.
  const clauses = [...policy.clauses].sort((a, b) => a.path.length - b.path.length);
  for (const clause of clauses) addClause(root, clause);
  return root;
}

function addClause(root: RuleNode, clause: BoundClause): void {
  let node = root;
  for (const [depth, name] of clause.path.entries()) {
    node = childOf(node, name);
    if (node.rule !== undefined && depth < clause.path.length - 1) {
      extendGroup(node, clause, clause.path.slice(depth + 1));
      return;
    }
  }
  extendGroup(node, clause, []);
}

function extendGroup(node: RuleNode, clause: BoundClause, below: readonly string[]): void {
  const place = [
    ...below.map((value): BoundTerm => ({ kind: "constant", value, span: clause.headSpan })),
    ...clause.keys,
  ];
  node.rule ??= { path: node.path, form: clause.form, clauses: [] };
  node.rule.clauses.push({ clause, place });
  if (place.length > 0) node.rule.form = "object";
}

function nodeAt(root: RuleNode, path: readonly string[]): RuleNode {
  let node = root;
  for (const name of path) node = childOf(node, name);
  return node;
}

function childOf(node: RuleNode, name: string): RuleNode {
  let child = node.children.get(name);
  if (child === undefined) {
    child = { path: [...node.path, name], children: new Map(), rule: undefined };
    node.children.set(name, child);
  }
  return child;
}

/** The node that a constant path leads to, and how many steps of it the tree knows; stops at a rule. */
export function descend(root: RuleNode, path: readonly string[]): { readonly node: RuleNode; readonly steps: number } {
  let node = root;
  let steps = 0;
  for (const name of path) {
    if (node.rule !== undefined) break;
    const child = node.children.get(name);
    if (child === undefined) break;
    node = child;
    steps++;
  }
  return { node, steps };
}

/** The package of an ad-hoc query: below `data` for the planner's sake, in nobody's sight. */
export const QUERY_PACKAGE = "$query";

/** Where a replaced function's value lies, below `data`, while a `with` is in force. No policy can write these names as rules. */
export const RESERVED_DOCUMENT = "$with";

/** The virtual documents right below a node: functions are none, nor is the query that is being asked. */
export function visibleChildren(node: RuleNode): readonly (readonly [string, RuleNode])[] {
  return [...node.children].filter(
    ([name, child]) => child.rule?.form !== "function" && !(node.path.length === 0 && name === QUERY_PACKAGE),
  );
}

/** Names right below a node that do not come from its base document. */
export function coveredNames(node: RuleNode): readonly string[] {
  return node.path.length === 0 ? [...node.children.keys(), RESERVED_DOCUMENT] : [...node.children.keys()];
}

/** The value of a rule that has one unconditional definition, a constant. */
export function constantValue(rule: RuleGroup): RegoValue | undefined {
  const [only, ...others] = rule.clauses;
  if (rule.form !== "complete" || only === undefined || others.length > 0) return undefined;
  const [branch] = only.clause.branches;
  return branch.body.length === 0 && branch.value.kind === "constant" ? branch.value.value : undefined;
}
