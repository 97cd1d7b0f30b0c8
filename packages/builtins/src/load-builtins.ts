import type { BuiltinFunction } from "@flyball/engine";
import { BUILTIN_FAMILIES, type BuiltinFamily } from "./builtin-families.ts";
import type { BuiltinTable } from "./builtin-table.ts";
import type { BuiltinGrants } from "./granted/grants.ts";

const familyOf: ReadonlyMap<string, BuiltinFamily> = new Map(
  BUILTIN_FAMILIES.flatMap((family) => family.names.map((name) => [name, family] as const)),
);

/** Whether a built-in of that Rego name is carried here. One that reaches outside is loaded only with its grant: see `neededGrant`. */
export function hasBuiltin(name: string): boolean {
  return familyOf.has(name);
}

/** The grant that a built-in needs to be loaded, if it needs one. */
export function neededGrant(name: string): keyof BuiltinGrants | undefined {
  return familyOf.get(name)?.needs;
}

/** The names of the grants without which some built-in is not loaded. */
export const GRANT_NAMES: readonly string[] = [...new Set(BUILTIN_FAMILIES.flatMap(({ needs }) => needs ?? []))];

export interface LoadBuiltinsOptions {
  /** What policies may reach outside for. Default: nothing. */
  readonly grants?: BuiltinGrants;
}

/**
 * The built-ins of the given Rego names. Left out are names that are not carried here, and built-ins that need a grant which is not given; an engine that is handed the result refuses a
 * policy which needs one of those. With an engine: `loadPolicy(bytes, { builtins: (names) => loadBuiltins(names, { grants }) })`.
 */
export async function loadBuiltins(
  names: Iterable<string>,
  { grants = {} }: LoadBuiltinsOptions = {},
): Promise<ReadonlyMap<string, BuiltinFunction>> {
  const tables = new Map<BuiltinFamily, Promise<BuiltinTable>>();
  const found = new Map<string, BuiltinFunction>();
  for (const name of names) {
    const family = familyOf.get(name);
    if (family === undefined) continue;
    const loading = tables.get(family) ?? family.load(grants);
    tables.set(family, loading);
    const builtin = (await loading)[name];
    if (builtin !== undefined) found.set(name, builtin);
  }
  return found;
}
