import type { SourceModules } from "@flyball/compiler";
import type { Flag, FlagsOf } from "../command.ts";
import { UsageError } from "../usage-error.ts";
import { LIMIT_FLAGS, type LimitFlags } from "./source-limits.ts";

/** Flags of every command that reads Rego. */
export interface SourceFlags extends LimitFlags {
  readonly "v0-compatible": boolean;
  readonly "max-nesting": string | undefined;
}

export const SOURCE_FLAGS: FlagsOf<SourceFlags> = {
  "v0-compatible": { type: "boolean", help: "read Rego as v0, the language before OPA 1.0" },
  "max-nesting": { type: "string", value: "N", help: "how deep brackets and bodies may nest (500)" },
  ...LIMIT_FLAGS,
};

export interface JsonFlag {
  readonly json: boolean;
}

export const JSON_FLAG: Flag & { readonly type: "boolean" } = { type: "boolean", help: "machine-readable output" };

/** The compiler's options that follow from the flags. */
export function languageOptions(flags: SourceFlags): Pick<SourceModules, "regoVersion" | "maxNesting"> {
  const nesting = countOf("max-nesting", flags["max-nesting"]);
  return {
    regoVersion: flags["v0-compatible"] ? 0 : 1,
    ...(nesting === undefined ? {} : { maxNesting: nesting }),
  };
}

/** A flag's value that must be a whole number from 1. */
export function countOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`--${flag} ${text}: must be a whole number from 1`);
  return Number(text);
}
