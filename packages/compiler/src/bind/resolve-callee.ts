import { type BuiltinDeclaration, findBuiltin } from "../builtins/builtin-table.ts";
import { pathKey } from "../documents/path-key.ts";
import type { CallNode } from "../syntax/nodes.ts";
import { type BodyState, globalPath, newVar, report } from "./bind-state.ts";
import { lookUp } from "./local-scope.ts";
import type { IndexedRule } from "./rule-index.ts";
import { suggestCallee } from "./suggest-callee.ts";

export type ResolvedCallee =
  | { readonly kind: "builtin"; readonly name: string; readonly declaration: BuiltinDeclaration }
  | { readonly kind: "function"; readonly path: readonly string[]; readonly arity: number };

/** What is called, or undefined where that is reported. */
export function resolveCallee(node: CallNode, state: BodyState): ResolvedCallee | undefined {
  const [first = "", ...rest] = node.operator;
  noteCall(node, state);
  if (node.written === "call") {
    if (isShadowed(first, state)) {
      const message = `called function ${node.operator.join(".")} shadowed`;
      const suggestion = `Rename the variable ${first}.`;
      report(state.policy, { code: "rego_compile_error", span: node.operatorSpan, message, suggestion });
      return undefined;
    }
    const path = globalPath(first, state);
    const [root, ...steps] = path === undefined ? node.operator : [...path, ...rest];
    if (root === "data") return resolvePath(steps, { node, state });
    if (path !== undefined) return undefinedFunction(node, state);
  }
  const name = node.operator.join(".");
  const declaration = findBuiltin(name);
  if (declaration === undefined) return undefinedFunction(node, state);
  if (declaration.deprecated && (state.module.regoVersion === 1 || state.policy.strict)) {
    const message = `deprecated built-in function calls in expression: ${name}`;
    report(state.policy, { code: "rego_type_error", span: node.operatorSpan, message });
  }
  return { kind: "builtin", name, declaration };
}

/** What is called cannot be declared further down in the same body. */
function noteCall({ operator: [name = ""], operatorSpan }: CallNode, { policy, locals, covered }: BodyState): void {
  if (covered?.names.has(name) !== true || lookUp(locals, name) !== undefined) return;
  locals.names.set(name, { id: newVar(policy, name, operatorSpan), occurrence: "seen", uses: 1 });
}

function isShadowed(name: string, state: BodyState): boolean {
  const local = lookUp(state.locals, name);
  return local !== undefined && local.occurrence !== "seen" && local.occurrence !== "foreseen";
}

function resolvePath(
  path: readonly string[],
  { node, state }: { readonly node: CallNode; readonly state: BodyState },
): ResolvedCallee | undefined {
  const rule: IndexedRule | undefined = state.policy.rules.rules.get(pathKey(path));
  // A rule without parameters is a document, also where it was written `p()`: it cannot be called.
  if (rule?.arity === undefined) return undefinedFunction(node, state);
  return { kind: "function", path, arity: rule.arity };
}

function undefinedFunction(node: CallNode, state: BodyState): undefined {
  const message = `undefined function ${node.operator.join(".")}`;
  const suggestion = suggestCallee(node.operator, state);
  report(state.policy, {
    code: "rego_type_error",
    span: node.operatorSpan,
    message,
    ...(suggestion === undefined ? {} : { suggestion }),
  });
  return undefined;
}
