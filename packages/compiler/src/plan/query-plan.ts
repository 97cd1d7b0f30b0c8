import type { RegoValue } from "@flyball/engine/values";
import type { BoundTerm } from "../bind/bound.ts";
import type { Span } from "../syntax/nodes.ts";

/**
 * The logical IR: what is computed, in which order, without Rego's sugar and without knowing of memory. The planner makes it, passes rewrite it, the
 * reference interpreter runs it, `lowerPlan` turns it into functions of typed operations.
 *
 * **Locals** hold a value or nothing (undefined). They are numbered within a function, assigned any number of times, and start undefined. Parameters are the first locals.
 *
 * **Control.** Statements run in order. A statement may *fail*: then the innermost enclosing *scope* ends at once: a `block` is left (what follows the block goes on),
 * an iteration of a `scan` goes to the next element, a function body returns undefined, a `with` body ends (its effect is undone, what follows it goes on).
 * `break` leaves the scope with the given label in the same way, be it a block, or a scan as a whole. `return` leaves the function. No statement jumps out of a `with` body other than to its own end: planners
 * pass results through locals.
 */

declare const functionBrand: unique symbol;
declare const localBrand: unique symbol;
declare const labelBrand: unique symbol;
declare const constantBrand: unique symbol;
declare const siteBrand: unique symbol;
declare const ruleBrand: unique symbol;
declare const placeBrand: unique symbol;
/** Index into `QueryPlan.functions`. */
export type FunctionId = number & { readonly [functionBrand]: true };
/** Index of a local of one function. */
export type LocalId = number & { readonly [localBrand]: true };
/** Unique within one function. */
export type LabelId = number & { readonly [labelBrand]: true };
/** Index into `QueryPlan.constants`. */
export type ConstantId = number & { readonly [constantBrand]: true };
/** Index into `QueryPlan.sites`. */
export type SiteId = number & { readonly [siteBrand]: true };
/** Index into `QueryPlan.rules`. */
export type RuleId = number & { readonly [ruleBrand]: true };
/** Index into `QueryPlan.places`. */
export type PlaceId = number & { readonly [placeBrand]: true };

export interface QueryPlan {
  /** Canonical values without duplicates. */
  readonly constants: readonly RegoValue[];
  readonly functions: readonly FunctionPlan[];
  readonly entrypoints: readonly EntrypointPlan[];
  /** Places named by faults. */
  readonly sites: readonly SitePlan[];
  /** Clauses whose success `explain` reports. */
  readonly rules: readonly RulePlan[];
  /** Places of the source that `observe` statements name; empty unless the plan was made to be observed. */
  readonly places: readonly PlacePlan[];
  /** Base documents known at build time; undefined where they arrive at run time. */
  readonly data: RegoValue | undefined;
  /** `finance/limits`: the places of all rules that are documents, entrypoints or not. */
  readonly documents: readonly string[];
}

export interface EntrypointPlan {
  /** `finance/decision` */
  readonly name: string;
  readonly function: FunctionId;
}

export interface SitePlan {
  readonly span: Span;
  readonly message: string;
}

export interface RulePlan {
  /** `data.finance.decision` */
  readonly name: string;
  readonly span: Span;
}

/** What can be observed: that a statement begins, that a rule (or an `else`) succeeds, the keys under which a partial rule would put its value, the value of a term. */
export interface PlacePlan {
  readonly of: "statement" | "rule" | "keys" | Exclude<BoundTerm["kind"], "constant">;
  readonly span: Span;
}

export interface FunctionPlan {
  readonly id: FunctionId;
  /** `data.finance.decision`, with a suffix where a `with` made a variant: for people. */
  readonly name: string;
  readonly params: readonly LocalId[];
  readonly localCount: number;
  /** The result is kept for the rest of the evaluation (within the same `with`); functions without parameters only. */
  readonly memoized: boolean;
  /** The path, without `data`, of the document that this function computes; undefined for entrypoints, functions and variants made by a `with`. */
  readonly document?: readonly string[];
  /** Of a variant: the rules, functions and built-ins that the `with` replaces, for people. */
  readonly replaced?: readonly string[];
  readonly body: readonly PlanStatement[];
  readonly span: Span;
}

export type Operand =
  | { readonly kind: "local"; readonly id: LocalId }
  | { readonly kind: "constant"; readonly id: ConstantId };

export type PathKey = string | number;

