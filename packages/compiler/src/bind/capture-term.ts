import { type BodyState, madeVar } from "./bind-state.ts";
import type { DraftRef, DraftTerm } from "./draft.ts";

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
