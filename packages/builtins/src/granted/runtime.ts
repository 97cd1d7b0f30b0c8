import type { BuiltinTable } from "../builtin-table.ts";
import type { BuiltinGrants } from "./grants.ts";

/** What the policy may know about where it runs. */
export function runtime({ runtime: describe }: BuiltinGrants): BuiltinTable {
  return describe === undefined ? {} : { "opa.runtime": () => describe() };
}
