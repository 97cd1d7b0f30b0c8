import type { BoundBody, BoundStatement, BoundTerm, Callee } from "../bind/bound.ts";
import { assertNever } from "../diagnostics/assert-never.ts";
import { calleeKey, isEmpty, overlaps, type PlanContext } from "./plan-context.ts";
import { descend, type GroupedClause, type RuleGroup, type RuleNode, visibleChildren } from "./rule-tree.ts";

/** What refers to what: rules to the places in the tree that their references name, places to what lies below them. */
type Vertex = RuleGroup | RuleNode;

/**
 * Answers what of a `with` each rule can see, so that variants are made only of the functions that it concerns. Asked from what is replaced backwards, once for each
 * replaced document or function: that takes time in proportion to the policy, where following every rule's references forwards would take its square.
 */
export class Dependencies {
  readonly #tree: RuleNode;
  #uses: Uses | undefined;
  #circular: ReadonlySet<Vertex> | undefined;
  readonly #seeing = new Map<string, ReadonlySet<Vertex>>();

  constructor(tree: RuleNode) {
    this.#tree = tree;
  }

  /** The part of `context` that is visible from `rule`. */
  restrict(context: PlanContext, rule: RuleGroup): PlanContext {
    return this.#restrict(context, rule);
  }

  /** The part of `context` that is visible from some rule at or below `node`, or from a reference to the node itself. */
  restrictBelow(context: PlanContext, node: RuleNode): PlanContext {
    return this.#restrict(context, node);
  }

  /** Whether the rule may need itself, directly or not. Says yes to some that only lie between two that do. */
  mayNeedItself(rule: RuleGroup): boolean {
    this.#uses ??= usesOf(this.#tree);
    this.#circular ??= possiblyCircular(this.#uses.users);
    return this.#circular.has(rule);
  }

  #restrict(context: PlanContext, from: Vertex): PlanContext {
    if (isEmpty(context)) return context;
    const callees = new Map([...context.callees].filter(([key]) => this.#seesCallee(key).has(from)));
    // What stands in for a function has a sight of its own; it is rare enough to keep everything for it.
    if ([...callees.values()].some(({ kind }) => kind === "callee")) return context;
    const hidden = context.hidden.filter((path) => this.#seesDocument(path).has(from));
    return { hidden, callees };
  }

  #seesCallee(key: string): ReadonlySet<Vertex> {
    return this.#reaching(`callee ${key}`, ({ direct }) =>
      [...direct].filter(([, { callees }]) => callees.has(key)).map(([vertex]) => vertex),
    );
  }

  #seesDocument(path: readonly string[]): ReadonlySet<Vertex> {
    return this.#reaching(`document ${JSON.stringify(path)}`, ({ direct }) =>
      [...direct]
        .filter(([, { documents }]) => documents.some((document) => overlaps(document, path)))
        .map(([vertex]) => vertex),
    );
  }

  /** All that leads to one of the vertices that `find` answers, those included. */
  #reaching(key: string, find: (uses: Uses) => readonly Vertex[]): ReadonlySet<Vertex> {
    const known = this.#seeing.get(key);
    if (known !== undefined) return known;
    this.#uses ??= usesOf(this.#tree);
    const queue = [...find(this.#uses)];
    const found = new Set<Vertex>(queue);
    for (let vertex = queue.pop(); vertex !== undefined; vertex = queue.pop()) {
      for (const user of this.#uses.users.get(vertex) ?? []) {
        if (found.has(user)) continue;
        found.add(user);
        queue.push(user);
      }
    }
    this.#seeing.set(key, found);
    return found;
  }
}

interface Uses {
  readonly direct: ReadonlyMap<Vertex, Direct>;
  readonly users: ReadonlyMap<Vertex, readonly Vertex[]>;
}

/** What a rule names itself. */
interface Direct {
  /** Constant prefixes of the data references. */
  readonly documents: readonly (readonly string[])[];
  readonly callees: ReadonlySet<string>;
}

function usesOf(tree: RuleNode): Uses {
  const direct = new Map<Vertex, Direct>();
  const users = new Map<Vertex, Vertex[]>();
  const uses = (user: Vertex, used: Vertex) => {
    const list = users.get(used);
    if (list === undefined) users.set(used, [user]);
    else list.push(user);
  };
  const nodes: RuleNode[] = [tree];
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    nodes.push(...node.children.values());
    direct.set(node, { documents: [node.path], callees: new Set() });
    if (node.rule === undefined) {
      for (const [, child] of visibleChildren(node)) uses(node, child);
      continue;
    }
    uses(node, node.rule);
    const named = new RuleReferences(node.rule);
    direct.set(node.rule, named);
    for (const path of named.documents) {
      const { node: place, steps } = descend(tree, path);
      if (place.rule !== undefined || steps === path.length) uses(node.rule, place);
    }
  }
  return { direct, users };
}

