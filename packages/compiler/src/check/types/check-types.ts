import type { BoundClause, BoundPolicy, BoundTerm } from "../../bind/bound.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { buildClauseTree, type ClauseTree } from "../referenced-clauses.ts";
import { visitTerm } from "../visit-bound.ts";
import { checkBody, checkTerm } from "./check-body.ts";
import { isFunction, mergeTypes, nestTypes } from "./document-types.ts";
import { ANY, type FunctionType, type MaybeType } from "./rego-type.ts";
import { type DocumentSchemas, NO_SCHEMAS } from "./schemas-in-force.ts";
import { typeOfTerm } from "./type-of-term.ts";
import type { Documents, TypeScope } from "./type-scope.ts";

/**
 * Reports what cannot work whatever input and data are: arguments of types that a built-in or function refuses, comparisons of values that are never equal,
 * references to what a rule never has. In: a bound policy, and those of its clauses that have mistakes: they may be anything. It follows OPA's checker, and where it
 * knows less it says less.
 */
export function checkTypes(
  { clauses }: BoundPolicy,
  { faulty = new Set(), schemasOf = noSchemas }: CheckTypesOptions = {},
): readonly Diagnostic[] {
  const { documents, diagnostics } = typesOf(clauses, { faulty, schemasOf });
  checkBelow(documents.root, documents);
  return diagnostics;
}

/** What schemas say of the documents that a clause refers to. */
export type SchemasOf = (clause: BoundClause) => DocumentSchemas;

const noSchemas: SchemasOf = () => NO_SCHEMAS;

export interface CheckTypesOptions {
  /** Clauses that have mistakes. */
  readonly faulty?: ReadonlySet<BoundClause>;
  readonly schemasOf?: SchemasOf;
}

/** The same for one clause of a policy whose others are known to be right: a query. */
export function checkClauseTypes(
  { clauses }: BoundPolicy,
  clause: BoundClause,
  schemasOf: SchemasOf = noSchemas,
): readonly Diagnostic[] {
  const { documents, diagnostics } = typesOf(clauses, { faulty: new Set(), schemasOf });
  let node: ClauseTree | undefined = documents.root;
  for (const step of clause.path) node = node?.children.get(step);
  if (node !== undefined) documents.typeOf(node);
  return diagnostics.filter(({ span }) => span.file === clause.span.file);
}

interface Types {
  /** Types are found when they are asked for; what is wrong on the way goes to `diagnostics`. */
  readonly documents: Documents;
  readonly diagnostics: Diagnostic[];
}

function typesOf(clauses: readonly BoundClause[], options: Required<CheckTypesOptions>): Types {
  const root = buildClauseTree(clauses);
  const diagnostics: Diagnostic[] = [];
  const known = new Map<ClauseTree, MaybeType>();
  const documents: Documents = {
    root,
    typeOf: (node) => {
      if (known.has(node)) return known.get(node);
      // A rule that is reached again while it is checked (by a reference that turns out not to) may be anything.
      known.set(node, ANY);
      const type = ruleType(node, { documents, diagnostics, ...options });
      known.set(node, type);
      return type;
    },
    functionAt: (path) => functionType(root, path, documents),
  };
  return { documents, diagnostics };
}

function checkBelow(node: ClauseTree, documents: Documents): void {
  if (node.clauses.length > 0) documents.typeOf(node);
  for (const child of node.children.values()) checkBelow(child, documents);
}

function functionType(root: ClauseTree, path: readonly string[], documents: Documents): FunctionType | undefined {
  let node: ClauseTree | undefined = root;
  for (const step of path) node = node?.children.get(step);
  const type = node === undefined || !isFunction(node.clauses) ? undefined : documents.typeOf(node);
  return type?.kind === "function" ? type : undefined;
}

interface Checking extends Required<CheckTypesOptions> {
  readonly documents: Documents;
  readonly diagnostics: Diagnostic[];
}

/** The joined type of all clauses at a place; general heads below it (`p[x]` beside `p.q`) make it anything. */
function ruleType(node: ClauseTree, checking: Checking): MaybeType {
  let type: MaybeType;
  let failed = false;
  for (const clause of node.clauses) {
    if (checking.faulty.has(clause)) {
      failed = true;
      continue;
    }
    const before = checking.diagnostics.length;
    type = mergeTypes(type, clauseType(clause, checking));
    failed ||= checking.diagnostics.length > before;
  }
  // A rule with mistakes is any: those who refer to it shall not get theirs from it.
  return failed || node.children.size > 0 ? ANY : type;
}

function clauseType(clause: BoundClause, { documents, diagnostics, schemasOf }: Checking): MaybeType {
  let type: MaybeType;
  const schemas = schemasOf(clause);
  for (const { body, value } of clause.branches) {
    const scope: TypeScope = {
      parent: undefined,
      vars: new Map(),
      documents,
      replaced: false,
      schemas,
      diagnostics,
      comprehensions: new Map(),
    };
    checkBody(body, scope);
    for (const param of clause.params) openParameter(param, scope);
    checkTerm(value, scope);
    if (clause.form === "function") {
      const params = clause.params.map((param) => typeOfTerm(param, scope));
      type = mergeTypes(type, { kind: "function", params, result: typeOfTerm(value, scope) });
      continue;
    }
    const leaf: MaybeType =
      clause.element === undefined ? typeOfTerm(value, scope) : { kind: "set", of: typeOfTerm(clause.element, scope) };
    type = mergeTypes(
      type,
      nestTypes(
        clause.keys.map((key) => typeOfTerm(key, scope)),
        leaf,
      ),
    );
  }
  return type;
}

/** A parameter that the body says nothing of takes anything. */
function openParameter(param: BoundTerm, { vars }: TypeScope): void {
  visitTerm(param, {
    term: (term) => {
      if (term.kind === "var" && !vars.has(term.id)) vars.set(term.id, ANY);
    },
  });
}
