import { PATTERN, termVariables } from "../check/draft-variables.ts";
import type { BoundBody, BoundStatement, BoundTerm, BoundWith } from "./bound.ts";
import type { DraftCall, DraftNot, DraftOperand, DraftStatement, DraftTerm, DraftUnify, DraftWith } from "./draft.ts";
import type { SettleState } from "./settle-state.ts";
import { hoist, type Settled, settleSide, settleValue } from "./settle-term.ts";

/** Adds the bound form of a draft statement, and what has to stand before and after it, to the state's. */
export function settleStatement(statement: DraftStatement, outer: SettleState): void {
  const modifiers = statement.with.map((modifier) => settleWith(modifier, outer));
  const state: SettleState = { ...outer, statement, with: [...outer.with, ...modifiers] };
  const base = { with: state.with, span: statement.span };
  switch (statement.kind) {
    case "holds": {
      const { term, after } = settleSide(statement.term, state);
      state.out.push({ kind: "holds", term, ...base }, ...after);
      return;
    }
    case "unify": {
      const [left, right] = settleSides(statement, state);
      state.out.push({ kind: "unify", left: left.term, right: right.term, ...base }, ...left.after, ...right.after);
      return;
    }
    case "call":
      settleCall(statement, state);
      return;
    case "not":
      settleNot(statement, state);
      return;
    case "not-body": {
      const { body } = state.settleInner(statement.body, { bound: state.known, safety: state.safety });
      state.out.push({ kind: "not", body, ...base });
      return;
    }
    case "logical": {
      const left = settleOperand(statement.left, state);
      const right = settleOperand(statement.right, state);
      state.out.push({ ...combine(statement.operator, left, right), ...base });
      return;
    }
    case "every": {
      const { key, value, span } = statement;
      const bound = new Set([...state.known, value, ...(key === undefined ? [] : [key])]);
      const { body } = state.settleInner(statement.body, { bound, safety: state.safety });
      state.out.push({ kind: "every", key, value, domain: settleValue(statement.domain, state), body, ...base, span });
    }
  }
}

/** A pattern with keys that the reference on the other side binds waits for it: `{k: v} = objects[k]`. */
function settleSides({ left, right }: DraftUnify, state: SettleState): readonly [Settled, Settled] {
  if (waitsFor(left, right, state)) {
    const term = hoist(right, state);
    return [settleSide(left, state), { term, after: [] }];
  }
  if (waitsFor(right, left, state)) return [{ term: hoist(left, state), after: [] }, settleSide(right, state)];
  return [settleSide(left, state), settleSide(right, state)];
}

function waitsFor(pattern: DraftTerm, other: DraftTerm, { known }: SettleState): boolean {
  if (other.kind !== "ref" || (pattern.kind !== "array" && pattern.kind !== "object")) return false;
  const bindable = termVariables(pattern, PATTERN);
  return [...termVariables(pattern, { closures: true })].some((id) => !known.has(id) && !bindable.has(id));
}

function settleCall({ callee, args, output, relation, span }: DraftCall, state: SettleState): void {
  const settled = args.map((arg) => settleValue(arg, state));
  const base = { with: state.with, span };
  const call: BoundTerm = { kind: "call", callee, args: settled, span };
  if (output === undefined) {
    state.out.push({ kind: "holds", term: call, ...base });
    return;
  }
  const result = settleSide(output, state);
  if (relation && callee.kind === "builtin") {
    const statement: BoundStatement = {
      kind: "relation",
      name: callee.name,
      args: settled,
      output: result.term,
      ...base,
    };
    state.out.push(statement, ...result.after);
  } else {
    state.out.push({ kind: "unify", left: result.term, right: call, ...base }, ...result.after);
  }
}

function settleWith({ target, replacement, span }: DraftWith, state: SettleState): BoundWith {
  if (replacement.kind === "callee") return { target, replacement, span };
  return { target, replacement: { kind: "value", term: settleValue(replacement.term, state) }, span };
}

function settleOperand({ body }: DraftOperand, { known, safety, settleInner }: SettleState): BoundBody {
  return settleInner(body, { bound: known, safety }).body;
}

/** `a and b` and `a or b` ask whether there is a solution, and bind nothing: negations do the same. */
function combine(operator: "and" | "or", left: BoundBody, right: BoundBody): Extract<BoundStatement, { kind: "not" }> {
  const a = negation(left);
  const b = negation(right);
  return operator === "or" ? negation([a, b]) : negation([negation([negation([a]), negation([b])])]);
}

function negation(body: BoundBody): Extract<BoundStatement, { kind: "not" }> {
  const [first] = body;
  const span = first === undefined ? { file: "", start: 0, end: 0 } : first.span;
  return { kind: "not", body, with: [], span };
}

/**
 * Legacy negation as OPA's compiler rewrites it: a call's operands are evaluated before the negation, and make the whole body fail where they are
 * undefined; a reference that is negated itself, or compared with `==` or `=`, stays inside, only its operands are evaluated before.
 */
function settleNot(negated: DraftNot, state: SettleState): void {
  const { statement } = negated;
  const modifiers = statement.with.map((modifier) => settleWith(modifier, state));
  const outside: SettleState = { ...state, with: [...state.with, ...modifiers] };
  const body: BoundStatement[] = [];
  const inside: SettleState = { ...outside, known: new Set(state.known), out: body, with: [] };
  settleStatement(liftOperands(statement, outside), inside);
  state.out.push({ kind: "not", body, with: outside.with, span: negated.span });
}

function liftOperands(statement: DraftNot["statement"], state: SettleState): DraftStatement {
  switch (statement.kind) {
    case "holds":
      return { ...statement, term: liftWithin(statement.term, state), with: [] };
    case "unify":
      return liftSides(statement, state);
    case "call": {
      const { callee, args, output } = statement;
      const stays = callee.kind === "builtin" && callee.name === "equal" && output === undefined;
      return { ...statement, args: args.map((arg) => (stays ? liftWithin(arg, state) : lift(arg, state))), with: [] };
    }
    case "every":
      return { ...statement, with: [] };
  }
}

function liftSides(statement: DraftUnify, state: SettleState): DraftUnify {
  return { ...statement, left: liftWithin(statement.left, state), right: liftWithin(statement.right, state), with: [] };
}

function liftWithin(term: DraftTerm, state: SettleState): DraftTerm {
  if (term.kind === "comprehension") return term;
  if (term.kind !== "ref") return lift(term, state);
  return { ...term, operands: term.operands.map((operand) => lift(operand, state)) };
}

/** The term with each reference and comprehension in it replaced by a variable that has its value. */
function lift(term: DraftTerm, state: SettleState): DraftTerm {
  switch (term.kind) {
    case "constant":
    case "var":
    case "call":
    case "template":
      return term;
    case "ref": {
      const lifted = hoist({ ...term, operands: term.operands.map((operand) => lift(operand, state)) }, state);
      return lifted.kind === "var" ? lifted : term;
    }
    case "comprehension": {
      const lifted = hoist(term, state);
      return lifted.kind === "var" ? lifted : term;
    }
    case "array":
    case "set":
      return { ...term, items: term.items.map((item) => lift(item, state)) };
    case "object": {
      const entries = term.entries.map(({ key, value }) => ({ key: lift(key, state), value: lift(value, state) }));
      return { ...term, entries };
    }
  }
}
