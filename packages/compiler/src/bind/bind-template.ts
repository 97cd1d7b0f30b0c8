import { InternalError } from "../diagnostics/internal-error.ts";
import type { TemplateNode, TermStatementNode } from "../syntax/nodes.ts";
import { type BodyState, report } from "./bind-state.ts";
import { bindUnderWith } from "./bind-with.ts";
import { captureTerm } from "./capture-term.ts";
import type { DraftTemplate, DraftTerm } from "./draft.ts";
import { constantTerm } from "./fold-constants.ts";
import { openScope } from "./local-scope.ts";

/** The expressions of a template see the variables around it and bind none: each has one value or is undefined. */
export function bindTemplate(node: TemplateNode, state: BodyState): DraftTemplate {
  const parts = node.parts.map((part) => (typeof part === "string" ? part : bindPart(part, state)));
  return { kind: "template", parts, span: node.span };
}

function bindPart(part: Exclude<TemplateNode["parts"][number], string>, state: BodyState): DraftTerm {
  if (part.kind === "logical") {
    const message = `\`${part.operator}\` cannot stand in a template`;
    report(state.policy, { code: "rego_compile_error", span: part.span, message });
    return constantTerm(null, part.span);
  }
  const inner: BodyState = { ...state, locals: openScope(state.locals), inTemplate: true };
  return part.kind === "term-statement" ? bindModified(part, inner) : inner.bind.term(part, inner);
}

/** `{e with input as i}` is `[x | x = e with input as i][0]`: undefined where the expression is. */
function bindModified(part: TermStatementNode, state: BodyState): DraftTerm {
  if (part.with.length === 0) return state.bind.term(part.term, state);
  const inner: BodyState = { ...state, inTemplate: false, support: [] };
  let head: DraftTerm | undefined;
  bindUnderWith(part.with, inner, (within) => {
    head = captureTerm(within.bind.term(part.term, within), within);
  });
  if (head === undefined) throw new InternalError("a template part was not bound");
  const { span } = part;
  const term: DraftTerm = { kind: "comprehension", form: "array", key: undefined, head, body: inner.support, span };
  return { kind: "ref", root: { kind: "term", term }, operands: [constantTerm(0, span)], span };
}
