import { BuiltinError } from "@flyball/engine";
import type { QueryDocument, QueryFragment, QuerySelection, QuerySpread } from "./query-document.ts";
import type { SchemaType } from "./schema-types.ts";
import { type QueryVisitor, type QueryWalk, spend } from "./walk-query.ts";

/** Fragments: on types that have fields, used, without circles, spread where they can match. Source: the GraphQL specification, section 5.5. Made anew for each query, since it remembers. */
export function fragmentRules(): QueryVisitor {
  const used = new Set<string>();
  const names = new Set<string>();
  const visited = new Set<string>();
  let inDefinitions = false;
  return {
    inline: ({ typeCondition, parent }, walk) => {
      const type = walk.schema.types.get(typeCondition);
      if (type !== undefined && !isComposite(type))
        throw new BuiltinError(`Fragment cannot condition on non composite type "${typeCondition}"`);
      if (typeCondition !== "" && type === undefined) throw new BuiltinError(`Unknown type "${typeCondition}"`);
      checkPossible(parent, type, walk);
    },
    spread: ({ name, definition, parent }, walk) => {
      if (definition === undefined) throw new BuiltinError(`Unknown fragment "${name}"`);
      if (!inDefinitions) used.add(name);
      checkPossible(parent, walk.schema.types.get(definition.typeCondition), walk, name);
    },
    fragment: (fragment, walk) => {
      const { name, typeCondition } = fragment;
      const type = walk.schema.types.get(typeCondition);
      if (type === undefined) throw new BuiltinError(`Unknown type "${typeCondition}"`);
      if (!isComposite(type))
        throw new BuiltinError(`Fragment "${name}" cannot condition on non composite type "${typeCondition}"`);
      checkCycles(fragment, { walk, visited, path: [] });
      inDefinitions = true;
      if (!used.has(name)) throw new BuiltinError(`Fragment "${name}" is never used`);
      if (names.has(name)) throw new BuiltinError(`There can be only one fragment named "${name}"`);
      names.add(name);
    },
  };
}

function isComposite({ kind }: SchemaType): boolean {
  return kind === "OBJECT" || kind === "INTERFACE" || kind === "UNION";
}

/** Whether something of the type around a fragment can be of the fragment's type. */
function checkPossible(
  parent: SchemaType | undefined,
  type: SchemaType | undefined,
  { schema }: QueryWalk,
  name?: string,
): void {
  if (parent === undefined || type === undefined || !isComposite(parent) || !isComposite(type)) return;
  const around = parent.kind === "OBJECT" ? new Set([parent.name]) : schema.possible.get(parent.name);
  if (around?.isDisjointFrom(schema.possible.get(type.name) ?? new Set()) === false) return;
  const subject = name === undefined ? "Fragment" : `Fragment "${name}"`;
  throw new BuiltinError(
    `${subject} cannot be spread here as objects of type "${parent.name}" can never be of type "${type.name}"`,
  );
}

interface CycleSearch {
  readonly walk: QueryWalk;
  /** Fragments below which all is known. */
  readonly visited: Set<string>;
  /** The fragments on the way here. */
  readonly path: string[];
}

function checkCycles(fragment: QueryFragment, search: CycleSearch): void {
  const { walk, visited, path } = search;
  if (visited.has(fragment.name)) return;
  visited.add(fragment.name);
  path.push(fragment.name);
  for (const { name } of spreadsIn(fragment.selections, walk)) {
    const from = path.indexOf(name);
    if (from >= 0) {
      const via = path.slice(from + 1).map((step) => `"${step}"`);
      throw new BuiltinError(
        `Cannot spread fragment "${name}" within itself${via.length === 0 ? "" : ` via ${via.join(", ")}`}`,
      );
    }
    const inner = fragmentNamed(walk.document, name);
    if (inner !== undefined) checkCycles(inner, search);
  }
  path.pop();
}

function fragmentNamed({ fragmentNamed: named }: QueryDocument, name: string): QueryFragment | undefined {
  return named.get(name);
}

function spreadsIn(selections: readonly QuerySelection[], walk: QueryWalk): readonly QuerySpread[] {
  const spreads: QuerySpread[] = [];
  const rest = [selections];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    spend(walk, next.length);
    for (const selection of next) {
      if (selection.kind === "spread") spreads.push(selection);
      else rest.push(selection.selections);
    }
  }
  return spreads;
}
