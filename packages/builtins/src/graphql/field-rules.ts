import { BuiltinError } from "@flyball/engine";
import { innermostName, type QueryArgument, type QueryField, type QuerySelection, typeText } from "./query-document.ts";
import type { ParameterDefinition } from "./schema-fields.ts";
import { type QueryVisitor, type QueryWalk, spend } from "./walk-query.ts";

/** Fields and directives: they exist where they are asked for, with the arguments that they need. Source: the GraphQL specification, sections 5.3, 5.4, 5.7. */
export const fieldRules: QueryVisitor = {
  field: (field, walk) => {
    const { parent, definition, name } = field;
    if (parent !== undefined && definition === undefined)
      throw new BuiltinError(`Cannot query field "${name}" on type "${parent.name}"`);
    if (parent !== undefined && definition !== undefined)
      checkKnown(field.arguments, definition.parameters, `field "${parent.name}.${name}"`);
    if ((name === "__schema" || name === "__type") && isTooDeep({ walk, open: new Set() }, field, 0))
      throw new BuiltinError("Maximum introspection depth exceeded");
    if (definition !== undefined) {
      checkProvided(field.arguments, definition.parameters, `Field "${name}"`);
      checkLeaf(field, walk);
    }
    checkOnce(field.arguments);
  },
  directive: (directive, location, { schema }) => {
    const definition = schema.directiveNamed(directive.name);
    if (definition === undefined) throw new BuiltinError(`Unknown directive "@${directive.name}"`);
    checkKnown(directive.arguments, definition.parameters, `directive "@${directive.name}"`);
    if (!definition.locations.includes(location))
      throw new BuiltinError(`Directive "@${directive.name}" may not be used on ${location}`);
    checkProvided(directive.arguments, definition.parameters, `Directive "@${directive.name}"`);
    checkOnce(directive.arguments);
  },
  directives: (directives, { schema }) => {
    const seen = new Set<string>();
    for (const { name } of directives) {
      if (seen.has(name) && schema.directiveNamed(name)?.isRepeatable !== true)
        throw new BuiltinError(`The directive "@${name}" can only be used once at this location`);
      seen.add(name);
    }
  },
};

function checkKnown(
  given: readonly QueryArgument[],
  parameters: ReadonlyMap<string, ParameterDefinition>,
  owner: string,
): void {
  for (const { name } of given)
    if (!parameters.has(name)) throw new BuiltinError(`Unknown argument "${name}" on ${owner}`);
}

function checkProvided(
  given: readonly QueryArgument[],
  parameters: ReadonlyMap<string, ParameterDefinition>,
  owner: string,
): void {
  for (const { name, type, hasDefault } of parameters.values()) {
    if (!type.nonNull || hasDefault || given.some((argument) => argument.name === name)) continue;
    throw new BuiltinError(
      `${owner} argument "${name}" of type "${typeText(type)}" is required, but it was not provided`,
    );
  }
}

function checkOnce(given: readonly QueryArgument[]): void {
  const seen = new Set<string>();
  for (const { name } of given) {
    if (seen.has(name)) throw new BuiltinError(`There can be only one argument named "${name}"`);
    seen.add(name);
  }
}

function checkLeaf({ name, definition, selections }: QueryField, { schema }: QueryWalk): void {
  const type = definition === undefined ? undefined : schema.types.get(innermostName(definition.type));
  if (definition === undefined || type === undefined) return;
  const isLeaf = type.kind === "ENUM" || type.kind === "SCALAR";
  if (isLeaf && selections.length > 0)
    throw new BuiltinError(`Field "${name}" must not have a selection since type "${type.name}" has no subfields`);
  if (!isLeaf && selections.length === 0)
    throw new BuiltinError(
      `Field "${name}" of type "${typeText(definition.type)}" must have a selection of subfields. Did you mean "${name} { ... }"?`,
    );
}

/** Lists of introspection that lie in each other: their answers grow with a power of the schema's size. */
const MAX_LISTS = 3;
const LISTS: ReadonlySet<string> = new Set(["fields", "interfaces", "possibleTypes", "inputFields"]);

interface Descent {
  readonly walk: QueryWalk;
  /** Fragments that are being descended into. */
  readonly open: Set<string>;
}

function isTooDeep(descent: Descent, { name, selections }: QueryField, above: number): boolean {
  const lists = above + (LISTS.has(name) ? 1 : 0);
  return lists >= MAX_LISTS || areTooDeep(descent, selections, lists);
}

function areTooDeep(descent: Descent, selections: readonly QuerySelection[], lists: number): boolean {
  const { walk, open } = descent;
  return selections.some((selection) => {
    spend(walk, 1);
    if (selection.kind === "field") return isTooDeep(descent, selection, lists);
    if (selection.kind === "inline") return areTooDeep(descent, selection.selections, lists);
    const { name, definition } = selection;
    if (definition === undefined || open.has(name)) return false;
    open.add(name);
    const tooDeep = areTooDeep(descent, definition.selections, lists);
    open.delete(name);
    return tooDeep;
  });
}
