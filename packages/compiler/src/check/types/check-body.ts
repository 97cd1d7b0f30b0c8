import type { BoundBody, BoundStatement, BoundTerm } from "../../bind/bound.ts";
import type { Span } from "../../syntax/nodes.ts";
import { checkCall, checkReplacement } from "./check-call.ts";
import { checkReference } from "./check-reference.ts";
import { inferBoth } from "./infer-term.ts";
import { type MaybeType, typeText } from "./rego-type.ts";
import { typeOfTerm } from "./type-of-term.ts";
import { innerScope, type TypeScope } from "./type-scope.ts";

/** Checks the statements in order; the scope's variables have types afterwards. */
export function checkBody(body: BoundBody, scope: TypeScope): void {
  for (const statement of body) {
    const replaces = statement.with.some(({ target }) => target.kind === "data" || target.kind === "function");
    const replacesInput = statement.with.some(({ target }) => target.kind === "input");
    const schemas = replacesInput ? { ...scope.schemas, input: undefined } : scope.schemas;
    checkStatement(
      statement,
      replaces || replacesInput ? { ...scope, replaced: scope.replaced || replaces, schemas } : scope,
    );
  }
}

function checkStatement(statement: BoundStatement, scope: TypeScope): void {
  const { span } = statement;
  for (const modifier of statement.with) {
    if (modifier.replacement.kind === "value") checkTerm(modifier.replacement.term, scope);
    else checkReplacement(modifier, scope);
  }
  switch (statement.kind) {
    case "holds":
      checkTerm(statement.term, scope);
      if (statement.term.kind === "call" && isEquality(statement.term)) checkEquality(statement.term.args, span, scope);
      return;
    case "unify":
      checkTerm(statement.left, scope);
      if (statement.right.kind === "call") {
        checkTerms(statement.right.args, scope);
        checkCall({ ...statement.right, output: statement.left }, scope);
      } else {
        checkTerm(statement.right, scope);
        checkEquality([statement.left, statement.right], span, scope);
      }
      return;
    case "relation": {
      checkTerms([...statement.args, statement.output], scope);
      const { name, args, output } = statement;
      checkCall({ callee: { kind: "builtin", name }, args, output, span }, scope);
      return;
    }
    case "not":
      // One statement: the legacy negation. In a negated body OPA looks for references only, as in that of an `every`.
      if (statement.body.length === 1) checkBody(statement.body, scope);
      else checkReferences(statement.body, scope);
      return;
    case "every":
      checkTerm(statement.domain, scope);
      checkReferences(statement.body, innerScope(scope));
  }
}

/** OPA looks into the body of an `every` for references only. */
function checkReferences(body: BoundBody, scope: TypeScope): void {
  for (const statement of body) {
    switch (statement.kind) {
      case "holds":
        checkTerm(statement.term, scope, false);
        break;
      case "unify":
        checkTerm(statement.left, scope, false);
        checkTerm(statement.right, scope, false);
        break;
      case "not":
      case "every":
        checkReferences(statement.body, scope);
        break;
      default:
    }
  }
}

function isEquality({ callee }: Extract<BoundTerm, { kind: "call" }>): boolean {
  return callee.kind === "builtin" && callee.name === "equal";
}

function checkEquality(sides: readonly BoundTerm[], span: Span, scope: TypeScope): void {
  const [left, right] = sides;
  if (left === undefined || right === undefined || inferBoth(left, right, scope)) return;
  const [a, b] = [typeOfTerm(left, scope), typeOfTerm(right, scope)];
  const message = `match error: ${typeText(a)} is never equal to ${typeText(b)}`;
  scope.diagnostics.push({ code: "rego_type_error", severity: "error", span, message });
}

function checkTerms(terms: readonly BoundTerm[], scope: TypeScope): void {
  for (const term of terms) checkTerm(term, scope);
}

/** References, calls and comprehensions in a term, inner ones first. */
export function checkTerm(term: BoundTerm, scope: TypeScope, calls = true): void {
  switch (term.kind) {
    case "constant":
    case "var":
      return;
    case "ref":
      if (term.root.kind === "term") checkTerm(term.root.term, scope, calls);
      for (const operand of term.operands) if (operand.kind !== "var") checkTerm(operand, scope, calls);
      checkReference(term, scope);
      return;
    case "call":
      for (const arg of term.args) checkTerm(arg, scope, calls);
      if (calls) checkCall({ ...term, output: undefined }, scope);
      return;
    case "array":
    case "set":
      for (const item of term.items) checkTerm(item, scope, calls);
      return;
    case "object":
      for (const { key, value } of term.entries) {
        checkTerm(key, scope, calls);
        checkTerm(value, scope, calls);
      }
      return;
    case "comprehension":
      checkComprehension(term, scope);
      return;
    case "template":
      for (const part of term.parts) if (typeof part !== "string") checkTerm(part, scope, calls);
  }
}

function checkComprehension(term: Extract<BoundTerm, { kind: "comprehension" }>, outer: TypeScope): void {
  if (outer.comprehensions.has(term)) return;
  const scope = innerScope(outer);
  const before = scope.diagnostics.length;
  checkBody(term.body, scope);
  const failed = scope.diagnostics.length > before;
  outer.comprehensions.set(term, failed ? undefined : comprehensionType(term, scope));
}

function comprehensionType(term: Extract<BoundTerm, { kind: "comprehension" }>, scope: TypeScope): MaybeType {
  const head = typeOfTerm(term.head, scope);
  switch (term.form) {
    case "array":
      return { kind: "array", items: [], rest: head };
    case "set":
      return { kind: "set", of: head };
    case "object": {
      const key = term.key === undefined ? undefined : typeOfTerm(term.key, scope);
      return { kind: "object", properties: new Map(), dynamic: { key, value: head } };
    }
  }
}
