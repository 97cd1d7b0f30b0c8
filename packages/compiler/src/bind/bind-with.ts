import { findBuiltin } from "../builtins/builtin-table.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { pathKey } from "../documents/path-key.ts";
import type { TermNode, WithNode } from "../syntax/nodes.ts";
import { type BodyState, globalPath, report } from "./bind-state.ts";
import type { BoundWith, Callee } from "./bound.ts";
import { captureEvaluated } from "./capture-term.ts";
import type { DraftStatement, DraftWith } from "./draft.ts";

/** Binds what `bind` adds under the modifiers; their values are evaluated before and outside. */
export function bindUnderWith(nodes: readonly WithNode[], state: BodyState, bind: (within: BodyState) => void): void {
  if (nodes.length === 0) {
    bind(state);
    return;
  }
  const modifiers = nodes.flatMap((node) => bindWith(node, state) ?? []);
  const support: DraftStatement[] = [];
  bind({ ...state, support });
  for (const statement of support) state.support.push({ ...statement, with: [...modifiers, ...statement.with] });
}

function bindWith(node: WithNode, state: BodyState): DraftWith | undefined {
  const target = resolveTarget(node.target, state);
  if (target === undefined) return undefined;
  return { target, replacement: bindReplacement(node.value, target, state), span: node.span };
}

function bindReplacement(value: TermNode, target: BoundWith["target"], state: BodyState): DraftWith["replacement"] {
  if (target.kind === "function" || target.kind === "builtin") {
    const callee = resolveReplacement(value, target, state);
    if (callee !== undefined) return { kind: "callee", callee };
  }
  return { kind: "value", term: captureEvaluated(state.bind.term(value, state), state) };
}

function resolveTarget(node: TermNode, state: BodyState): BoundWith["target"] | undefined {
  const written = writtenPath(node);
  if (written === undefined) {
    return invalid(node, state, {
      code: "rego_compile_error",
      message: "with keyword target must be a path of constant text",
    });
  }
  const [first = "", ...rest] = written;
  const [root = "", ...path] = [...(globalPath(first, state) ?? [first]), ...rest];
  if (root === "input") return { kind: "input", path };
  if (root === "data") return resolveDataTarget(node, path, state);
  const name = written.join(".");
  const declaration = findBuiltin(name);
  if (declaration === undefined) {
    const message = "with keyword target must reference existing input, data, or a function";
    return invalid(node, state, { code: "rego_type_error", message });
  }
  const refusal = whyIrreplaceable(name);
  if (refusal !== undefined) {
    const message = `with keyword replacing built-in function: ${refusal}`;
    return invalid(node, state, { code: "rego_compile_error", message });
  }
  return { kind: "builtin", name };
}

function resolveDataTarget(node: TermNode, path: readonly string[], state: BodyState): BoundWith["target"] | undefined {
  const { rules } = state.policy.rules;
  for (let length = 0; length < path.length; length++) {
    if (rules.has(pathKey(path.slice(0, length)))) {
      const message = "with keyword cannot partially replace virtual document(s)";
      return invalid(node, state, { code: "rego_compile_error", message });
    }
  }
  const rule = rules.get(pathKey(path));
  return rule?.arity === undefined ? { kind: "data", path } : { kind: "function", path };
}

function whyIrreplaceable(name: string): string | undefined {
  const declaration = findBuiltin(name);
  if (name === "eq" || name === "rego.metadata.chain" || name === "rego.metadata.rule")
    return `replacement of "${name}" invalid`;
  if (name.startsWith("internal.")) return `replacement of internal function "${name}" invalid`;
  if (declaration?.relation === true) return "target must not be a relation";
  if (declaration?.result === undefined) return "target must not be a void function";
  return undefined;
}

/** The function or built-in that the value names, if it names one. */
function resolveReplacement(node: TermNode, target: BoundWith["target"], state: BodyState): Callee | undefined {
  const written = writtenPath(node);
  if (written === undefined) return undefined;
  const [first = "", ...rest] = written;
  const [root, ...path] = [...(globalPath(first, state) ?? [first]), ...rest];
  const callee = root === "data" ? functionAt(path, state) : builtinNamed(written.join("."));
  if (callee === undefined) return undefined;
  const wanted = calleeArity(target.kind === "builtin" ? target : { kind: "function", path: target.path }, state);
  const given = calleeArity(callee, state);
  if (wanted !== given) {
    const message = `with keyword: a function with ${wanted} parameters cannot be replaced by one with ${given}`;
    report(state.policy, { code: "rego_type_error", span: node.span, message });
  }
  return callee;
}

function functionAt(path: readonly string[], { policy }: BodyState): Callee | undefined {
  return policy.rules.rules.get(pathKey(path))?.arity === undefined ? undefined : { kind: "function", path };
}

function builtinNamed(name: string): Callee | undefined {
  return findBuiltin(name) === undefined ? undefined : { kind: "builtin", name };
}

function calleeArity(callee: Callee, { policy }: BodyState): number | undefined {
  if (callee.kind === "builtin") return findBuiltin(callee.name)?.parameters.length;
  return policy.rules.rules.get(pathKey(callee.path))?.arity;
}

/** `a.b["c"]` as names. */
function writtenPath(node: TermNode): readonly string[] | undefined {
  if (node.kind === "var") return [node.name];
  if (node.kind !== "ref" || node.head.kind !== "var") return undefined;
  const path = [node.head.name];
  for (const operand of node.operands) {
    if (operand.kind !== "string") return undefined;
    path.push(operand.value);
  }
  return path;
}

function invalid(node: TermNode, state: BodyState, mistake: Pick<Diagnostic, "code" | "message">): undefined {
  // Keeps names that only occur here from being reported as unused.
  state.bind.term(node, { ...state, support: [], policy: { ...state.policy, diagnostics: [] } });
  report(state.policy, { ...mistake, span: node.span });
  return undefined;
}
