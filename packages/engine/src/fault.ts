import type { Evaluation, EvaluationFault, FaultCode } from "./evaluation.ts";

/** What people read where nothing more is known. */
export const FAULT_MESSAGES: Readonly<Record<FaultCode, string>> = {
  input_invalid: "the input is no value of Rego",
  policy_conflict: "a rule has two different values",
  fuel_exhausted: "the evaluation needs more steps than its fuel limit",
  memory_exhausted: "the evaluation needs more memory than its limit",
  depth_exceeded: "a value is nested deeper than the depth limit",
  number_limit: "a calculated number is beyond 4,096 digits or an exponent of 1,000,000",
  builtin_error: "a built-in failed",
  engine_fault: "something unexpected happened; the module was put back to its beginning",
};

export function makeFault(code: FaultCode, message: string): EvaluationFault {
  return Object.freeze({ kind: "fault", code, message });
}

/** Shared, since after it nothing is known that could be told. */
export const ENGINE_FAULT: EvaluationFault = makeFault("engine_fault", FAULT_MESSAGES.engine_fault);

/** The same evaluation with what it cost. */
export function withFuel(evaluation: Evaluation, fuelUsed: number): Evaluation {
  return Object.freeze({ ...evaluation, fuelUsed });
}
