import type { BoundTerm, VarId } from "../bind/bound.ts";
import type { FunctionBuilder } from "./function-builder.ts";

/**
 * The variables that planning `term` as a value would bind, in order: those among the operands of its references. A comprehension's variables stay inside it.
 */
export function iterationVariables(term: BoundTerm, builder: FunctionBuilder): readonly VarId[] {
  const found = new Set<VarId>();
  collect(term, builder, found, false);
  return [...found];
}

/** Whether the term is a value as it stands: no unbound variable outside of reference operands. */
export function isReady(term: BoundTerm, builder: FunctionBuilder): boolean {
  switch (term.kind) {
    case "var":
      return builder.isBound(term.id);
    case "array":
    case "set":
      return term.items.every((item) => isReady(item, builder));
    case "object":
      return term.entries.every(({ key, value }) => isReady(key, builder) && isReady(value, builder));
    case "ref":
      return term.root.kind !== "term" || isReady(term.root.term, builder);
    case "call":
      return term.args.every((arg) => isReady(arg, builder));
    case "constant":
    case "comprehension":
    case "template":
      return true;
  }
}

/** Whether planning the term as a value binds nothing. */
export function isClosed(term: BoundTerm, builder: FunctionBuilder): boolean {
  return isReady(term, builder) && iterationVariables(term, builder).length === 0;
}

function collect(term: BoundTerm, builder: FunctionBuilder, found: Set<VarId>, operand: boolean): void {
  switch (term.kind) {
    case "var":
      if (operand && !builder.isBound(term.id)) found.add(term.id);
      return;
    case "array":
    case "set":
      for (const item of term.items) collect(item, builder, found, operand);
      return;
    case "object":
      for (const { key, value } of term.entries) {
        collect(key, builder, found, operand);
        collect(value, builder, found, operand);
      }
      return;
    case "ref":
      if (term.root.kind === "term") collect(term.root.term, builder, found, operand);
      for (const step of term.operands) collect(step, builder, found, true);
      return;
    case "call":
      for (const arg of term.args) collect(arg, builder, found, operand);
      return;
    case "constant":
    case "comprehension":
    case "template":
      return;
  }
}
