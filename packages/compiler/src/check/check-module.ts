import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ModuleNode } from "../syntax/nodes.ts";

/** Reports imports that hide each other, and rules named `input` or `data` (both allowed in Rego v0). */
export function checkModule({ imports, rules }: ModuleNode): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const seen = new Map<string, string>();
  for (const { path, alias, span } of imports) {
    const name = alias ?? path.at(-1) ?? "";
    const known = seen.get(name);
    if (known === undefined) {
      seen.set(name, path.join("."));
    } else {
      const message = `import must not shadow import ${known}`;
      const suggestion =
        known === path.join(".") ? "Remove one of the two." : "Give one of them another name with `as`.";
      diagnostics.push({ code: "rego_compile_error", severity: "error", span, message, suggestion });
    }
  }
  for (const { head } of rules) {
    const [{ name, span }] = head.ref;
    if (name !== "input" && name !== "data") continue;
    const message = `rules must not shadow ${name} (use a different rule name)`;
    diagnostics.push({ code: "rego_compile_error", severity: "error", span, message });
  }
  return diagnostics;
}
