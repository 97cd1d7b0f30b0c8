import type { RegoValue } from "./values/rego-value.ts";

/** Why an evaluation has no answer. Each has a paragraph in docs/reference/engine.md. */
export type FaultCode =
  | "input_invalid"
  | "policy_conflict"
  | "fuel_exhausted"
  | "memory_exhausted"
  | "depth_exceeded"
  | "number_limit"
  | "builtin_error"
  | "engine_fault";

/** A place in a policy's source. */
export interface SourcePlace {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

export interface EvaluationValue {
  readonly kind: "value";
  /** Values that are constants of the policy are shared by all evaluations and frozen. */
  readonly value: RegoValue;
  /** Steps spent, or their static bound where the module does not count; there when asked for and known. */
  readonly fuelUsed?: number;
}

export interface EvaluationUndefined {
  readonly kind: "undefined";
  readonly fuelUsed?: number;
}

export interface EvaluationFault {
  readonly kind: "fault";
  readonly code: FaultCode;
  /** For people; its text may change. */
  readonly message: string;
  /** Where in the policy, where that is known. */
  readonly site?: SourcePlace;
  readonly fuelUsed?: number;
}

/** The outcome of one evaluation. A policy never makes the engine throw. */
export type Evaluation = EvaluationValue | EvaluationUndefined | EvaluationFault;

/** The one evaluation without a result; shared, so that it costs nothing. */
export const UNDEFINED: EvaluationUndefined = Object.freeze({ kind: "undefined" });
