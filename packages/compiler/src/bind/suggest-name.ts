import { nearestWord } from "../diagnostics/nearest-word.ts";
import type { BodyState } from "./bind-state.ts";

/** Looking for what was meant takes time in proportion to the names that there are; so only the first mistakes get a suggestion. */
const MOST_MISTAKES = 100;

/** "Did you mean ...?" for a variable that nothing binds: a rule of the package, an import, `input` or a variable of the same body. */
export function suggestName(name: string, { policy, module, locals }: BodyState): string | undefined {
  if (policy.diagnostics.length > MOST_MISTAKES || name.length < 3) return undefined;
  const candidates = new Set([...module.globals.keys(), "input", "data", "true", "false", "null"]);
  for (const [local, { occurrence, uses }] of locals.names)
    if (occurrence === "assigned" || occurrence === "declared" || occurrence === "parameter" || uses > 1)
      candidates.add(local);
  const meant = nearestWord(name, candidates);
  return meant === undefined ? undefined : `Did you mean ${meant}?`;
}
