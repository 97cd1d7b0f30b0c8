import { BuiltinError, type BuiltinFunction, type BuiltinGrants, hasBuiltin, loadBuiltins } from "@flyball/builtins";
import { COMPILER_VERSION, parseModuleValue } from "@flyball/compiler";
import { makeObject } from "@flyball/engine/values";

/**
 * The built-ins of the given names, as the command line grants them: randomness, the parser, and what `opa.runtime` tells, without the process's environment. Requests and look-ups of names take longer than one turn of a
 * program and are not granted: tests replace them by `with`. A built-in that cannot be had is one that ends an evaluation which calls it, and no other. `print` takes what policies print.
 */
export async function grantedBuiltins(
  names: readonly string[],
  print?: (line: string) => void,
): Promise<ReadonlyMap<string, BuiltinFunction>> {
  const builtins = new Map(await loadBuiltins(names, { grants: grants(print) }));
  for (const name of names) {
    if (builtins.has(name)) continue;
    builtins.set(name, () => {
      throw new BuiltinError(missingText(name), { fatal: true });
    });
  }
  return builtins;
}

function missingText(name: string): string {
  return hasBuiltin(name)
    ? "not granted on the command line; tests replace it by `with`, applications grant it"
    : "not carried yet (docs/reference/built-ins.md)";
}

function grants(print: ((line: string) => void) | undefined): BuiltinGrants {
  return {
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    runtime: () =>
      makeObject([
        ["version", COMPILER_VERSION],
        ["env", {}],
        ["config", {}],
      ]),
    parseModule: parseModuleValue,
    ...(print === undefined ? {} : { print }),
  };
}
