import { BuiltinError } from "@flyball/engine";
import {
  innermostName,
  type QueryArgument,
  type QueryDirective,
  type QueryDocument,
  type QueryField,
  type QueryFragment,
  type QueryInline,
  type QueryOperation,
  type QuerySelection,
  type QuerySpread,
  type QueryValue,
  type QueryVariable,
} from "./query-document.ts";
import { type FieldDefinition, type ParameterDefinition, type QueriedSchema, TYPENAME } from "./schema-fields.ts";
import type { SchemaType } from "./schema-types.ts";

/** What looks at a query on the way. Each is called when the parts below it have been seen, in the order of gqlparser's walk. */
export interface QueryVisitor {
  readonly variable?: (variable: QueryVariable, walk: QueryWalk) => void;
  readonly operation?: (operation: QueryOperation, walk: QueryWalk) => void;
  readonly fragment?: (fragment: QueryFragment, walk: QueryWalk) => void;
  readonly field?: (field: QueryField, walk: QueryWalk) => void;
  readonly inline?: (inline: QueryInline, walk: QueryWalk) => void;
  readonly spread?: (spread: QuerySpread, walk: QueryWalk) => void;
  readonly directive?: (directive: QueryDirective, location: string, walk: QueryWalk) => void;
  readonly directives?: (directives: readonly QueryDirective[], walk: QueryWalk) => void;
  readonly value?: (value: QueryValue, walk: QueryWalk) => void;
}

export interface QueryWalk {
  readonly schema: QueriedSchema;
  readonly document: QueryDocument;
  readonly visitors: readonly QueryVisitor[];
  /** The operation in which the walk is; undefined in a fragment that is looked at for itself. */
  operation: QueryOperation | undefined;
  /** Fragments that were entered in this operation. */
  entered: Set<string>;
  depth: number;
  steps: number;
}

/** Parts of a query that are looked at, and pairs of fields that are compared: fragments can multiply them. */
const MAX_STEPS = 2_000_000;

/** Selections inside of selections, fragments counted where they are spread. */
const MAX_DEPTH = 1_000;

/** Takes the steps from what a query may cost. Throws a fatal `BuiltinError` when that is used up. */
export function spend(walk: QueryWalk, steps: number): void {
  walk.steps += steps;
  if (walk.steps > MAX_STEPS) throw new BuiltinError("the GraphQL query takes too many steps", { fatal: true });
}

/** Walks over operations, then fragments, gives each part what the schema says of it, and shows it to the visitors. */
export function walkQuery(given: Pick<QueryWalk, "schema" | "document" | "visitors">): void {
  const walk: QueryWalk = { ...given, operation: undefined, entered: new Set(), depth: 0, steps: 0 };
  for (const operation of walk.document.operations) {
    walk.entered = new Set();
    walkOperation(walk, operation);
  }
  for (const fragment of walk.document.fragments) {
    walk.entered = new Set();
    const type = walk.schema.types.get(fragment.typeCondition);
    walkDirectives(walk, fragment.directives, "FRAGMENT_DEFINITION");
    walkSelections(walk, type, fragment.selections);
    for (const visitor of walk.visitors) visitor.fragment?.(fragment, walk);
  }
}

function walkOperation(walk: QueryWalk, operation: QueryOperation): void {
  const { schema, visitors } = walk;
  walk.operation = operation;
  for (const variable of operation.variables) {
    variable.definition = schema.types.get(innermostName(variable.type));
    for (const visitor of visitors) visitor.variable?.(variable, walk);
    if (variable.defaultValue === undefined) continue;
    variable.defaultValue.expected = variable.type;
    variable.defaultValue.definition = variable.definition;
  }
  for (const variable of operation.variables) {
    if (variable.defaultValue !== undefined) walkValue(walk, variable.defaultValue);
    walkDirectives(walk, variable.directives, "VARIABLE_DEFINITION");
  }
  const { type, location } = rootOf(schema, operation.operation);
  walkDirectives(walk, operation.directives, location);
  walkSelections(walk, type, operation.selections);
  for (const visitor of visitors) visitor.operation?.(operation, walk);
  walk.operation = undefined;
}

/** The type that operations of a kind begin with. */
export function rootOf(
  schema: QueriedSchema,
  operation: string,
): { readonly type: SchemaType | undefined; readonly location: string } {
  switch (operation) {
    case "":
    case "query":
      return { type: schema.query, location: "QUERY" };
    case "mutation":
      return { type: schema.mutation, location: "MUTATION" };
    case "subscription":
      return { type: schema.subscription, location: "SUBSCRIPTION" };
    default:
      return { type: undefined, location: "" };
  }
}

