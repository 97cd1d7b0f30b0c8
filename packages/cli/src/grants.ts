import type { BuiltinGrants } from "@flyball/builtins";
import { COMPILER_VERSION } from "@flyball/compiler";
import { makeObject } from "@flyball/engine/values";

/**
 * What policies may reach outside for when the command line evaluates them: randomness, and what `opa.runtime` tells, without the process's environment. Requests and look-ups of names take longer than one turn
 * of a program and are not granted: tests replace them by `with`.
 */
export function commandGrants(print?: (line: string) => void): BuiltinGrants {
  return {
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    runtime: () =>
      makeObject([
        ["version", COMPILER_VERSION],
        ["env", {}],
        ["config", {}],
      ]),
    ...(print === undefined ? {} : { print }),
  };
}
