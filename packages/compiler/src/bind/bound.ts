import type { RegoValue } from "@flyball/engine/values";
import type { Span } from "../syntax/nodes.ts";

/**
 * A bound policy: every name resolved, sugar gone, bodies in an order in which they are safe to run.
 *
 * What is guaranteed to later stages:
 * - Names are gone: locals are `VarId`s, unique within one policy; `data...` and `input...` are references with their root, package rules and imports written out in full.
 * - `:=`, `some`, `x in xs` as a declaration, output arguments of built-ins and functions are unifications; each wildcard is a variable of its own.
 * - Bodies are reordered so that each variable is bound before it is needed; a variable's first occurrence in a `unify`, as an operand of a reference, or in a `relation` binds it.
 * - Under a legacy `not` what OPA hoists out of the negation stands before it as a statement of its own.
 * - Calls have the right number of arguments; no rule depends on itself; constants are folded into `constant` terms (composites of constants included).
 */

declare const varBrand: unique symbol;
/** Index into `BoundPolicy.vars`. */
export type VarId = number & { readonly [varBrand]: true };

export interface BoundVar {
  /** The author's name, or `_` for a wildcard, or `$name` for one that the binder made. */
  readonly name: string;
  readonly span: Span;
}

export interface BoundPolicy {
  readonly vars: readonly BoundVar[];
  /** In the order of file name and place: clauses of one rule need not be neighbours. */
  readonly clauses: readonly BoundClause[];
  /** Packages of the modules, without `data`, also those without rules. */
  readonly packages: readonly (readonly string[])[];
}

export type ClauseForm = "complete" | "set" | "object" | "function";

/**
 * One definition of a rule. `path` is the constant part of the head (package included, `data` not): `p.q[x].r contains k` in package `a` has path ["a","p","q"],
 * `keys` [x, "r"] and `element` k.
 *
 * - `complete`: `keys` is empty. `value` when the body holds.
 * - `object`: at least one key (`p[x] := v`, `p[x].r[y] := v`): value at that nested place. A constant last step (`p.q.r := v`) is no key but part of the path.
 * - `set`: `element` joins the set at `path` and the nested place `keys` (empty for `p contains x`).
 * - `function`: `params` are patterns; `keys` is empty.
 */
export interface BoundClause {
  readonly form: ClauseForm;
  readonly path: readonly string[];
  readonly keys: readonly BoundTerm[];
  readonly params: readonly BoundTerm[];
  readonly element: BoundTerm | undefined;
  readonly isDefault: boolean;
  readonly branches: readonly [BoundBranch, ...BoundBranch[]];
  readonly span: Span;
  /** Span of the head, for messages. */
  readonly headSpan: Span;
}

/** The body with its value, then each `else` in order. Bodies may be empty: always true. */
export interface BoundBranch {
  readonly body: BoundBody;
  readonly value: BoundTerm;
  readonly span: Span;
}

export type BoundBody = readonly BoundStatement[];

export type BoundStatement = HoldsStatement | UnifyStatement | RelationStatement | NotStatement | EveryStatement;

interface BoundStatementBase {
  readonly span: Span;
  /** Applied left to right, all values evaluated outside. Empty for most statements. */
  readonly with: readonly BoundWith[];
}

/** The term is defined and not false. */
export interface HoldsStatement extends BoundStatementBase {
  readonly kind: "holds";
  readonly term: BoundTerm;
}

export interface UnifyStatement extends BoundStatementBase {
  readonly kind: "unify";
  readonly left: BoundTerm;
  readonly right: BoundTerm;
}

/** `walk(document, output)`: one solution for each value of the relation, unified with `output`. */
export interface RelationStatement extends BoundStatementBase {
  readonly kind: "relation";
  readonly name: string;
  readonly args: readonly BoundTerm[];
  readonly output: BoundTerm;
}

/** The body has no solution. Variables bound inside are not seen outside. */
export interface NotStatement extends BoundStatementBase {
  readonly kind: "not";
  readonly body: BoundBody;
}

/** For each element of `domain`, `body` has a solution. An undefined or scalar domain fails as in OPA. */
export interface EveryStatement extends BoundStatementBase {
  readonly kind: "every";
  readonly key: VarId | undefined;
  readonly value: VarId;
  readonly domain: BoundTerm;
  readonly body: BoundBody;
}

export interface BoundWith {
  /** `input...`, a base or virtual document (path without `data`), a function of the policy, or a built-in. */
  readonly target:
    | { readonly kind: "input"; readonly path: readonly string[] }
    | { readonly kind: "data"; readonly path: readonly string[] }
    | { readonly kind: "function"; readonly path: readonly string[] }
    | { readonly kind: "builtin"; readonly name: string };
  /** Functions and built-ins are replaced by a function or built-in of the same arity (`callee`) or by a value. */
  readonly replacement:
    | { readonly kind: "value"; readonly term: BoundTerm }
    | { readonly kind: "callee"; readonly callee: Callee };
  readonly span: Span;
}

export type Callee =
  | { readonly kind: "builtin"; readonly name: string }
  /** Path without `data`. */
  | { readonly kind: "function"; readonly path: readonly string[] };

export type BoundTerm =
  | { readonly kind: "constant"; readonly value: RegoValue; readonly span: Span }
  | { readonly kind: "var"; readonly id: VarId; readonly span: Span }
  /** `root` then one operand a step. Unbound variables among the operands iterate. */
  | { readonly kind: "ref"; readonly root: RefRoot; readonly operands: readonly BoundTerm[]; readonly span: Span }
  | { readonly kind: "call"; readonly callee: Callee; readonly args: readonly BoundTerm[]; readonly span: Span }
  | { readonly kind: "array"; readonly items: readonly BoundTerm[]; readonly span: Span }
  | { readonly kind: "set"; readonly items: readonly BoundTerm[]; readonly span: Span }
  | {
      readonly kind: "object";
      readonly entries: readonly { readonly key: BoundTerm; readonly value: BoundTerm }[];
      readonly span: Span;
    }
  | {
      readonly kind: "comprehension";
      readonly form: "array" | "set" | "object";
      readonly key: BoundTerm | undefined;
      readonly head: BoundTerm;
      readonly body: BoundBody;
      readonly span: Span;
    }
  /** Texts, and terms whose undefinedness prints as `<undefined>`. */
  | { readonly kind: "template"; readonly parts: readonly (string | BoundTerm)[]; readonly span: Span };

export type RefRoot =
  | { readonly kind: "input" }
  | { readonly kind: "data" }
  /** A local, a call's result, a composite in place. */
  | { readonly kind: "term"; readonly term: BoundTerm };
