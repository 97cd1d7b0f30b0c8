import type { RegoValue } from "@flyball/engine/values";
import type { Span } from "../syntax/nodes.ts";
import type { BoundWith, Callee, VarId } from "./bound.ts";

/**
 * A body between syntax and bound form: names are resolved and calls stand as statements of their own, but the statements are still in the author's
 * order. `settleBody` orders them for safety and makes bound statements of them. Only terms inside a template contain calls.
 */
export type DraftBody = readonly DraftStatement[];

export type DraftStatement = DraftHolds | DraftUnify | DraftCall | DraftNot | DraftNotBody | DraftEvery | DraftLogical;

interface DraftStatementBase {
  readonly span: Span;
  /** Values need no evaluation any more: constants, variables and composites of them. */
  readonly with: readonly DraftWith[];
}

export interface DraftWith {
  readonly target: BoundWith["target"];
  readonly replacement:
    | { readonly kind: "value"; readonly term: DraftTerm }
    | { readonly kind: "callee"; readonly callee: Callee };
  readonly span: Span;
}

export interface DraftHolds extends DraftStatementBase {
  readonly kind: "holds";
  readonly term: DraftTerm;
}

export interface DraftUnify extends DraftStatementBase {
  readonly kind: "unify";
  readonly left: DraftTerm;
  readonly right: DraftTerm;
  /** `:=`: the left side only receives. */
  readonly assignment: boolean;
}

export interface DraftCall extends DraftStatementBase {
  readonly kind: "call";
  readonly callee: Callee;
  /** As many as the callee has parameters. */
  readonly args: readonly DraftTerm[];
  /** Unified with the result; absent where the result only has to be other than false. */
  readonly output: DraftTerm | undefined;
  readonly relation: boolean;
}

/** Legacy negation: what has to be evaluated for the operands stands outside. Its own `with` is the inner statement's. */
export interface DraftNot extends DraftStatementBase {
  readonly kind: "not";
  readonly statement: DraftHolds | DraftUnify | DraftCall | DraftEvery;
}

/** Negation of a body with a scope of its own. */
export interface DraftNotBody extends DraftStatementBase {
  readonly kind: "not-body";
  readonly body: DraftBody;
  /** Written without braces: its variables come from outside. */
  readonly implicit: boolean;
}

export interface DraftEvery extends DraftStatementBase {
  readonly kind: "every";
  readonly key: VarId | undefined;
  readonly value: VarId;
  readonly domain: DraftTerm;
  readonly body: DraftBody;
}

export interface DraftLogical extends DraftStatementBase {
  readonly kind: "logical";
  readonly operator: "and" | "or";
  readonly left: DraftOperand;
  readonly right: DraftOperand;
}

export interface DraftOperand {
  readonly body: DraftBody;
  readonly implicit: boolean;
}

export type DraftTerm =
  | DraftConstant
  | DraftVar
  | DraftRef
  | DraftCallTerm
  | DraftItems
  | DraftObject
  | DraftComprehension
  | DraftTemplate;

export interface DraftConstant {
  readonly kind: "constant";
  readonly value: RegoValue;
  readonly span: Span;
}

export interface DraftVar {
  readonly kind: "var";
  readonly id: VarId;
  readonly span: Span;
}

export interface DraftRef {
  readonly kind: "ref";
  readonly root:
    | { readonly kind: "input" }
    | { readonly kind: "data" }
    | { readonly kind: "term"; readonly term: DraftTerm };
  readonly operands: readonly DraftTerm[];
  readonly span: Span;
}

export interface DraftCallTerm {
  readonly kind: "call";
  readonly callee: Callee;
  readonly args: readonly DraftTerm[];
  readonly span: Span;
}

export interface DraftItems {
  readonly kind: "array" | "set";
  readonly items: readonly DraftTerm[];
  readonly span: Span;
}

export interface DraftObject {
  readonly kind: "object";
  readonly entries: readonly DraftEntry[];
  readonly span: Span;
}

export interface DraftEntry {
  readonly key: DraftTerm;
  readonly value: DraftTerm;
}

export interface DraftComprehension {
  readonly kind: "comprehension";
  readonly form: "array" | "set" | "object";
  readonly key: DraftTerm | undefined;
  readonly head: DraftTerm;
  readonly body: DraftBody;
  readonly span: Span;
}

export interface DraftTemplate {
  readonly kind: "template";
  readonly parts: readonly (string | DraftTerm)[];
  readonly span: Span;
}