export type PlanStatement =
  // -- values: assign a local, or fail where there is none --
  /** Fails when the operand is an undefined local. */
  | { readonly kind: "assign"; readonly target: LocalId; readonly source: Operand }
  /** Makes a local undefined again. */
  | { readonly kind: "clear"; readonly target: LocalId }
  /** The input at a constant path (empty: all of it). Fails where the input has none. */
  | { readonly kind: "input"; readonly target: LocalId; readonly path: readonly PathKey[] }
  /** The base document at a constant path, virtual documents not merged. Fails where there is none. */
  | { readonly kind: "data"; readonly target: LocalId; readonly path: readonly PathKey[] }
  /** `source[key]`; fails where there is none. A set answers the element itself. */
  /** `base`: `source` is part of a base document, where a number also finds the string that is written like it, and a string of digits an element. */
  | {
      readonly kind: "dot";
      readonly target: LocalId;
      readonly source: Operand;
      readonly key: Operand;
      readonly base?: true;
    }
  /** A function of the plan; fails when its result is undefined. */
  | {
      readonly kind: "call";
      readonly target: LocalId;
      readonly function: FunctionId;
      readonly args: readonly Operand[];
    }
  /** A built-in by its Rego name; fails when it has an error (a fault in strict mode). `walk` answers an array of [path, value]. */
  | {
      readonly kind: "builtin";
      readonly target: LocalId;
      readonly name: string;
      readonly args: readonly Operand[];
      readonly site: SiteId;
    }
  | { readonly kind: "make-array"; readonly target: LocalId; readonly items: readonly Operand[] }
  | { readonly kind: "make-set"; readonly target: LocalId; readonly items: readonly Operand[] }
  /** Equal keys with different values are a fault. */
  | {
      readonly kind: "make-object";
      readonly target: LocalId;
      readonly entries: readonly (readonly [Operand, Operand])[];
      readonly site: SiteId;
    }
  // -- tests: go on or fail --
  | { readonly kind: "compare"; readonly operator: ComparisonOperator; readonly left: Operand; readonly right: Operand }
  /** Fails when the operand is `false`; any other value passes. */
  | { readonly kind: "truthy"; readonly source: Operand }
  | { readonly kind: "defined"; readonly source: LocalId }
  | { readonly kind: "undefined"; readonly source: LocalId }
  /** An array of exactly `count` elements (patterns), or of a kind. */
  | { readonly kind: "array-of"; readonly source: Operand; readonly count: number }
  /** An object of exactly `count` keys. */
  | { readonly kind: "object-of"; readonly source: Operand; readonly count: number }
  /** Array, object or set. */
  | { readonly kind: "is-collection"; readonly source: Operand }
  | { readonly kind: "fail" }
  // -- collections under construction: owned by one local, changed in place, read only when finished --
  | { readonly kind: "new"; readonly target: LocalId; readonly form: "array" | "set" | "object" }
  | { readonly kind: "append"; readonly target: LocalId; readonly value: Operand }
  | { readonly kind: "add"; readonly target: LocalId; readonly value: Operand }
  /** A different value under an equal key is a fault. */
  | {
      readonly kind: "insert";
      readonly target: LocalId;
      readonly key: Operand;
      readonly value: Operand;
      readonly site: SiteId;
    }
  /**
   * The nested place of a general reference head: makes objects along `path`, then inserts `value` there, or adds it to a set there. A value that is in the way, or a different
   * one in the same place, is a fault.
   */
  | {
      readonly kind: "insert-at";
      readonly target: LocalId;
      readonly path: readonly Operand[];
      readonly leaf: "value" | "element";
      readonly value: Operand;
      readonly site: SiteId;
    }
  /** `target` becomes `source`; a fault when it has a different value already. */
  | { readonly kind: "assign-once"; readonly target: LocalId; readonly source: Operand; readonly site: SiteId }
  // -- control --
  | { readonly kind: "block"; readonly label: LabelId; readonly body: readonly PlanStatement[] }
  /** Once for each element in order: array (index, item), object (key, value), set (element, element). Anything else has no elements. */
  | {
      readonly kind: "scan";
      readonly label: LabelId;
      readonly source: Operand;
      readonly key: LocalId | undefined;
      readonly value: LocalId | undefined;
      readonly body: readonly PlanStatement[];
    }
  | { readonly kind: "break"; readonly label: LabelId }
  | {
      readonly kind: "with";
      readonly replacements: readonly WithReplacement[];
      readonly body: readonly PlanStatement[];
    }
  | { readonly kind: "return"; readonly source: Operand }
  /** Notes that a clause succeeded, for `explain`. */
  | { readonly kind: "trace"; readonly rule: RuleId }
  | { readonly kind: "fault"; readonly site: SiteId }
  /**
   * Tells who watches that evaluation has come to a place, with the value there if it has one. Changes nothing, is nothing in a module, and stands only in plans made to be observed: before each statement of
   * the source, after each term, and where a rule succeeds.
   */
  | { readonly kind: "observe"; readonly place: PlaceId; readonly value: Operand | undefined };

/** Order and equality over all values: `1 < "a"` holds. */
export type ComparisonOperator = "equal" | "not-equal" | "less" | "less-or-equal" | "greater" | "greater-or-equal";

/** Base documents and input only: a replaced virtual document or function is another function of the plan, called instead. */
export interface WithReplacement {
  readonly document: "input" | "data";
  readonly path: readonly PathKey[];
  readonly value: Operand;
}
