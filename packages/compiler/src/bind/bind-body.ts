import { assertNever } from "../diagnostics/assert-never.ts";
import type { BodyNode, NotStatementNode, StatementNode, TermStatementNode } from "../syntax/nodes.ts";
import { bindAssignment } from "./bind-assignment.ts";
import { bindCallStatement } from "./bind-call.ts";
import { enterBody } from "./bind-comprehension.ts";
import { bindEvery } from "./bind-every.ts";
import { declareLocal } from "./bind-name.ts";
import { bindSomeIn } from "./bind-some-in.ts";
import { type BodyState, report } from "./bind-state.ts";
import { bindUnderWith } from "./bind-with.ts";
import { checkUnused } from "./check-unused.ts";
import { assignmentOf } from "./declared-names.ts";
import type { DraftBody, DraftOperand } from "./draft.ts";

/** Resolves the names of a body, one statement after the other, and adds its statements to the state's. */
export function bindBody(body: BodyNode, state: BodyState): void {
  for (const statement of body) bindUnderWith(statement.with, state, (within) => bindStatement(statement, within));
}

function bindStatement(node: StatementNode, state: BodyState): void {
  switch (node.kind) {
    case "term-statement":
      bindTermStatement(node, state);
      return;
    case "not-statement":
      bindNot(node, state);
      return;
    case "not-body": {
      const { body, implicit } = bindOperand(node, state);
      state.support.push({ kind: "not-body", body, implicit, with: [], span: node.span });
      return;
    }
    case "logical": {
      const left = bindOperand(node.left, state);
      const right = bindOperand(node.right, state);
      state.support.push({ kind: "logical", operator: node.operator, left, right, with: [], span: node.span });
      return;
    }
    case "some-declaration":
      for (const name of node.names) {
        if (name.name !== "_") declareLocal(name, "declared", state);
        else report(state.policy, { code: "rego_compile_error", span: name.span, message: "declared var _ unused" });
      }
      return;
    case "some-in":
      bindSomeIn(node, state);
      return;
    case "every":
      bindEvery(node, state);
      return;
    default:
      assertNever(node);
  }
}

function bindTermStatement(node: TermStatementNode, state: BodyState): void {
  const assignment = assignmentOf(node);
  if (assignment !== undefined) bindAssignment(assignment, state, node.span);
  else if (node.term.kind === "call") bindCallStatement(node.term, state);
  else state.support.push({ kind: "holds", term: state.bind.term(node.term, state), with: [], span: node.span });
}

function bindNot({ statement, scoped, span }: NotStatementNode, state: BodyState): void {
  if (!acceptNested(statement, state)) return;
  if (scoped) {
    const body = bindImplicit([statement], state);
    state.support.push({ kind: "not-body", body, implicit: true, with: [], span });
    return;
  }
  bindBody([statement], state);
  const negated = state.support.pop();
  if (negated === undefined) return;
  switch (negated.kind) {
    case "holds":
    case "unify":
    case "call":
    case "every":
      state.support.push({ kind: "not", statement: negated, with: [], span });
      return;
    default:
      report(state.policy, { code: "rego_compile_error", span, message: "this cannot be negated" });
  }
}

/** An operand of `and`, `or` or a negation: with a scope of its own where it is written between braces. */
function bindOperand(
  { body, written }: { readonly body: BodyNode; readonly written: string },
  state: BodyState,
): DraftOperand {
  if (written === "braces") {
    const inner = enterBody(body, state);
    bindBody(body, inner);
    checkUnused(inner);
    return { body: inner.support, implicit: false };
  }
  for (const statement of body) if (!acceptNested(statement, state)) return { body: [], implicit: true };
  return { body: bindImplicit(body, state), implicit: true };
}

function bindImplicit(body: BodyNode, state: BodyState): DraftBody {
  const inner: BodyState = { ...state, support: [] };
  bindBody(body, inner);
  return inner.support;
}

/** Declares nothing: what it would bind could not be seen. */
function acceptNested(statement: StatementNode, { policy }: BodyState): boolean {
  if (statement.kind !== "term-statement" || assignmentOf(statement) === undefined) return true;
  const message = "cannot assign vars inside negated expression or operand";
  const suggestion = "Compare with `==`, or assign before.";
  report(policy, { code: "rego_compile_error", span: statement.span, message, suggestion });
  return false;
}
