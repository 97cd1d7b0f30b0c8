import { BuiltinError } from "@flyball/engine";
import type { BuiltinTable } from "../builtin-table.ts";
import { stringAt } from "../operand.ts";
import type { BuiltinGrants } from "./grants.ts";

/** Modules as values. The parser is the compiler's, which is no part of what serves unless an application brings it. */
export function moduleParsing({ parseModule }: BuiltinGrants): BuiltinTable {
  if (parseModule === undefined) return {};
  return {
    "rego.parse_module": (args) => {
      const [file, text] = [stringAt(args, 0), stringAt(args, 1)];
      try {
        return parseModule(file, text);
      } catch (error) {
        if (error instanceof BuiltinError) throw error;
        throw new BuiltinError(error instanceof Error ? error.message : String(error));
      }
    },
  };
}
