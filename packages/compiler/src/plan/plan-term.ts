import type { BoundTerm, Callee } from "../bind/bound.ts";
import { InternalError } from "../diagnostics/internal-error.ts";
import { calleeKey, EMPTY_CONTEXT, type PlanContext } from "./plan-context.ts";
import { planReference } from "./plan-reference.ts";
import { ruleFunction } from "./plan-rule.ts";
import { localOperand, observe, type PlanScope } from "./plan-scope.ts";
import { planBody } from "./plan-statement.ts";
import type { Operand } from "./query-plan.ts";
import { descend } from "./rule-tree.ts";

type Term<K extends BoundTerm["kind"]> = Extract<BoundTerm, { kind: K }>;

/**
 * Plans a term as a value: what follows in the current scope runs once for each of its values, and not at all where it is undefined. Unbound variables
 * in reference operands become bound; others must be bound already.
 */
export function planTerm(scope: PlanScope, term: BoundTerm): Operand {
  const value = planValue(scope, term);
  if (term.kind !== "constant") observe(scope, { of: term.kind, span: term.span }, value);
  return value;
}

function planValue(scope: PlanScope, term: BoundTerm): Operand {
  const { builder, state } = scope;
  switch (term.kind) {
    case "constant":
      return state.constant(term.value);
    case "var":
      return builder.valueOf(term.id);
    case "ref":
      return planReference(scope, term);
    case "call":
      return planCall(scope, term);
    case "array": {
      const items = term.items.map((item) => planTerm(scope, item));
      const target = builder.local();
      builder.emit({ kind: "make-array", target, items });
      return localOperand(target);
    }
    case "set": {
      const items = term.items.map((item) => planTerm(scope, item));
      const target = builder.local();
      builder.emit({ kind: "make-set", target, items });
      return localOperand(target);
    }
    case "object": {
      const entries = term.entries.map(({ key, value }) => [planTerm(scope, key), planTerm(scope, value)] as const);
      const target = builder.local();
      builder.emit({ kind: "make-object", target, entries, site: state.site(term.span, "object keys must be unique") });
      return localOperand(target);
    }
    case "comprehension":
      return planComprehension(scope, term);
    case "template":
      return planTemplate(scope, term);
  }
}

function planCall(scope: PlanScope, term: Term<"call">): Operand {
  const args = term.args.map((arg) => planTerm(scope, arg));
  return planCallee(scope, { callee: term.callee, args, span: term.span });
}

interface Call {
  readonly callee: Callee;
  readonly args: readonly Operand[];
  readonly span: BoundTerm["span"];
}

/** A call on operands, after what `with` replaced. */
export function planCallee(scope: PlanScope, { callee, args, span }: Call): Operand {
  const { builder, state, context } = scope;
  const target = builder.local();
  const replacement = context.callees.get(calleeKey(callee));
  switch (replacement?.kind) {
    case "constant":
      return replacement.operand;
    case "document":
      builder.emit({ kind: "data", target, path: replacement.path });
      return localOperand(target);
    case "callee": {
      // OPA: inside a replacement no function is replaced; documents still are.
      const inner: PlanContext = { hidden: context.hidden, callees: EMPTY_CONTEXT.callees };
      return planCallee({ ...scope, context: inner }, { callee: replacement.callee, args, span });
    }
    case undefined:
      break;
  }
  if (callee.kind === "builtin") {
    const site = state.site(span, `${callee.name}: the built-in has an error`);
    builder.emit({ kind: "builtin", target, name: callee.name, args, site });
    return localOperand(target);
  }
  const { node, steps } = descend(state.tree, callee.path);
  if (node.rule === undefined || steps !== callee.path.length)
    throw new InternalError(`no function ${callee.path.join(".")}`);
  builder.emit({ kind: "call", target, function: ruleFunction(scope, node.rule), args });
  return localOperand(target);
}

function planComprehension(scope: PlanScope, term: Term<"comprehension">): Operand {
  const { builder, state } = scope;
  const target = builder.local();
  builder.emit({ kind: "new", target, form: term.form });
  builder.block(() => {
    planBody(scope, term.body);
    const key = term.key === undefined ? undefined : planTerm(scope, term.key);
    const value = planTerm(scope, term.head);
    if (key !== undefined)
      builder.emit({ kind: "insert", target, key, value, site: state.site(term.span, "object keys must be unique") });
    else builder.emit({ kind: term.form === "array" ? "append" : "add", target, value });
  });
  return localOperand(target);
}

/** As OPA: each expression becomes the set of its values, empty where it is undefined, and the built-in prints them. */
function planTemplate(scope: PlanScope, term: Term<"template">): Operand {
  const { builder, state } = scope;
  const items = term.parts.map((part): Operand => {
    if (typeof part === "string") return state.constant(part);
    const values = builder.local();
    builder.emit({ kind: "new", target: values, form: "set" });
    builder.block(() => builder.emit({ kind: "add", target: values, value: planTerm(scope, part) }));
    return localOperand(values);
  });
  const parts = builder.local();
  builder.emit({ kind: "make-array", target: parts, items });
  const target = builder.local();
  const site = state.site(term.span, "the template's text cannot be made");
  builder.emit({ kind: "builtin", target, name: "internal.template_string", args: [localOperand(parts)], site });
  return localOperand(target);
}
