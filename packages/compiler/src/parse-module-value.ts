import { BuiltinError } from "@flyball/builtins";
import type { RegoValue } from "@flyball/engine/values";
import { moduleValue } from "./syntax/module-value.ts";
import { parseModule } from "./syntax/parse-module.ts";

/** Longest text, in UTF-16 code units: the value is many times its size. */
const MAX_TEXT = 1 << 18;

/**
 * The grant `parseModule` of `@flyball/builtins`, for `rego.parse_module`: a module of Rego v1 as the JSON of its syntax tree, which is OPA's. Throws `BuiltinError` with the first mistake of a text that is none.
 *
 * ```ts
 * const builtins = await loadBuiltins(["rego.parse_module"], { grants: { parseModule: parseModuleValue } });
 * ```
 */
export function parseModuleValue(file: string, text: string): RegoValue {
  if (text.length > MAX_TEXT)
    throw new BuiltinError(`a module of ${text.length} characters is too long`, { fatal: true });
  const { module, diagnostics } = parseModule({ file, text });
  if (module === undefined) {
    const [first] = diagnostics.filter(({ severity }) => severity === "error");
    throw new BuiltinError(`${first?.code ?? "rego_parse_error"}: ${first?.message ?? "no module"}`);
  }
  return moduleValue(module, text);
}
