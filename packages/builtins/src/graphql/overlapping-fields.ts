import { BuiltinError } from "@flyball/engine";
import {
  type QueryArgument,
  type QueryField,
  type QueryFragment,
  type QuerySelection,
  type QuerySpread,
  type QueryValue,
  type TypeReference,
  typeText,
} from "./query-document.ts";
import { OBJECT_VALUE, type QueryVisitor, type QueryWalk, spend } from "./walk-query.ts";

/**
 * Fields that answer under the same name must be the same field: the one rule that compares parts of a query with each other, through fragments. It finds the first conflict in the order of
 * gqlparser, whose steps follow graphql-js. Source: the GraphQL specification, section 5.3.2. Made anew for each query, since pairs of fragments are compared once.
 */
export function overlappingFields(): QueryVisitor {
  const pairs = new Map<string, boolean>();
  const check = (selections: readonly QuerySelection[], walk: QueryWalk) => {
    const conflict = conflictWithin(selections, { walk, pairs, compared: new Set() });
    if (conflict !== undefined)
      throw new BuiltinError(
        `Fields "${conflict.name}" conflict because ${conflict.reason}. Use different aliases on the fields to fetch both if this was intentional`,
      );
  };
  return {
    operation: ({ selections }, walk) => check(selections, walk),
    // A fragment's own fields are looked at when the fragment is.
    field: ({ selections }, walk) => {
      if (walk.operation !== undefined) check(selections, walk);
    },
    inline: ({ selections }, walk) => check(selections, walk),
    fragment: ({ selections }, walk) => check(selections, walk),
  };
}

interface Conflict {
  readonly name: string;
  readonly reason: string;
}

interface Comparison {
  readonly walk: QueryWalk;
  /** Pairs of fragments that were compared, and whether as ones of which only one can apply. */
  readonly pairs: Map<string, boolean>;
  /** Fragments that were compared with the fields at hand. */
  compared: Set<string>;
}

interface Collected {
  /** By the name under which they answer. */
  readonly fields: ReadonlyMap<string, readonly QueryField[]>;
  readonly spreads: readonly QuerySpread[];
}

function collect(selections: readonly QuerySelection[], { walk }: Comparison): Collected {
  const fields = new Map<string, QueryField[]>();
  const spreads: QuerySpread[] = [];
  const visit = (each: readonly QuerySelection[]) => {
    spend(walk, each.length);
    for (const selection of each) {
      if (selection.kind === "inline") visit(selection.selections);
      else if (selection.kind === "spread") spreads.push(selection);
      else {
        const name = responseName(selection);
        const known = fields.get(name);
        if (known === undefined) fields.set(name, [selection]);
        else known.push(selection);
      }
    }
  };
  visit(selections);
  return { fields, spreads };
}

function responseName({ alias, name }: QueryField): string {
  return alias === "" ? name : alias;
}

function conflictWithin(selections: readonly QuerySelection[], comparison: Comparison): Conflict | undefined {
  if (selections.length === 0) return undefined;
  const { fields, spreads } = collect(selections, comparison);
  for (const same of fields.values())
    for (const [index, field] of same.entries())
      for (const other of same.slice(index + 1)) {
        const conflict = conflictOf(field, other, { comparison, exclusive: false });
        if (conflict !== undefined) return conflict;
      }
  comparison.compared = new Set();
  for (const [index, spread] of spreads.entries()) {
    const pair = { comparison, exclusive: false };
    const conflict =
      conflictWithFragment(fields, spread, pair) ??
      first(spreads.slice(index + 1), (other) => conflictOfFragments(spread, other, pair));
    if (conflict !== undefined) return conflict;
  }
  return undefined;
}

function first<T>(items: readonly T[], find: (item: T) => Conflict | undefined): Conflict | undefined {
  for (const item of items) {
    const conflict = find(item);
    if (conflict !== undefined) return conflict;
  }
  return undefined;
}

interface Pair {
  readonly comparison: Comparison;
  /** Whether the two lie in parts of which only one can apply: then they may be different fields, but must have the same shape. */
  readonly exclusive: boolean;
}

function conflictWithFragment(fields: Collected["fields"], spread: QuerySpread, pair: Pair): Conflict | undefined {
  const { comparison } = pair;
  const { definition } = spread;
  if (comparison.compared.has(spread.name)) return undefined;
  comparison.compared.add(spread.name);
  if (definition === undefined) return undefined;
  const inner = collect(definition.selections, comparison);
  if (areSame(fields, inner.fields)) return undefined;
  return (
    conflictBetween(fields, inner.fields, pair) ??
    first(inner.spreads, (each) => (each.name === spread.name ? undefined : conflictWithFragment(fields, each, pair)))
  );
}

/** A fragment is not compared with itself. */
function areSame(a: Collected["fields"], b: Collected["fields"]): boolean {
  if (a.size !== b.size) return false;
  for (const [name, fields] of a) {
    const others = b.get(name);
    if (others?.length !== fields.length || fields.some((field, index) => field !== others[index])) return false;
  }
  return true;
}

