import { type RegoValue, structuralKey } from "@flyball/engine/values";
import type { BoundTerm, Callee } from "../../bind/bound.ts";
import { findBuiltin } from "../../builtins/builtin-table.ts";
import { type DocumentNode, extentType } from "./document-types.ts";
import { parseParameter, parseType } from "./parse-type.ts";
import { ANY, bounded, either, type FunctionType, type MaybeType, STRING, typeOfValue } from "./rego-type.ts";
import { isEmptyCollection, selectKey, valuesOf } from "./type-relations.ts";
import { schemaOfData, type TypeScope, typeOfVar } from "./type-scope.ts";

export function typeOfTerm(term: BoundTerm, scope: TypeScope): MaybeType {
  switch (term.kind) {
    case "constant":
      return typeOfValue(term.value);
    case "var":
      return typeOfVar(term.id, scope);
    case "ref":
      return typeOfReference(term, scope);
    case "call":
      return calleeType(term.callee, scope)?.result;
    case "array":
      return bounded({ kind: "array", items: term.items.map((item) => typeOfPart(item, scope)), rest: undefined });
    case "set": {
      let of: MaybeType;
      for (const item of term.items) of = either(of, typeOfPart(item, scope));
      return bounded({ kind: "set", of });
    }
    case "object": {
      const properties = new Map<string, { readonly key: RegoValue; readonly type: MaybeType }>();
      let dynamic: { readonly key: MaybeType; readonly value: MaybeType } | undefined;
      for (const { key, value } of term.entries) {
        const type = typeOfPart(value, scope);
        if (key.kind === "constant") properties.set(structuralKey(key.value), { key: key.value, type });
        else dynamic = { key: typeOfPart(key, scope), value: type };
      }
      return bounded({ kind: "object", properties, dynamic });
    }
    case "comprehension":
      return scope.comprehensions.get(term);
    case "template":
      return STRING;
  }
}

/** In OPA a reference inside of a term has a variable of its own, which is any where the reference is not known. */
export function typeOfPart(term: BoundTerm, scope: TypeScope): MaybeType {
  const type = typeOfTerm(term, scope);
  return type === undefined && term.kind === "ref" ? ANY : type;
}

function typeOfReference(term: Extract<BoundTerm, { kind: "ref" }>, scope: TypeScope): MaybeType {
  switch (term.root.kind) {
    case "input":
      return scope.schemas.input === undefined ? ANY : selectAll(scope.schemas.input, term.operands);
    case "data": {
      const schema = schemaOfData(term.operands, scope);
      if (schema !== undefined) return selectAll(schema.type, term.operands.slice(schema.depth));
      return scope.replaced ? ANY : typeBelow(scope.documents.root, term.operands, scope);
    }
    case "term":
      return selectAll(typeOfTerm(term.root.term, scope), term.operands);
  }
}

function typeBelow(node: DocumentNode, operands: readonly BoundTerm[], scope: TypeScope): MaybeType {
  const { typeOf } = scope.documents;
  const [operand, ...rest] = operands;
  if (operand === undefined) return extentType(node, typeOf);
  if (node.clauses.length > 0) {
    const child = childOf(node, operand);
    return child === undefined ? selectAll(typeOf(node), operands) : typeBelow(child, rest, scope);
  }
  if (operand.kind !== "constant") return selectAll(extentType(node, typeOf), operands);
  const child = childOf(node, operand);
  return child === undefined ? ANY : typeBelow(child, rest, scope);
}

export function childOf(node: DocumentNode, operand: BoundTerm): DocumentNode | undefined {
  if (operand.kind !== "constant" || typeof operand.value !== "string") return undefined;
  return node.children.get(operand.value);
}

function selectAll(type: MaybeType, operands: readonly BoundTerm[]): MaybeType {
  let current = type;
  for (const operand of operands) {
    if (current === undefined) return undefined;
    if (operand.kind === "constant") current = selectKey(current, operand.value);
    // Nothing comes out of an empty collection, so nothing is wrong with it either.
    else current = isEmptyCollection(current) ? ANY : valuesOf(current);
  }
  return current;
}

export function calleeType(callee: Callee, { documents }: TypeScope): FunctionType | undefined {
  if (callee.kind === "function") return documents.functionAt(callee.path);
  const declaration = findBuiltin(callee.name);
  if (declaration === undefined) return undefined;
  const result = declaration.result === undefined ? undefined : parseType(declaration.result);
  return { kind: "function", params: declaration.parameters.map(parseParameter), result };
}
