import { bindPolicy } from "../../src/bind/bind-policy.ts";
import type { BoundPolicy } from "../../src/bind/bound.ts";
import { printBound } from "../../src/bind/print-bound.ts";
import { validateBound } from "../../src/bind/validate-bound.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import type { ModuleNode } from "../../src/syntax/nodes.ts";
import { parseModule } from "../../src/syntax/parse-module.ts";

/** Parses and binds modules that have no mistakes of syntax. */
export function bindText(
  texts: readonly string[],
  strict = false,
): { readonly policy: BoundPolicy | undefined; readonly diagnostics: readonly Diagnostic[] } {
  return bindPolicy({ modules: texts.map(parseText), strict });
}

export function parseText(text: string, index: number): ModuleNode {
  const { module, diagnostics } = parseModule({ file: `module-${index}.rego`, text });
  if (module === undefined) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  return module;
}

/** The bound form of one module, as text; throws where it has mistakes or breaks an invariant. */
export function boundText(text: string): string {
  const { policy, diagnostics } = bindText([text]);
  if (policy === undefined) throw new Error(diagnostics.map(({ code, message }) => `${code}: ${message}`).join("; "));
  const faults = validateBound(policy);
  if (faults.length > 0) throw new Error(faults.join("; "));
  return printBound(policy).trim();
}
