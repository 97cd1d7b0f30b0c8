import { compile } from "@flyball/compiler";
import { compileHostile } from "../hostile/compile-hostile.ts";
import { tradeModule } from "../opa/trade-module.ts";

const LIMITS = `package p
default decision := "DENY"
decision := "ALLOW" if { input.amount > 0; input.amount <= data.limits[input.role].allow }
else := "MANUAL_REVIEW" if input.amount <= data.limits[input.role].review
pairs := [[x, y] | some x in input.xs; some y in input.xs; x < y]
hashed := crypto.sha256(input.text)`;

/** What bad modules are made from. */
export function goodModules(): Readonly<Record<string, Uint8Array>> {
  const compiled = (options: object): Uint8Array => {
    const { wasm } = compile({
      modules: { "p.rego": LIMITS },
      entrypoints: ["p/decision", "p/pairs", "p/hashed"],
      ...options,
    });
    return wasm as Uint8Array;
  };
  return {
    "with data set at load": compiled({}),
    "with data inside": compiled({ data: { limits: { junior: { allow: 1, review: 2 } } } }),
    hostile: compileHostile(),
    "made by OPA": tradeModule(),
  };
}
