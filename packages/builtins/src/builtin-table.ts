import type { BuiltinFunction } from "@flyball/engine";

/** Built-ins of one family by their Rego names. */
export type BuiltinTable = Readonly<Record<string, BuiltinFunction>>;
