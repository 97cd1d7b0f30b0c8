import { pathKey } from "../documents/path-key.ts";
import type { ModuleNode, RuleNode } from "../syntax/nodes.ts";

/** What is known of all rules before any body is bound: enough to resolve names and calls. */
export interface RuleIndex {
  /** By package key: the first names of the package's rules. */
  readonly names: ReadonlyMap<string, ReadonlySet<string>>;
  /** By key of the constant part of the head, the package included. */
  readonly rules: ReadonlyMap<string, IndexedRule>;
  /** Packages, and all places above rules. */
  readonly places: ReadonlySet<string>;
}

export interface IndexedRule {
  readonly path: readonly string[];
  /** Parameters of the function; undefined for a document. */
  readonly arity: number | undefined;
}

export function indexRules(modules: readonly ModuleNode[]): RuleIndex {
  const names = new Map<string, Set<string>>();
  const rules = new Map<string, IndexedRule>();
  const places = new Set<string>();
  for (const module of modules) {
    const packageKey = pathKey(module.package.path);
    const inPackage = names.get(packageKey) ?? new Set<string>();
    names.set(packageKey, inPackage);
    notePlaces(places, module.package.path);
    for (const rule of module.rules) {
      inPackage.add(rule.head.ref[0].name);
      const { path } = splitHead(rule, module.package.path);
      notePlaces(places, path);
      const arity = arityOf(rule);
      if (!rules.has(pathKey(path)) || arity !== undefined) rules.set(pathKey(path), { path, arity });
    }
  }
  return { names, rules, places };
}

function notePlaces(places: Set<string>, path: readonly string[]): void {
  for (let length = 0; length <= path.length; length++) places.add(pathKey(path.slice(0, length)));
}

/** A rule written `f()` is a document: OPA makes no difference. */
export function arityOf(rule: RuleNode): number | undefined {
  const count = rule.head.args?.length ?? 0;
  return count === 0 ? undefined : count;
}

/** The constant part of a head with the package before it, and how many operands of the head belong to it. */
export function splitHead(
  { head }: RuleNode,
  packagePath: readonly string[],
): { readonly path: readonly string[]; readonly constant: number } {
  const [name, ...operands] = head.ref;
  const path = [...packagePath, name.name];
  let constant = 0;
  for (const operand of operands) {
    if (operand.kind !== "string") break;
    path.push(operand.value);
    constant++;
  }
  return { path, constant };
}
