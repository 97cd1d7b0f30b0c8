import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { loadBuiltins } from "@flyball/builtins";
import { type LoadPolicyOptions, loadPolicy, type Policy } from "@flyball/engine";

/** The module that OPA made of `fixtures/trade.rego`. */
export function tradeModule(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gunzipSync(readFileSync(new URL("fixtures/trade.wasm.gz", import.meta.url))));
}

export const LIMITS = {
  limits: { junior: { allow: 5000, review: 10_000 }, senior: { allow: 500_000, review: 1_000_000 } },
  names: { é: "accented", "": "empty" },
};

export function loadTrade(options: LoadPolicyOptions = {}): Promise<Policy> {
  return loadPolicy(tradeModule(), { data: LIMITS, builtins: loadBuiltins, clock: () => 42n, ...options });
}
