import type { BuiltinFunction } from "@flyball/engine";
import type { BuiltinTable } from "./builtin-table.ts";

/** Families of built-ins: which names, and how they are loaded. A family is one module, so its library comes with the first use. */
const FAMILIES: readonly { readonly names: readonly string[]; readonly load: () => Promise<BuiltinTable> }[] = [
  { names: ["count", "sum", "product", "max", "min", "sort", "all", "any"], load: async () => (await import("./aggregates.ts")).aggregates },
];

const familyOf: ReadonlyMap<string, (typeof FAMILIES)[number]> = new Map(FAMILIES.flatMap((family) => family.names.map((name) => [name, family] as const)));

/** Whether a built-in of that Rego name is carried here. */
export function hasBuiltin(name: string): boolean {
  return familyOf.has(name);
}

/** The built-ins of the given Rego names, those that are carried here; names that are not are left out. */
export async function loadBuiltins(names: Iterable<string>): Promise<ReadonlyMap<string, BuiltinFunction>> {
  const found = new Map<string, BuiltinFunction>();
  for (const name of names) {
    const table = await familyOf.get(name)?.load();
    const builtin = table?.[name];
    if (builtin !== undefined) found.set(name, builtin);
  }
  return found;
}