function conflictOfFragments(a: QuerySpread, b: QuerySpread, pair: Pair): Conflict | undefined {
  const { comparison, exclusive } = pair;
  if (a.name === b.name || wereCompared(a, b, pair)) return undefined;
  comparison.pairs.set(`${a.name} ${b.name}`, exclusive);
  comparison.pairs.set(`${b.name} ${a.name}`, exclusive);
  if (a.definition === undefined || b.definition === undefined) return undefined;
  const [one, other] = [collectOf(a.definition, comparison), collectOf(b.definition, comparison)];
  return (
    conflictBetween(one.fields, other.fields, pair) ??
    first(other.spreads, (spread) => conflictOfFragments(a, spread, pair)) ??
    first(one.spreads, (spread) => conflictOfFragments(spread, b, pair))
  );
}

function collectOf({ selections }: QueryFragment, comparison: Comparison): Collected {
  return collect(selections, comparison);
}

/** A pair compared without exclusion need not be compared with it. */
function wereCompared(a: QuerySpread, b: QuerySpread, { comparison, exclusive }: Pair): boolean {
  const before = comparison.pairs.get(`${a.name} ${b.name}`);
  return before !== undefined && (exclusive || !before);
}

function conflictBetween(a: Collected["fields"], b: Collected["fields"], pair: Pair): Conflict | undefined {
  for (const [name, fields] of a)
    for (const field of fields)
      for (const other of b.get(name) ?? []) {
        const conflict = conflictOf(field, other, pair);
        if (conflict !== undefined) return conflict;
      }
  return undefined;
}

function conflictOf(a: QueryField, b: QueryField, { comparison, exclusive: outer }: Pair): Conflict | undefined {
  spend(comparison.walk, 1);
  if (a.parent === undefined || b.parent === undefined) return undefined;
  const exclusive =
    outer ||
    (a.parent.name !== b.parent.name &&
      a.parent.kind === "OBJECT" &&
      b.parent.kind === "OBJECT" &&
      a.definition !== undefined &&
      b.definition !== undefined);
  const name = responseName(a);
  if (!exclusive) {
    if (a.name !== b.name) return { name, reason: `"${a.name}" and "${b.name}" are different fields` };
    if (!sameArguments(a.arguments, b.arguments, comparison)) return { name, reason: "they have differing arguments" };
  }
  if (a.definition !== undefined && b.definition !== undefined) {
    const [one, other] = [a.definition.type, b.definition.type];
    if (typesConflict(one, other, comparison))
      return { name, reason: `they return conflicting types "${typeText(one)}" and "${typeText(other)}"` };
  }
  const inner = conflictOfSelections(a.selections, b.selections, { comparison, exclusive });
  return inner === undefined
    ? undefined
    : { name, reason: `subfields "${inner.name}" conflict because ${inner.reason}` };
}

function conflictOfSelections(
  a: readonly QuerySelection[],
  b: readonly QuerySelection[],
  pair: Pair,
): Conflict | undefined {
  const { comparison } = pair;
  const [one, other] = [collect(a, comparison), collect(b, comparison)];
  const withFragments = (fields: Collected["fields"], spreads: readonly QuerySpread[]) =>
    first(spreads, (spread) => {
      comparison.compared = new Set();
      return conflictWithFragment(fields, spread, pair);
    });
  return (
    conflictBetween(one.fields, other.fields, pair) ??
    withFragments(one.fields, other.spreads) ??
    withFragments(other.fields, one.spreads) ??
    first(one.spreads, (spread) => first(other.spreads, (each) => conflictOfFragments(spread, each, pair)))
  );
}

function sameArguments(a: readonly QueryArgument[], b: readonly QueryArgument[], { walk }: Comparison): boolean {
  spend(walk, a.length * b.length);
  return (
    a.length === b.length &&
    a.every(({ name, value }) => b.some((other) => other.name === name && sameValue(other.value, value, walk)))
  );
}

function sameValue(a: QueryValue, b: QueryValue, walk: QueryWalk): boolean {
  spend(walk, 1);
  if (a.kind !== b.kind || a.raw !== b.raw || a.children.length !== b.children.length) return false;
  // The order of an object's fields means nothing.
  const order = (children: readonly QueryArgument[]) =>
    a.kind === OBJECT_VALUE
      ? children.toSorted((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0))
      : children;
  const others = order(b.children);
  return order(a.children).every((child, index) => {
    const other = others[index];
    return other !== undefined && child.name === other.name && sameValue(child.value, other.value, walk);
  });
}

function typesConflict(a: TypeReference, b: TypeReference, comparison: Comparison): boolean {
  if (a.element !== undefined || b.element !== undefined)
    return a.element === undefined || b.element === undefined || typesConflict(a.element, b.element, comparison);
  if (a.nonNull !== b.nonNull) return true;
  const { types } = comparison.walk.schema;
  const [one, other] = [types.get(a.name), types.get(b.name)];
  const isLeaf = (kind: string | undefined) => kind === "SCALAR" || kind === "ENUM";
  return isLeaf(one?.kind) && isLeaf(other?.kind) && a.name !== b.name;
}
