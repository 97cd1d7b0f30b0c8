import { canonicalNumber, NumberLimitError } from "@flyball/engine/values";
import { assertNever } from "../diagnostics/assert-never.ts";
import type { NumberNode, RefNode, TermNode } from "../syntax/nodes.ts";
import { bindCallTerm } from "./bind-call.ts";
import { bindComprehension } from "./bind-comprehension.ts";
import { bindName } from "./bind-name.ts";
import { type BodyState, report } from "./bind-state.ts";
import { bindTemplate } from "./bind-template.ts";
import { extendReference } from "./capture-term.ts";
import type { DraftTerm } from "./draft.ts";
import { constantTerm, foldEntries, foldItems } from "./fold-constants.ts";
import { lastEntries } from "./last-entries.ts";

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
      const entries = lastEntries(node.entries).map(({ key, value }) => ({
        key: bindTerm(key, state),
        value: bindTerm(value, state),
      }));
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
