import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import type { ModuleLimitError } from "./link/module-limit-error.ts";
import type { QueryPlan } from "./plan/query-plan.ts";

/** A policy beyond what engines, or this compiler, take: said in the manner of its other mistakes. */

export function moduleTooLarge(plan: QueryPlan, { message, functionName }: ModuleLimitError): Diagnostic {
  const span = plan.functions.find(({ name }) => name === functionName)?.span ?? plan.rules[0]?.span;
  return {
    code: "unsupported",
    severity: "error",
    span: span ?? { file: "", start: 0, end: 0 },
    message,
    suggestion:
      functionName === undefined
        ? "give the module more pages, or set the documents at load"
        : "put what differs between the rules into data, and look it up",
  };
}

/** The stages follow a policy's nesting, and its rules from one to the next, with calls of their own. */
export function isTooDeep(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes("call stack");
}

export function tooDeep(modules: Readonly<Record<string, string>>): Diagnostic {
  const file = Object.keys(modules).sort()[0] ?? "";
  return {
    code: "unsupported",
    severity: "error",
    span: { file, start: 0, end: 0 },
    message: "the policy is nested, or its rules depend on one another, deeper than the compiler can follow",
    suggestion: "run Node with a larger --stack-size, or shorten the longest chain of rules",
  };
}
