import { isArray, isObject, isSet, objectEntries, type RegoValue } from "@flyball/engine/values";
import type { BoundClause, BoundStatement, BoundTerm, VarId } from "../bind/bound.ts";
import { lookUp } from "../documents/look-up.ts";
import { visitTerm } from "./visit-bound.ts";

/** The values that a variable can have, where the text of its body tells: one of few constants. */
export type ConstantValues = ReadonlyMap<VarId, readonly RegoValue[]>;

/** More than these are not followed. */
const MOST = 256;

/**
 * What is known of variables such as `root` in `some root in ["a", "b"]; data[root].p`, so that the reference needs two documents and not all. Only
 * statements that hold for a whole branch count, and a variable is one branch's alone: parameters, which all branches share, are left out.
 */
export function constantValues(clauses: readonly BoundClause[]): ConstantValues {
  const values = new Map<VarId, readonly RegoValue[]>();
  for (const clause of clauses) {
    const shared = new Set<VarId>();
    for (const param of clause.params)
      visitTerm(param, { term: (term) => void (term.kind === "var" && shared.add(term.id)) });
    for (const { body } of clause.branches) {
      // What one statement tells of a variable another may build on, in either order.
      let before = -1;
      while (before < values.size) {
        before = values.size;
        for (const statement of body) note(statement, { values, shared });
      }
    }
  }
  return values;
}

/** The names that an operand can be; undefined where that is not known. */
export function constantNames(operand: BoundTerm, values: ConstantValues): ReadonlySet<string> | undefined {
  const found = valuesOf(operand, values);
  return found === undefined ? undefined : new Set(found.filter((value) => typeof value === "string"));
}

interface Known {
  readonly values: Map<VarId, readonly RegoValue[]>;
  readonly shared: ReadonlySet<VarId>;
}

function note(statement: BoundStatement, { values, shared }: Known): void {
  const set = (id: VarId, found: readonly RegoValue[] | undefined): void => {
    if (found !== undefined && found.length <= MOST && !shared.has(id) && !values.has(id)) values.set(id, found);
  };
  if (statement.kind === "every") {
    const domain = valuesOf(statement.domain, values);
    if (domain?.length === 1) set(statement.value, domain.flatMap(elementsOf));
  }
  if (statement.kind !== "unify") return;
  const { left, right } = statement;
  if (left.kind === "var") set(left.id, valuesOf(right, values));
  if (right.kind === "var") set(right.id, valuesOf(left, values));
}

function valuesOf(term: BoundTerm, values: ConstantValues): readonly RegoValue[] | undefined {
  switch (term.kind) {
    case "constant":
      return [term.value];
    case "var":
      return values.get(term.id);
    case "ref": {
      if (term.root.kind !== "term") return undefined;
      let found = valuesOf(term.root.term, values);
      for (const operand of term.operands) {
        if (found === undefined || found.length > MOST) return undefined;
        found = found.flatMap((value) => {
          if (operand.kind !== "constant") return elementsOf(value);
          const step = lookUp(value, operand.value);
          return step === undefined ? [] : [step];
        });
      }
      return found;
    }
    default:
      return undefined;
  }
}

function elementsOf(value: RegoValue): readonly RegoValue[] {
  if (isArray(value)) return value;
  if (isSet(value)) return [...value];
  return isObject(value) ? objectEntries(value).map(([, each]) => each) : [];
}
