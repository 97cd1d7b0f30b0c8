import { canonicalNumber } from "@flyball/engine/values";
import { NumberLimitError } from "@flyball/engine/values";
import { assertNever } from "../diagnostics/assert-never.ts";
import type { NumberNode, RefNode, TermNode } from "../syntax/nodes.ts";
import { bindCallTerm } from "./bind-call.ts";
import { bindComprehension } from "./bind-comprehension.ts";
import { bindName } from "./bind-name.ts";
import { type BodyState, madeVar, report } from "./bind-state.ts";
import { bindTemplate } from "./bind-template.ts";
import type { DraftRef, DraftTerm } from "./draft.ts";
import { constantTerm, foldEntries, foldItems } from "./fold-constants.ts";

/** Resolves the names of a term. Calls in it become statements before it, except in a template. */
export function bindTerm(node: TermNode, state: BodyState): DraftTerm {
  switch (node.kind) {
    case "null":
      return constantTerm(null, node.span);
    case "boolean":
    case "string":
      return constantTerm(node.value, node.span);
    case "number":
      return bindNumber(node, state);
    case "var":
      return bindName(node, state);
    case "ref":
      return bindReference(node, state);
    case "call":
      return bindCallTerm(node, state);
    case "array":
    case "set": {
      const items = node.items.map((item) => bindTerm(item, state));
      return foldItems(node.kind, items, node.span);
    }
    case "object": {
      const entries = node.entries.map(({ key, value }) => ({ key: bindTerm(key, state), value: bindTerm(value, state) }));
      return foldEntries(entries, node.span);
    }
    case "comprehension":
      return bindComprehension(node, state);
    case "template":
      return bindTemplate(node, state);
    default:
      return assertNever(node);
  }
}

function bindNumber({ text, span }: NumberNode, { policy }: BodyState): DraftTerm {
  try {
    return constantTerm(canonicalNumber(text), span);
  } catch (error) {
    if (!(error instanceof NumberLimitError)) throw error;
    report(policy, { code: "rego_parse_error", span, message: error.message });
    return constantTerm(0, span);
  }
}

function bindReference(node: RefNode, state: BodyState): DraftTerm {
  const head = bindTerm(node.head, state);
  const operands = node.operands.map((operand) => bindTerm(operand, state));
  return extendReference(head, operands, { state, span: node.span });
}

/** `subject[operands...]`. What is no variable, reference or constant gets a variable first. */
export function extendReference(
  subject: DraftTerm,
  operands: readonly DraftTerm[],
  { state, span }: { readonly state: BodyState; readonly span: DraftTerm["span"] },
): DraftRef {
  if (subject.kind === "ref") return { ...subject, operands: [...subject.operands, ...operands], span };
  if (subject.kind === "var" || subject.kind === "constant" || state.inTemplate) {
    return { kind: "ref", root: { kind: "term", term: subject }, operands, span };
  }
  const term = captureTerm(subject, state);
  return { kind: "ref", root: { kind: "term", term }, operands, span };
}

/** A variable that stands for the term. */
export function captureTerm(term: DraftTerm, state: BodyState): DraftTerm {
  const made = madeVar(state.policy, term.span);
  state.support.push({ kind: "unify", left: made, right: term, assignment: false, with: [], span: term.span });
  return made;
}

/** The term, or a variable for it where it has references, comprehensions or templates in it. */
export function captureEvaluated(term: DraftTerm, state: BodyState): DraftTerm {
  return needsEvaluation(term) ? captureTerm(term, state) : term;
}

function needsEvaluation(term: DraftTerm): boolean {
  switch (term.kind) {
    case "constant":
    case "var":
      return false;
    case "array":
    case "set":
      return term.items.some(needsEvaluation);
    case "object":
      return term.entries.some(({ key, value }) => needsEvaluation(key) || needsEvaluation(value));
    case "ref":
    case "call":
    case "comprehension":
    case "template":
      return true;
  }
}