/** What is left when vertices that nobody uses are taken away until each that is left is used by another that is left. */
function possiblyCircular(users: ReadonlyMap<Vertex, readonly Vertex[]>): ReadonlySet<Vertex> {
  const used = new Map<Vertex, Vertex[]>();
  const waiting = new Map<Vertex, number>();
  for (const [vertex, list] of users) {
    waiting.set(vertex, list.length);
    for (const user of list) {
      const uses = used.get(user);
      if (uses === undefined) used.set(user, [vertex]);
      else uses.push(vertex);
    }
  }
  const free = [...used.keys()].filter((vertex) => !users.has(vertex));
  for (let vertex = free.pop(); vertex !== undefined; vertex = free.pop()) {
    for (const each of used.get(vertex) ?? []) {
      const left = (waiting.get(each) ?? 0) - 1;
      waiting.set(each, left);
      if (left !== 0) continue;
      waiting.delete(each);
      free.push(each);
    }
  }
  return new Set(waiting.keys());
}

/** Collects what the clauses of one rule refer to. */
class RuleReferences implements Direct {
  readonly #documents = new Map<string, readonly string[]>();
  readonly callees = new Set<string>();

  constructor({ clauses }: RuleGroup) {
    for (const clause of clauses) this.#clause(clause);
  }

  get documents(): readonly (readonly string[])[] {
    return [...this.#documents.values()];
  }

  #clause({ clause, place }: GroupedClause): void {
    for (const term of [...place, ...clause.params, ...(clause.element === undefined ? [] : [clause.element])])
      this.#term(term);
    for (const branch of clause.branches) {
      this.#body(branch.body);
      this.#term(branch.value);
    }
  }

  #reference(path: readonly string[]): void {
    this.#documents.set(JSON.stringify(path), path);
  }

  #body(body: BoundBody): void {
    for (const statement of body) this.#statement(statement);
  }

  #statement(statement: BoundStatement): void {
    for (const { replacement } of statement.with) {
      if (replacement.kind === "value") this.#term(replacement.term);
      else this.#callee(replacement.callee);
    }
    switch (statement.kind) {
      case "holds":
        this.#term(statement.term);
        break;
      case "unify":
        this.#term(statement.left);
        this.#term(statement.right);
        break;
      case "relation":
        for (const arg of statement.args) this.#term(arg);
        this.#callee({ kind: "builtin", name: statement.name });
        this.#term(statement.output);
        break;
      case "not":
        this.#body(statement.body);
        break;
      case "every":
        this.#term(statement.domain);
        this.#body(statement.body);
        break;
      default:
        assertNever(statement);
    }
  }

  #callee(callee: Callee): void {
    this.callees.add(calleeKey(callee));
    if (callee.kind === "function") this.#reference(callee.path);
  }

  #term(term: BoundTerm): void {
    switch (term.kind) {
      case "constant":
      case "var":
        return;
      case "ref":
        if (term.root.kind === "term") this.#term(term.root.term);
        if (term.root.kind === "data") this.#reference(constantPrefix(term.operands));
        for (const operand of term.operands) this.#term(operand);
        return;
      case "call":
        this.#callee(term.callee);
        for (const arg of term.args) this.#term(arg);
        return;
      case "array":
      case "set":
        for (const item of term.items) this.#term(item);
        return;
      case "object":
        for (const { key, value } of term.entries) {
          this.#term(key);
          this.#term(value);
        }
        return;
      case "comprehension":
        this.#body(term.body);
        if (term.key !== undefined) this.#term(term.key);
        this.#term(term.head);
        return;
      case "template":
        for (const part of term.parts) if (typeof part !== "string") this.#term(part);
        return;
      default:
        assertNever(term);
    }
  }
}

/** The leading operands that are constant strings. */
function constantPrefix(operands: readonly BoundTerm[]): readonly string[] {
  const path: string[] = [];
  for (const operand of operands) {
    if (operand.kind !== "constant" || typeof operand.value !== "string") break;
    path.push(operand.value);
  }
  return path;
}
