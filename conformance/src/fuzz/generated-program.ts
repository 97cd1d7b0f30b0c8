import type { Random } from "./random.ts";

/** What expressions of a generated program can be. A nested is an object of objects of numbers. */
export type Type = "number" | "string" | "boolean" | "numbers" | "strings" | "set" | "object" | "nested";

/** Constructs whose share is reported. */
export type Feature =
  | "with"
  | "with-data"
  | "with-function"
  | "negation"
  | "comprehension"
  | "function"
  | "partial-object"
  | "general-head"
  | "else"
  | "every"
  | "default"
  | "pattern"
  | "walk"
  | "packages"
  | "base-data"
  | "several-clauses";

export interface Program {
  /** By file name; the package `fuzz` is the one to ask. */
  readonly modules: Readonly<Record<string, string>>;
  /** Paths below `data` of its rules, functions left out. */
  readonly rules: readonly string[];
  /** Base documents. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly features: ReadonlySet<Feature>;
}

/** Something with a name that an expression may use. */
export interface Named {
  readonly name: string;
  readonly type: Type;
}

/** A function of numbers to a number. */
export interface NamedFunction {
  readonly name: string;
  readonly parameters: 1 | 2;
}

/** Names in sight with their types. */
export interface Sight {
  readonly variables: readonly Named[];
  readonly rules: readonly Named[];
  readonly functions: readonly NamedFunction[];
}

/** What the generating functions share. */
export interface Draft {
  readonly random: Random;
  readonly features: Set<Feature>;
  /** A name that no other part of the program has. */
  fresh(prefix: string): string;
}

const TYPES = ["number", "number", "string", "boolean", "numbers", "strings", "set", "object", "nested"] as const;

export function anyType({ random }: Draft): Type {
  return random.pick(TYPES);
}

export function withVariable(sight: Sight, ...added: readonly Named[]): Sight {
  return { ...sight, variables: [...sight.variables, ...added] };
}
