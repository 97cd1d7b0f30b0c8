import { BuiltinError } from "@flyball/engine";
import { innermostName, type QueryOperation, type QuerySelection, typeText } from "./query-document.ts";
import { type QueryVisitor, type QueryWalk, rootOf, spend } from "./walk-query.ts";

/** Operations and their variables. Source: the GraphQL specification, sections 5.2 and 5.8. Made anew for each query, since it remembers. */
export function operationRules(): QueryVisitor {
  const names = new Set<string>();
  return {
    variable: ({ type, definition }) => {
      if (definition === undefined) throw new BuiltinError(`Unknown type "${innermostName(type)}"`);
    },
    operation: (operation, walk) => {
      const { name, variables } = operation;
      if (rootOf(walk.schema, operation.operation).type === undefined)
        throw new BuiltinError(`Schema does not support operation type "${operation.operation}"`);
      if (name === "" && walk.document.operations.length > 1)
        throw new BuiltinError("This anonymous operation must be the only defined operation");
      for (const variable of variables)
        if (!variable.used)
          throw new BuiltinError(
            `Variable "$${variable.name}" is never used${name === "" ? "" : ` in operation "${name}"`}`,
          );
      if (operation.operation === "subscription") checkSubscription(operation, walk);
      if (names.has(name)) throw new BuiltinError(`There can be only one operation named "${name}"`);
      names.add(name);
      checkVariables(operation);
    },
  };
}

function checkVariables({ variables }: QueryOperation): void {
  const seen = new Set<string>();
  for (const { name } of variables) {
    if (seen.has(name)) throw new BuiltinError(`There can be only one variable named "$${name}"`);
    seen.add(name);
  }
  for (const { name, definition, type } of variables)
    if (definition !== undefined && !["SCALAR", "ENUM", "INPUT_OBJECT"].includes(definition.kind))
      throw new BuiltinError(`Variable "$${name}" cannot be non-input type "${typeText(type)}"`);
}

/** A subscription is one stream. */
function checkSubscription({ name, selections }: QueryOperation, walk: QueryWalk): void {
  const fields = new Set<string>();
  collectFields(selections, { walk, fields, entered: new Set() });
  const subject = name === "" ? "Anonymous Subscription" : `Subscription "${name}"`;
  if (fields.size > 1) throw new BuiltinError(`${subject} must select only one top level field`);
  for (const field of fields)
    if (field.startsWith("__")) throw new BuiltinError(`${subject} must not select an introspection top level field`);
}

interface TopFields {
  readonly walk: QueryWalk;
  readonly fields: Set<string>;
  readonly entered: Set<string>;
}

function collectFields(selections: readonly QuerySelection[], found: TopFields): void {
  spend(found.walk, selections.length);
  for (const selection of selections) {
    switch (selection.kind) {
      case "field":
        found.fields.add(selection.name);
        break;
      case "inline":
        collectFields(selection.selections, found);
        break;
      case "spread":
        if (selection.definition === undefined) return;
        if (found.entered.has(selection.name)) break;
        found.entered.add(selection.name);
        collectFields(selection.definition.selections, found);
        break;
    }
  }
}
