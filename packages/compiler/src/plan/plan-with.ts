import type { BoundStatement, BoundWith, VarId } from "../bind/bound.ts";
import { type CalleeReplacement, calleeKey, overlaps, type PlanContext } from "./plan-context.ts";
import { localOperand, type PlanScope, scanSolutions } from "./plan-scope.ts";
import { planStatement } from "./plan-statement.ts";
import { planTerm } from "./plan-term.ts";
import type { Operand, WithReplacement } from "./query-plan.ts";
import type { RuleNode } from "./rule-tree.ts";

/**
 * A statement under `with`: the replacing values are computed outside, the statement runs inside, and what it binds comes out through locals:
 * directly where it has one solution at most, as a collected list where it iterates.
 */
export function planWith(scope: PlanScope, statement: BoundStatement): void {
  const { builder, state } = scope;
  const { replacements, context } = planReplacements(scope, statement.with);
  if (replacements.length === 0) {
    // Functions only: their replacements are called directly, nothing has to be undone.
    planStatement({ ...scope, context }, statement);
    return;
  }

  const before = builder.boundVariables();
  const found = builder.local();
  let outputs: readonly { readonly variable: VarId; readonly inside: Operand }[] = [];
  let iterates = false;
  const solutions = builder.local();
  const body = builder.detached(() => {
    builder.forgetDocuments();
    builder.block((label) => {
      planStatement({ ...scope, context }, statement);
      outputs = [...builder.boundVariables()]
        .filter((variable) => !before.has(variable))
        .map((variable) => ({ variable, inside: builder.valueOf(variable) }));
      iterates = builder.iterates && outputs.length > 0;
      if (iterates) {
        const row = builder.local();
        builder.emit({ kind: "make-array", target: row, items: outputs.map(({ inside }) => inside) });
        builder.emit({ kind: "append", target: solutions, value: localOperand(row) });
      } else {
        builder.emit({ kind: "assign", target: found, source: state.constant(true) });
        builder.emit({ kind: "break", label });
      }
    });
  });

  if (iterates) {
    builder.emit({ kind: "new", target: solutions, form: "array" });
    builder.emit({ kind: "with", replacements, body });
    scanSolutions(
      scope,
      solutions,
      outputs.map(({ variable }) => variable),
    );
    return;
  }
  builder.emit({ kind: "clear", target: found });
  builder.emit({ kind: "with", replacements, body });
  builder.emit({ kind: "defined", source: found });
  for (const { variable, inside } of outputs) builder.bind(variable, inside);
}

interface Replacements {
  readonly replacements: readonly WithReplacement[];
  readonly context: PlanContext;
}

function planReplacements(scope: PlanScope, modifiers: readonly BoundWith[]): Replacements {
  const { state } = scope;
  const replacements: WithReplacement[] = [];
  const hidden = [...scope.context.hidden];
  const callees = new Map(scope.context.callees);
  for (const { target, replacement } of modifiers) {
    if (target.kind === "function" || target.kind === "builtin") {
      const callee =
        target.kind === "function"
          ? ({ kind: "function", path: target.path } as const)
          : ({ kind: "builtin", name: target.name } as const);
      callees.set(calleeKey(callee), planCalleeReplacement(scope, replacement, replacements));
      continue;
    }
    if (replacement.kind !== "value") continue;
    const value = planTerm(scope, replacement.term);
    replacements.push({ document: target.kind, path: target.path, value });
    if (target.kind === "data" && touchesRules(state.tree, target.path)) {
      // A later replacement below an earlier one patches it; the wider path hides all.
      if (!hidden.some((path) => path.every((step, index) => target.path[index] === step))) hidden.push(target.path);
    }
  }
  return { replacements, context: { hidden, callees } };
}

function planCalleeReplacement(
  scope: PlanScope,
  replacement: BoundWith["replacement"],
  documents: WithReplacement[],
): CalleeReplacement {
  if (replacement.kind === "callee") return { kind: "callee", callee: replacement.callee };
  const value = planTerm(scope, replacement.term);
  if (value.kind === "constant") return { kind: "constant", operand: value };
  const path = scope.state.reservedPath();
  documents.push({ document: "data", path, value });
  return { kind: "document", path };
}

/** Whether virtual documents lie at, above or below the path. */
function touchesRules(node: RuleNode, path: readonly string[]): boolean {
  if (node.rule !== undefined) return overlaps(node.path, path);
  const step = path[node.path.length];
  if (step === undefined) return true;
  const child = node.children.get(step);
  return child !== undefined && touchesRules(child, path);
}
