import type { CallNode } from "../syntax/nodes.ts";
import { bindPrint } from "./bind-print.ts";
import { type BodyState, madeVar, report } from "./bind-state.ts";
import type { Callee } from "./bound.ts";
import type { DraftTerm } from "./draft.ts";
import { constantTerm } from "./fold-constants.ts";
import { metadataChain, ruleMetadata } from "./metadata/rule-metadata.ts";
import { type ResolvedCallee, resolveCallee } from "./resolve-callee.ts";

/** A call in a term: a statement that puts the result into a variable, and that variable. */
export function bindCallTerm(node: CallNode, state: BodyState): DraftTerm {
  const callee = resolveCallee(node, state);
  const args = node.args.map((arg) => state.bind.term(arg, state));
  const metadata = bindMetadata(callee, node, state);
  if (metadata !== undefined) return metadata;
  if (callee === undefined) return bindAnything(args, node, state);
  if (isVoid(callee)) {
    report(state.policy, { code: "rego_type_error", span: node.span, message: `${nameOf(callee)} has no value` });
    return bindAnything(args, node, state);
  }
  if (!checkArity({ node, callee, state, most: arityOf(callee) })) return bindAnything(args, node, state);
  if (state.inTemplate) {
    if (isRelation(callee)) {
      const message = `illegal call to relation built-in '${nameOf(callee)}' that may cause multiple outputs`;
      report(state.policy, { code: "rego_compile_error", span: node.span, message });
      return constantTerm(null, node.span);
    }
    return { kind: "call", callee: calleeOf(callee), args, span: node.span };
  }
  const output = madeVar(state.policy, node.span);
  pushCall({ node, callee, args, output, state });
  return output;
}

/** A call as a statement; with one argument more than parameters the last is unified with the result. */
export function bindCallStatement(node: CallNode, state: BodyState): void {
  const callee = resolveCallee(node, state);
  if (callee?.kind === "builtin" && callee.name === "print") {
    bindPrint(node, state);
    return;
  }
  if (callee?.kind === "builtin" && callee.name === "eq") {
    const [left, right] = node.args;
    if (left === undefined || right === undefined || node.args.length > 2) {
      checkArity({ node, callee, state, most: 2 });
      return;
    }
    const sides = { left: state.bind.term(left, state), right: state.bind.term(right, state) };
    state.support.push({ kind: "unify", ...sides, assignment: false, with: [], span: node.span });
    return;
  }
  const args = node.args.map((arg) => state.bind.term(arg, state));
  if (callee === undefined) {
    bindAnything(args, node, state);
    return;
  }
  const metadata = bindMetadata(callee, node, state);
  if (metadata !== undefined) {
    const [output] = args;
    const base = { with: [], span: node.span };
    if (output === undefined) state.support.push({ kind: "holds", term: metadata, ...base });
    else state.support.push({ kind: "unify", left: output, right: metadata, assignment: false, ...base });
    return;
  }
  const arity = arityOf(callee);
  if (!checkArity({ node, callee, state, most: isVoid(callee) ? arity : arity + 1 })) {
    bindAnything(args, node, state);
    return;
  }
  const output = args[arity] ?? (isRelation(callee) ? madeVar(state.policy, node.span) : undefined);
  pushCall({ node, callee, args: args.slice(0, arity), output, state });
}

/** What a rule asks about its own annotations is known now. */
function bindMetadata(callee: ResolvedCallee | undefined, { span }: CallNode, state: BodyState): DraftTerm | undefined {
  if (callee?.kind !== "builtin") return undefined;
  const { rule, module, policy } = state;
  switch (callee.name) {
    case "rego.metadata.rule":
      return constantTerm(rule === undefined ? {} : ruleMetadata(rule, policy.annotations()), span);
    case "rego.metadata.chain": {
      if (rule === undefined) return constantTerm([], span);
      return constantTerm(metadataChain({ rule, packagePath: module.packagePath }, policy.annotations()), span);
    }
    default:
      return undefined;
  }
}

/** In place of a call that is wrong: what it might bind counts as bound, so that variables are unsafe for reasons of their own only. */
function bindAnything(args: readonly DraftTerm[], { span }: CallNode, state: BodyState): DraftTerm {
  const output = madeVar(state.policy, span);
  const left: DraftTerm = { kind: "array", items: [...args, output], span };
  const right: DraftTerm = { kind: "ref", root: { kind: "input" }, operands: [], span };
  if (!state.inTemplate) state.support.push({ kind: "unify", left, right, assignment: false, with: [], span });
  return output;
}

function pushCall(call: {
  readonly node: CallNode;
  readonly callee: ResolvedCallee;
  readonly args: readonly DraftTerm[];
  readonly output: DraftTerm | undefined;
  readonly state: BodyState;
}): void {
  const { node, callee, args, output, state } = call;
  const relation = isRelation(callee);
  state.support.push({ kind: "call", callee: calleeOf(callee), args, output, relation, with: [], span: node.span });
}

function checkArity(check: {
  readonly node: CallNode;
  readonly callee: ResolvedCallee;
  readonly state: BodyState;
  /** Arguments, the output among them. */
  readonly most: number;
}): boolean {
  const { node, callee, state, most } = check;
  const arity = arityOf(callee);
  const given = node.args.length;
  if (given >= arity && given <= most) return true;
  const takes = `${arity} argument${arity === 1 ? "" : "s"}`;
  const parameters = callee.kind === "builtin" && arity > 0 ? `, (${callee.declaration.parameters.join(", ")})` : "";
  const message = `arity mismatch: ${nameOf(callee)} takes ${takes}${parameters}; got ${given}`;
  report(state.policy, { code: "rego_type_error", span: node.span, message });
  return false;
}

function arityOf(callee: ResolvedCallee): number {
  switch (callee.kind) {
    case "builtin":
      return callee.declaration.parameters.length;
    case "function":
      return callee.arity;
  }
}

function isVoid(callee: ResolvedCallee): boolean {
  return callee.kind === "builtin" && callee.declaration.result === undefined;
}

function isRelation(callee: ResolvedCallee): boolean {
  return callee.kind === "builtin" && callee.declaration.relation;
}

function nameOf(callee: ResolvedCallee): string {
  return callee.kind === "builtin" ? callee.name : `data.${callee.path.join(".")}`;
}

function calleeOf(callee: ResolvedCallee): Callee {
  if (callee.kind === "builtin") return { kind: "builtin", name: callee.name };
  return { kind: "function", path: callee.path };
}