function walkSelections(walk: QueryWalk, parent: SchemaType | undefined, selections: readonly QuerySelection[]): void {
  if (++walk.depth > MAX_DEPTH) throw new BuiltinError("the GraphQL query nests too deep", { fatal: true });
  for (const selection of selections) {
    spend(walk, 1);
    selection.parent = parent;
    switch (selection.kind) {
      case "field":
        walkField(walk, parent, selection);
        break;
      case "inline": {
        const type = selection.typeCondition === "" ? parent : walk.schema.types.get(selection.typeCondition);
        walkDirectives(walk, selection.directives, "INLINE_FRAGMENT");
        walkSelections(walk, type, selection.selections);
        for (const visitor of walk.visitors) visitor.inline?.(selection, walk);
        break;
      }
      case "spread":
        walkSpread(walk, selection);
        break;
    }
  }
  walk.depth--;
}

function walkField(walk: QueryWalk, parent: SchemaType | undefined, field: QueryField): void {
  field.definition = definitionOf(walk.schema, parent, field.name);
  const { definition } = field;
  const type = definition === undefined ? undefined : walk.schema.types.get(innermostName(definition.type));
  walkArguments(walk, field.arguments, definition?.parameters);
  walkDirectives(walk, field.directives, "FIELD");
  walkSelections(walk, type, field.selections);
  for (const visitor of walk.visitors) visitor.field?.(field, walk);
}

function definitionOf(
  schema: QueriedSchema,
  parent: SchemaType | undefined,
  name: string,
): FieldDefinition | undefined {
  if (name === "__typename") return TYPENAME;
  return parent === undefined ? undefined : schema.fieldsOf(parent).get(name);
}

function walkSpread(walk: QueryWalk, spread: QuerySpread): void {
  const definition = walk.document.fragmentNamed.get(spread.name);
  spread.definition = definition;
  walkDirectives(walk, spread.directives, "FRAGMENT_SPREAD");
  if (definition !== undefined && !walk.entered.has(definition.name)) {
    walk.entered.add(definition.name);
    walkDirectives(walk, definition.directives, "FRAGMENT_DEFINITION");
    walkSelections(walk, walk.schema.types.get(definition.typeCondition), definition.selections);
  }
  for (const visitor of walk.visitors) visitor.spread?.(spread, walk);
}

function walkDirectives(walk: QueryWalk, directives: readonly QueryDirective[], location: string): void {
  for (const directive of directives) {
    spend(walk, 1);
    walkArguments(walk, directive.arguments, walk.schema.directiveNamed(directive.name)?.parameters);
    for (const visitor of walk.visitors) visitor.directive?.(directive, location, walk);
  }
  for (const visitor of walk.visitors) visitor.directives?.(directives, walk);
}

function walkArguments(
  walk: QueryWalk,
  given: readonly QueryArgument[],
  parameters: ReadonlyMap<string, ParameterDefinition> | undefined,
): void {
  for (const { name, value } of given) {
    expectParameter(walk, value, parameters?.get(name));
    walkValue(walk, value);
  }
}

function expectParameter({ schema }: QueryWalk, value: QueryValue, parameter: ParameterDefinition | undefined): void {
  if (parameter === undefined) return;
  value.expected = parameter.type;
  value.expectedHasDefault = parameter.hasValueDefault;
  value.definition = schema.types.get(innermostName(parameter.type));
}

/** gqlparser's numbers for the kinds of values that hold others. */
export const VARIABLE_VALUE = 0;
export const LIST_VALUE = 8;
export const OBJECT_VALUE = 9;

function walkValue(walk: QueryWalk, value: QueryValue): void {
  spend(walk, 1);
  if (value.kind === VARIABLE_VALUE && walk.operation !== undefined) {
    value.variable = walk.operation.variables.find(({ name }) => name === value.raw);
    spend(walk, walk.operation.variables.length / 16);
    if (value.variable !== undefined) value.variable.used = true;
  }
  for (const child of value.children) {
    if (value.kind === OBJECT_VALUE) {
      if (value.definition !== undefined)
        expectParameter(walk, child.value, walk.schema.fieldsOf(value.definition).get(child.name));
    } else if (value.kind === LIST_VALUE && value.expected?.element !== undefined) {
      child.value.expected = value.expected.element;
      child.value.definition = value.definition;
    }
    if (value.kind === OBJECT_VALUE || value.kind === LIST_VALUE) walkValue(walk, child.value);
  }
  for (const visitor of walk.visitors) visitor.value?.(value, walk);
}
