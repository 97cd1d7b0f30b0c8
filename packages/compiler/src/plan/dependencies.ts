import type { BoundBody, BoundStatement, BoundTerm, Callee } from "../bind/bound.ts";
import { assertNever } from "../diagnostics/assert-never.ts";
import { calleeKey, overlaps, type PlanContext } from "./plan-context.ts";
import type { GroupedClause, RuleGroup, RuleNode } from "./rule-tree.ts";
import { descend, visibleChildren } from "./rule-tree.ts";

/** What a rule can see, its callees' sight included. */
export interface Sight {
  /** Constant prefixes of the data references. */
  readonly documents: ReadonlySet<string>;
  /** Keys of the callees. */
  readonly callees: ReadonlySet<string>;
}

/**
 * Answers what each rule can see, so that a `with` makes variants only of the functions that it concerns. Rego has no recursion (checked before),
 * so a depth-first walk ends.
 */
export class Dependencies {
  readonly #tree: RuleNode;
  readonly #known = new Map<RuleGroup, Sight>();

  constructor(tree: RuleNode) {
    this.#tree = tree;
  }

  /** The part of `context` that is visible from `rule`. */
  restrict(context: PlanContext, rule: RuleGroup): PlanContext {
    return this.#restrict(context, this.#sightOf(rule));
  }

  /** The part of `context` that is visible from some rule at or below `node`. */
  restrictBelow(context: PlanContext, node: RuleNode): PlanContext {
    const walk = new SightWalk(this.#tree);
    walk.reference(node.path);
    return this.#restrict(context, walk.sight);
  }

  #restrict(context: PlanContext, sight: Sight): PlanContext {
    if (context.hidden.length === 0 && context.callees.size === 0) return context;
    const documents = [...sight.documents].map((key): readonly string[] => JSON.parse(key));
    const callees = new Map([...context.callees].filter(([key]) => sight.callees.has(key)));
    // A replacement has a sight of its own; it is rare enough to keep everything for it.
    const hidden =
      callees.size > 0
        ? context.hidden
        : context.hidden.filter((path) => documents.some((document) => overlaps(document, path)));
    return { hidden, callees };
  }

  /** Rules that a dynamic reference may lead to count as seen, the rule itself among them, so this is a walk over a graph with circles. */
  #sightOf(rule: RuleGroup): Sight {
    const known = this.#known.get(rule);
    if (known !== undefined) return known;
    const walk = new SightWalk(this.#tree);
    walk.follow(rule);
    this.#known.set(rule, walk.sight);
    return walk.sight;
  }
}

class SightWalk {
  readonly #documents = new Set<string>();
  readonly #callees = new Set<string>();
  readonly #tree: RuleNode;
  readonly #visited = new Set<RuleGroup>();

  constructor(tree: RuleNode) {
    this.#tree = tree;
  }

  get sight(): Sight {
    return { documents: this.#documents, callees: this.#callees };
  }

  follow(rule: RuleGroup): void {
    if (this.#visited.has(rule)) return;
    this.#visited.add(rule);
    for (const clause of rule.clauses) this.#clause(clause);
  }

  #clause({ clause, place }: GroupedClause): void {
    for (const term of [...place, ...clause.params, ...(clause.element === undefined ? [] : [clause.element])])
      this.#term(term);
    for (const branch of clause.branches) {
      this.#body(branch.body);
      this.#term(branch.value);
    }
  }

  reference(path: readonly string[]): void {
    const key = JSON.stringify(path);
    if (this.#documents.has(key)) return;
    this.#documents.add(key);
    const { node, steps } = descend(this.#tree, path);
    if (node.rule !== undefined) this.follow(node.rule);
    else if (steps === path.length) this.#below(node);
  }

  #below(node: RuleNode): void {
    if (node.rule !== undefined) this.follow(node.rule);
    for (const [, child] of visibleChildren(node)) this.#below(child);
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
    this.#callees.add(calleeKey(callee));
    if (callee.kind === "function") this.reference(callee.path);
  }

  #term(term: BoundTerm): void {
    switch (term.kind) {
      case "constant":
      case "var":
        return;
      case "ref":
        if (term.root.kind === "term") this.#term(term.root.term);
        if (term.root.kind === "data") this.reference(constantPrefix(term.operands));
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
