import { GRANT_NAMES } from "@flyball/builtins";
import type { SourceModules } from "@flyball/compiler";
import { UsageError } from "../usage-error.ts";

export interface GrantFlag {
  readonly grant: readonly string[];
}

export const GRANT_FLAG: {
  readonly type: "string";
  readonly multiple: true;
  readonly value: string;
  readonly help: string;
} = {
  type: "string",
  multiple: true,
  value: "NAME",
  help: "what the application will grant, or none; built-ins that need more are refused",
};

/** The compiler's option for `--grant`. Without it what reaches outside is warned of. Throws `UsageError` for names that are no grants. */
export function grantOptions({ grant }: GrantFlag): Pick<SourceModules, "grants"> {
  if (grant.length === 0) return { grants: "unknown" };
  const unknown = grant.find((name) => name !== "none" && !GRANT_NAMES.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`--grant ${unknown}: there is no such grant; there are ${GRANT_NAMES.join(", ")}, and none`);
  return { grants: grant.filter((name) => name !== "none") };
}
