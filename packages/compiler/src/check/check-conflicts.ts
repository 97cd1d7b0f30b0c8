import { structuralKey } from "@flyball/engine/values";
import type { BoundClause, BoundPolicy } from "../bind/bound.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ModuleNode } from "../syntax/nodes.ts";
import { buildClauseTree, type ClauseTree } from "./referenced-clauses.ts";

/** Reports rules that cannot be one document: other kinds under one name, rules below a complete rule, two defaults, a package in a rule's place. */
export function checkConflicts({ clauses }: BoundPolicy, modules: readonly ModuleNode[]): readonly Diagnostic[] {
  const tree = buildClauseTree(clauses);
  const diagnostics: Diagnostic[] = [];
  checkNode(tree, diagnostics);
  for (const module of modules) {
    const inPlace = clausesAt(tree, module.package.path).find(({ keys }) => keys.length === 0);
    if (inPlace === undefined || module.package.path.length === 0) continue;
    const name = `data.${module.package.path.join(".")}`;
    const message = `package ${name.slice(5)} conflicts with rule ${name}`;
    diagnostics.push(typeError(module.package, message, "Rename the rule or the package: one name cannot be both."));
  }
  return diagnostics;
}

function clausesAt(tree: ClauseTree, path: readonly string[]): readonly BoundClause[] {
  let node: ClauseTree | undefined = tree;
  for (const step of path) node = node?.children.get(step);
  return node?.clauses ?? [];
}

function checkNode(node: ClauseTree, diagnostics: Diagnostic[]): void {
  const conflict = conflictAt(node);
  if (conflict === undefined) for (const child of node.children.values()) checkNode(child, diagnostics);
  else diagnostics.push(conflict);
}

function conflictAt({ clauses, children }: ClauseTree): Diagnostic | undefined {
  const [first] = clauses;
  if (first === undefined) return undefined;
  const name = `data.${first.path.join(".")}`;
  const below = [...children.values()].flatMap(allClauses);
  const ground = clauses.find(({ keys }) => keys.length === 0);
  // A general head (`p[x] := v`) allows rules below it; a complete rule, a set and a function do not.
  const covered = ground === undefined ? below.filter(({ form }) => form === "function") : below;
  if (covered.length > 0) {
    const names = [...new Set(covered.map(({ path }) => `data.${path.join(".")}`))];
    return typeError(
      ground ?? first,
      `rule ${name} conflicts with [${names.join(" ")}]`,
      "Give them names of which none begins with the other.",
    );
  }
  const other = clauses.find((clause) => kindOf(clause) !== kindOf(first));
  if (other !== undefined) {
    const suggestion = `It is ${kindOf(first)} in one place and ${kindOf(other)} in another.`;
    return typeError(other, `conflicting rules ${name} found`, suggestion);
  }
  const second = secondDefault(clauses);
  return second === undefined
    ? undefined
    : typeError(second, `multiple default rules ${name} found`, "Keep one of them.");
}

/** Defaults below a general head have places of their own. */
function secondDefault(clauses: readonly BoundClause[]): BoundClause | undefined {
  const places = new Set<string>();
  return clauses.find(({ isDefault, keys }) => {
    if (!isDefault) return false;
    const place = keys.map((key) => (key.kind === "constant" ? structuralKey(key.value) : "?")).join(" ");
    const known = places.has(place);
    places.add(place);
    return known;
  });
}

function allClauses({ clauses, children }: ClauseTree): readonly BoundClause[] {
  return [...clauses, ...[...children.values()].flatMap(allClauses)];
}

function kindOf({ form, keys, params }: BoundClause): string {
  switch (form) {
    case "complete":
      return "a complete rule";
    case "function":
      return `a function with ${params.length} parameter${params.length === 1 ? "" : "s"}`;
    case "object":
      return "an object";
    case "set":
      return keys.length === 0 ? "a set" : "an object of sets";
  }
}

function typeError(place: Pick<BoundClause, "span">, message: string, suggestion: string): Diagnostic {
  return { code: "rego_type_error", severity: "error", span: place.span, message, suggestion };
}
