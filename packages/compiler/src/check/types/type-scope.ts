import type { BoundTerm, VarId } from "../../bind/bound.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { DocumentNode } from "./document-types.ts";
import type { FunctionType, MaybeType, RegoType } from "./rego-type.ts";
import type { DocumentSchemas } from "./schemas-in-force.ts";

/** Where a term is being checked: what is known of the variables, and the types of all documents. */
export interface TypeScope {
  readonly parent: TypeScope | undefined;
  readonly vars: Map<VarId, RegoType>;
  readonly documents: Documents;
  /** Under a `with` that replaces documents their types say nothing. */
  readonly replaced: boolean;
  /** What schemas say of the input and of base documents. Under a `with` that replaces the input nothing is said of it. */
  readonly schemas: DocumentSchemas;
  readonly diagnostics: Diagnostic[];
  /** Types of comprehensions that have been checked: each is checked once. */
  readonly comprehensions: Map<BoundTerm, MaybeType>;
}

export interface Documents {
  readonly root: DocumentNode;
  /** The type of the rule at a node, with all of its clauses; undefined where there is none. */
  readonly typeOf: (node: DocumentNode) => MaybeType;
  readonly functionAt: (path: readonly string[]) => FunctionType | undefined;
}

export function typeOfVar(id: VarId, scope: TypeScope): MaybeType {
  for (let current: TypeScope | undefined = scope; current !== undefined; current = current.parent) {
    const type = current.vars.get(id);
    if (type !== undefined) return type;
  }
  return undefined;
}

export function innerScope(scope: TypeScope): TypeScope {
  return { ...scope, parent: scope, vars: new Map() };
}

/** What a schema says of a base document that a reference leads into, and how many of its operands lead there. */
export function schemaOfData(
  operands: readonly BoundTerm[],
  { schemas, replaced }: TypeScope,
): { readonly type: RegoType; readonly depth: number } | undefined {
  if (replaced) return undefined;
  const found = schemas.data.find(({ path }) =>
    path.every((step, index) => {
      const operand = operands[index];
      return operand?.kind === "constant" && operand.value === step;
    }),
  );
  return found === undefined ? undefined : { type: found.type, depth: found.path.length };
}
