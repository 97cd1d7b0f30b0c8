import { allBuiltins } from "../builtins/builtin-table.ts";
import { nearestWord } from "../diagnostics/nearest-word.ts";
import type { BodyState } from "./bind-state.ts";

/** Looking for what was meant takes time in proportion to the functions that there are; so only the first mistakes get a suggestion. */
const MOST_MISTAKES = 100;

/** "Did you mean ...?" for a function that does not exist. */
export function suggestCallee(operator: readonly string[], state: BodyState): string | undefined {
  if (state.policy.diagnostics.length > MOST_MISTAKES) return undefined;
  const wanted = operator.join(".");
  const best = nearestWord(wanted, candidates(state));
  return best === undefined ? undefined : `Did you mean ${best}?`;
}

/** Built-ins, and functions as they can be written in this module. */
function* candidates({ policy, module }: BodyState): Iterable<string> {
  for (const name of allBuiltins().keys()) if (!name.startsWith("internal.")) yield name;
  for (const { path, arity } of policy.rules.rules.values()) {
    if (arity === undefined) continue;
    const own = module.packagePath.every((step, index) => path[index] === step);
    yield own ? path.slice(module.packagePath.length).join(".") : `data.${path.join(".")}`;
    for (const [name, [root, ...steps]] of module.globals) {
      if (root === "data" && steps.length <= path.length && steps.every((step, index) => path[index] === step)) {
        yield [name, ...path.slice(steps.length)].join(".");
      }
    }
  }
}
